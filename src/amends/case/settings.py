"""The settings of a case: `case.toml` as frozen values.

Every key is described here once; an unknown key, a missing one or one of the wrong kind is a `SettingError` that names
the key and its line.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
import typing
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from amends.case.sectors import unknown_sector
from amends.errors import SettingError

Encryption = Literal["case-key", "volume"]


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """`[case]`: identity of the case and how its tables lie on the disk."""

    id: str
    name: str
    key_check: str
    encryption: Encryption = "case-key"
    key_file: str = "case.key"


@dataclass(frozen=True, slots=True)
class Inputs:
    """`[inputs]`: where the taken files, the registry and the estate's exports lie; relative to the case folder."""

    taken: Path = Path("inputs/taken")
    registry: Path = Path("inputs/registry")
    estate: Path = Path("inputs/estate")
    addresses: Path = Path("inputs/addresses")


@dataclass(frozen=True, slots=True)
class Organisation:
    """`[organisation]`: who answers to the people concerned, as printed in notices and filings.

    `mailer_id` and `mail_service` are the digits that USPS gave for the barcode of letters; without them it is left
    out. `parent_company` is the owner that Massachusetts wants named; "none" where there is none.
    """

    name: str = ""
    address_line: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    mailer_id: str = ""
    mail_service: str = ""
    parent_company: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """`[incident]`: the facts on which the law's clocks and conditions turn. Leave out what is not known yet."""

    description: str = ""
    began: date | None = None
    ended: date | None = None
    discovered: date | None = None
    aware: date | None = None
    determined: date | None = None
    reasonably_determined: date | None = None
    confirmed: date | None = None
    materiality_determined: date | None = None
    contained: date | None = None
    individuals_notified: date | None = None
    encrypted: bool | None = None
    key_compromised: bool | None = None
    harm_likely: bool | None = None
    sectors: tuple[str, ...] = ()
    law_enforcement_delay_until: date | None = None
    event: date | None = None
    usss_fbi_notified: date | None = None
    regulator_notified: date | None = None
    extortion_paid: date | None = None
    time_zone: str = ""
    malicious: bool | None = None
    eu_establishment: bool | None = None
    sec_registrant: bool | None = None
    dfs_licensed: bool | None = None
    information_broker: bool | None = None
    imei_imsi_are_cpni: bool | None = None
    good_cause_in_writing: bool | None = None
    sec_item_1_05d_used: bool | None = None
    sec_closed_by_executive_order: bool | None = None
    instants: tuple[tuple[str, datetime], ...] = ()

    def instant(self, key: str) -> datetime | None:
        """The hour of a date, where `case.toml` gives one; laws that count in hours need it."""
        return dict(self.instants).get(key)


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """`[scan]`: `nlp` asks a language model for names in documents too (`amends[nlp]`); it reads far slower."""

    nlp: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """`[policy]`: what the organisation decided beyond the law.

    `withheld` are words that no notice may have, such as what law enforcement asked to keep back; `delay_reason` says
    why notice comes late, where a law asks for it (printed as it stands).
    """

    offer_months: int = 24
    enrol_days: int = 180
    mail_date: date | None = None
    courtesy_notices: bool = True
    minor_age: int = 18
    withheld: tuple[str, ...] = ()
    delay_reason: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """`[notices]`: how e-mails are signed (DKIM), and where a courtesy notice can be declined.

    Key files are PEM, their paths relative to the case folder.
    """

    dkim_domain: str = ""
    dkim_rsa_selector: str = ""
    dkim_rsa_key: str = ""
    dkim_ed25519_selector: str = ""
    dkim_ed25519_key: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Mailing:
    """`[mailing]`: `seeds` are addresses of one's own, "name; street; city; state; ZIP".

    Each file of letters ends with a letter to each of them.
    """

    seeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`[engine]`: limits of the embedded engine; `memory` as 4GiB."""

    memory: str = "4GiB"
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections of `case.toml`."""

    case: CaseSettings
    inputs: Inputs = field(default_factory=Inputs)
    organisation: Organisation = field(default_factory=Organisation)
    incident: Incident = field(default_factory=Incident)
    scan: ScanSettings = field(default_factory=ScanSettings)
    policy: Policy = field(default_factory=Policy)
    notices: Notices = field(default_factory=Notices)
    mailing: Mailing = field(default_factory=Mailing)
    engine: EngineSettings = field(default_factory=EngineSettings)

    def digest(self, sections: tuple[str, ...]) -> str:
        """Hash of the named sections, hexadecimal; changes when one of their values does."""
        picked = {name: asdict(getattr(self, name)) for name in sections}
        return hashlib.sha256(json.dumps(picked, sort_keys=True, default=str).encode()).hexdigest()


_DERIVED = frozenset({"instants"})
"""Fields that no key of case.toml sets: the reader fills them from the dates that have an hour."""

