"""Conflicts of laws: two rules that cannot both be followed, with both dates or texts and the choice for counsel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from amends.duties.duty import Duty, Question, Topic
from amends.duties.law.notice import Embargo
from amends.duties.law.regime import Regime
from amends.duties.law.words import Audience

_DATA = Path(__file__).parent / "conflict.yaml"
LAW_ENFORCEMENT = "law-enforcement delay"
_PUBLIC = (Audience.INDIVIDUALS, Audience.MEDIA, Audience.MARKET)


CONFLICTS = pa.schema(
    [(name, pa.string()) for name in ("key", "rule", "says", "against", "against_says", "choice", "decided", "follows")]
    + [("others", pa.list_(pa.string())), ("due", pa.date32()), ("first", pa.date32())]
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules against each other. `key` is stable, so that a decision can name it; `others` are all duties behind it.

    Of a conflict of dates, `due` is the last day of the one rule (None where it sets none) and `first` the first day
    that the other leaves; of one of content both are None. `decided` says what was decided, by whom and why, and
    `follows` which of the two rules counsel chose; both are None while it is open.
    """

    key: str
    rule: str
    says: str
    against: str
    against_says: str
    choice: str
    others: tuple[str, ...]
    due: dt.date | None = None
    first: dt.date | None = None
    decided: str | None = None
    follows: str | None = None


def after_embargoes(duties: Sequence[Duty], laws: Iterable[Regime]) -> list[Duty]:
    """The duties with the first day that an embargo leaves them, and a question where the law wants them sooner.

    An embargo of federal law overrides the laws of the states; those of other countries stand against it.
    """
    by_id = {law.id: law for law in laws}
    holders = [(duty, embargo) for duty in duties if (embargo := _overriding(by_id[duty.regime], duty))]
    result = list(duties)
    for holder, embargo in holders:
        result = [_after(duty, holder, embargo, _of_united_states(by_id[duty.regime])) for duty in result]
    return result


def _overriding(law: Regime, duty: Duty) -> Embargo | None:
    embargo = law.individuals.embargo if law.individuals else None
    holds = duty.in_force and duty.audience is Audience.INDIVIDUALS and duty.triggers and duty.not_before
    return embargo if embargo and embargo.overrides and holds else None


def _of_united_states(law: Regime) -> bool:
    return law.everywhere or all(place.startswith("US-") for place in law.places)


def _after(duty: Duty, holder: Duty, embargo: Embargo, overridden: bool) -> Duty:
    first = holder.not_before
    concerned = any(duty.exposed & trigger == trigger for trigger in holder.triggers)
    if first is None or not concerned or not duty.in_force or duty.regime == holder.regime:
        return duty
    if duty.audience not in _PUBLIC:
        return duty
    said = (
        f"{duty.derivation}; not before {first}, the embargo of {holder.regime} ({embargo.business_days} business days)"
    )
    if overridden and duty.audience is not Audience.MARKET:
        duty = replace(duty, not_before=max(first, duty.not_before or first), derivation=said)
    if duty.due is None and (overridden or not duty.triggers):
        return duty
    if duty.due is not None and duty.due >= first:
        return duty
    text = f"conflict: {_wanted(duty)} under {duty.citation}, but {holder.citation} forbids it before {first}"
    return replace(duty, questions=(Question(Topic.CONFLICT, text, holder.duty_id, duty.due), *duty.questions))


def _wanted(duty: Duty) -> str:
    return f"due {duty.due}" if duty.due else (duty.standard or "no time stated").replace("_", " ")


def conflicts_of(duties: Sequence[Duty], police_until: dt.date | None) -> list[Conflict]:
    """Every conflict of dates and of content among the duties in force, ordered by key.

    `police_until`: the day to which law enforcement asked for delay.
    """
    found = [*_of_dates(duties, police_until), *_of_content(duties)]
    return sorted(found, key=lambda conflict: conflict.key)


def _of_dates(duties: Sequence[Duty], police_until: dt.date | None) -> Iterable[Conflict]:
    by_id = {duty.duty_id: duty for duty in duties}
    for duty in duties:
        for question in duty.questions if duty.in_force else ():
            if question.topic is Topic.CONFLICT:
                holder = by_id[question.key]
                choice = "keep the embargo, or tell people before it ends"
                yield _dates(duty, holder.duty_id, holder.not_before, choice, holder.basis)
            elif question.topic is Topic.DELAY:
                choice = "keep to the agency's request, or to the law's last day"
                yield _dates(duty, LAW_ENFORCEMENT, police_until, choice)


def _dates(duty: Duty, against: str, first: dt.date | None, choice: str, basis: str = "") -> Conflict:
    of = f" ({basis})" if basis else ""
    says, other = f"{_wanted(duty)} ({duty.basis})", f"not before {first}{of}"
    key = f"{duty.duty_id} / {against}"
    return Conflict(key, duty.duty_id, says, against, other, choice, (duty.duty_id,), duty.due, first)


def _of_content(duties: Sequence[Duty]) -> Iterable[Conflict]:
    told = [duty for duty in duties if duty.audience is Audience.INDIVIDUALS and duty.in_force and duty.triggers]
    for entry in _facts()["content"]:
        forbidding = [duty for duty in told if entry["forbidden"] in duty.content_prohibited]
        for duty in forbidding:
            asking = [other for other in told if other is not duty and {*entry["asked"]} & {*other.content}]
            if asking:
                yield _content(duty, entry["forbidden"], asking)


def _content(duty: Duty, token: str, asking: Sequence[Duty]) -> Conflict:
    one_person = any(other.everywhere or other.jurisdiction == duty.jurisdiction for other in asking)
    choice = "which rule to follow for the same people" if one_person else "send these residents a text of their own"
    against = ", ".join(other.regime for other in asking)
    return Conflict(
        f"{duty.duty_id} / {token}",
        duty.duty_id,
        f"the notice must not have {token.replace('_', ' ')} ({duty.basis})",
        against,
        f"ask for it: {'; '.join(other.basis for other in asking)}",
        choice,
        (duty.duty_id, *(other.duty_id for other in asking)),
    )


def conflicts_table(conflicts: Iterable[Conflict]) -> pa.Table:
    """A row a conflict: its key, both rules and what each says, the choice, and the decision if there is one."""
    rows = [asdict(conflict) for conflict in conflicts]
    return pa.Table.from_pylist(rows, schema=CONFLICTS)


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return found
