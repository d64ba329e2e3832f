"""The facts of the organisation and the incident as the words that stand in every notice of a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from amends.case import Incident, Organisation, keeps_lines
from amends.errors import SettingError
from amends.notices.content import contacts
from amends.notices.texts import languages

NO_OWNER: Final = "none"
"""What `organisation.parent_company` says where no company owns the organisation."""

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What notices say about the breach beside what they say about a person; `people`: how many lost something.

    `delay_reason`: why notice comes late, in the words of the organisation.
    """

    organisation: Organisation
    incident: Incident
    notice_date: date
    people: int
    delay_reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed. Raises `SettingError` naming the key."""
        if not self.organisation.name:
            raise SettingError(
                "organisation.name is empty", where="case.toml", mend="notices are signed with it: set it"
            )
        printed = {f"organisation.{key}": value for key, value in asdict(self.organisation).items()}
        for key, value in {**printed, "policy.delay_reason": self.delay_reason}.items():
            if any(symbol in "{}" or ord(symbol) < 32 for symbol in value):
                raise SettingError(f"{key} holds a brace or a line end", where="case.toml")
        if self.organisation.email and not _ADDRESS.fullmatch(self.organisation.email):
            raise SettingError(
                "organisation.email is no e-mail address",
                where="case.toml",
                mend="notices print it: correct or empty it",
            )

    def words(self) -> frozenset[str]:
        """The words of a notice that the organisation and the incident decide."""
        known = "undated" if self.incident.began is None else "range" if self.incident.ended else "start"
        delay = "delayed" if self.incident.law_enforcement_delay_until else "not_delayed"
        owner = "not_owned" if self.organisation.parent_company.casefold() == NO_OWNER else "owned"
        line = "line_with_us" if keeps_lines(self.incident.sectors) else "line_elsewhere"
        return frozenset({known, delay, owner, line})

    def slots(self, language: str, office: str | None) -> Mapping[str, str]:
        """Values of the static slots, empty where not known. `office`: the jurisdiction whose office is named."""
        us, incident, speech = self.organisation, self.incident, languages()[language]
        place = ", ".join(part for part in (us.city, f"{us.region} {us.postcode}".strip()) if part)
        days = {key: getattr(incident, key) for key in ("began", "ended", "discovered", "contained")}
        return {
            "organisation": us.name,
            "organisation_line": us.address_line,
            "organisation_place": place,
            "phone": us.phone,
            "website": us.website,
            "email": us.email,
            "parent_company": us.parent_company,
            "delay_reason": self.delay_reason,
            "notice_date": speech.day(self.notice_date),
            "people_total": f"{self.people:,}",
            "bureaus": "\n".join(line for bureau in contacts()["bureaus"] for line in bureau["lines"]),
            "trade_commission": "\n".join(contacts()["trade_commission"]["lines"]),
            "state_office": "\n".join(contacts()["states"][office]["lines"]) if office else "",
            **{key: speech.day(day) if day else "" for key, day in days.items()},
        }