_LIMITS: typing.Final = {
    "policy.offer_months": (0, 120),
    "policy.enrol_days": (1, 3650),
    "policy.minor_age": (1, 30),
    "engine.threads": (1, 1024),
}
"""The least and the greatest of whole numbers with which a slip of the finger would print or do something else."""

_WORDS: dict[object, str] = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    bool | None: "true or false",
    date | None: "a date such as 2021-08-12, or with its hour and offset as 2021-08-12T09:30:00-07:00",
    tuple[str, ...]: 'a list such as ["telecom_carrier"]',
    Path: "a path in quotes",
    Encryption: '"case-key" or "volume"',
}


def read_settings(path: Path) -> Settings:
    """Read and check a `case.toml`. Raises `SettingError` naming key and line; paths in `[inputs]` become absolute."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SettingError("case.toml is not UTF-8 text", where=str(path.name)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"case.toml is not valid TOML: {error}", where=path.name) from error
    hints = typing.get_type_hints(Settings)
    for section in document:
        if section not in hints:
            mend = f"the sections are {', '.join(hints)}"
            raise SettingError(f"unknown section [{section}]", where=_place(text, section, None), mend=mend)
    parts = {name: _section(kind, name, document.get(name, {}), text) for name, kind in hints.items()}
    inputs = cast(Inputs, parts["inputs"])
    base = path.parent.resolve()
    parts["inputs"] = Inputs(*(base / getattr(inputs, part.name) for part in fields(Inputs)))
    return Settings(**parts)


def _section(kind: type[Any], name: str, values: Any, text: str) -> Any:
    if not isinstance(values, dict):
        raise SettingError(f"{name} must be a section", where=_place(text, name, None), mend=f"write [{name}]")
    hints = {key: hint for key, hint in typing.get_type_hints(kind).items() if key not in _DERIVED}
    for key in values:
        if key not in hints:
            close = difflib.get_close_matches(key, hints, n=1)
            mend = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(hints)}"
            raise SettingError(f"unknown setting {name}.{key}", where=_place(text, name, key), mend=mend)
    for part in fields(kind):
        if part.name not in values and part.default is MISSING and part.default_factory is MISSING:
            raise SettingError(
                f"missing setting {name}.{part.name}",
                where=_place(text, name, None),
                mend=f"add {part.name} = … ({_WORDS[hints[part.name]]})",
            )
    hours = {key: hour for key, value in values.items() if (hour := _hour(hints[key], value)) is not None}
    days = {key: hours[key].date() if key in hours else value for key, value in values.items()}
    found = {key: _value(hints[key], value, name, key, text) for key, value in days.items()}
    if unknown := unknown_sector(found.get("sectors", ())):
        where = _place(text, name, "sectors")
        raise SettingError(f"{name}.sectors: {unknown[0]!r} is no sector", where=where, mend=unknown[1])
    return kind(**found, **({"instants": tuple(sorted(hours.items()))} if hours else {}))


def with_values(incident: Incident, values: typing.Mapping[str, Any]) -> Incident:
    """The incident with some settings of `[incident]` changed, given as `case.toml` would give them.

    Raises `SettingError` naming a key that is unknown or a value of the wrong kind.
    """
    held = {part.name: getattr(incident, part.name) for part in fields(Incident) if part.name not in _DERIVED}
    kept = {key: list(value) if isinstance(value, tuple) else value for key, value in held.items()}
    given = {key: value for key, value in kept.items() if value is not None} | dict(incident.instants) | dict(values)
    return cast(Incident, _section(Incident, "incident", given, ""))


def _hour(kind: object, value: Any) -> datetime | None:
    """The instant that a date is given with, or None; one without an offset from UTC is no instant."""
    if kind != date | None:
        return None
    if isinstance(value, str) and "T" in value:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _value(kind: object, value: Any, section: str, key: str, text: str) -> Any:
    """The value as its kind, or `SettingError`."""
    if kind in (bool, bool | None) and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        least, most = _LIMITS.get(f"{section}.{key}", (0, value))
        if not least <= value <= most:
            where = _place(text, section, key)
            raise SettingError(f"setting {section}.{key} is {value}", where=where, mend=f"give {least} to {most}")
        return value
    if kind is str and isinstance(value, str):
        return value
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind == Encryption and value in typing.get_args(Encryption):
        return value
    if kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if kind == date | None:
        if type(value) is date:
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
    raise SettingError(
        f"setting {section}.{key} is not {_WORDS[kind]}", where=_place(text, section, key), mend="correct the value"
    )


def _place(text: str, section: str, key: str | None) -> str:
    """`case.toml line N`, of the key or else of its section; without a line when neither is written there."""
    inside = False
    found: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([^\]]+?)\s*\]", line)
        if header:
            inside = header[1] == section
            found = number if inside and found is None else found
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"case.toml line {number}"
        elif not inside and re.match(rf"\s*{re.escape(section)}\s*[=.]", line):
            found = number
    return f"case.toml line {found}" if found else "case.toml"
