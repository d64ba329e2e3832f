"""The rule files of `regimes/`, read and checked into `Regime` values."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import get_type_hints

import yaml

from amends.case import Incident
from amends.duties.deadline import Calendar, Clock, Counting, Deadline, Variant
from amends.duties.fields import Fields, RegimeError
from amends.duties.regime import (
    Audience,
    Bureaus,
    Comparison,
    Conditional,
    Confidence,
    Content,
    ContentIf,
    CreditMonitoring,
    Displaced,
    Embargo,
    Encryption,
    Enforcement,
    Fact,
    FactGroup,
    Individuals,
    Known,
    LawEnforcement,
    Meanwhile,
    Methods,
    Reach,
    Regime,
    Regulator,
    Relation,
    RiskOfHarm,
    Separate,
    Standing,
    Status,
    Substitute,
    Threshold,
    Triggers,
    Waiver,
)

REGIMES = Path(__file__).parent / "regimes"


@cache
def rulebook() -> tuple[Regime, ...]:
    """Every regime that amends ships, by id. Raises `RegimeError` naming the file and key of the first fault."""
    return read_regimes(REGIMES)


def read_regimes(folder: Path) -> tuple[Regime, ...]:
    """Every `*.yaml` of a folder, ordered by file name. Raises `RegimeError`."""
    return tuple(read_regime(path) for path in sorted(folder.glob("*.yaml")))


def faults(folder: Path | None = None) -> list[RegimeError]:
    """The first fault of every rule file of a folder (of those that amends ships unless given), in order of name.

    Raises `RegimeError` when the folder holds no rule file.
    """
    found = []
    paths = sorted((folder or REGIMES).glob("*.yaml"))
    if not paths:
        raise RegimeError("there is no rule file", where=str(folder), mend="name a folder of *.yaml files")
    for path in paths:
        try:
            read_regime(path)
        except RegimeError as error:
            found.append(error)
    return found


def read_regime(path: Path) -> Regime:
    """One rule file. Raises `RegimeError` naming the file and the key that is missing, unknown or of the wrong kind."""
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise RegimeError("the file is not valid YAML", where=f"{path.name}{line}") from error
    top = Fields(values, path.name)
    regime = _regime(top)
    top.close()
    if path.stem != regime.id.lower():
        raise RegimeError(f"id is {regime.id}", where=path.name, mend=f"name the file {regime.id.lower()}.yaml")
    return regime


def _regime(top: Fields) -> Regime:
    sources = _sources(top)
    as_of = top.day("as_of")
    return Regime(
        id=top.text("id"),
        name=top.text("name"),
        citation=top.text("citation"),
        as_of=as_of,
        as_of_note=top.text_or_none("as_of_note"),
        status=_status(top.sub("status")) if "status" in top else Status(Standing.IN_FORCE, None, None, None),
        places=top.texts("places") if "places" in top else (top.text("id"),),
        separate=top.choice("separate", Separate) if "separate" in top else Separate.NO,
        reaches=_reach(top.sub("reaches")),
        breach_trigger=top.text("breach_trigger"),
        data_form=top.text_or_none("data_form"),
        name_means=top.text_or_none("name_means"),
        triggers=_triggers(top.sub("triggers")),
        encryption=_encryption(top.sub("encryption")),
        risk_of_harm=_risk_of_harm(top.sub("risk_of_harm")),
        individuals=_individuals(top.sub_or_none("individuals")),
        law_enforcement=_law_enforcement(top.sub("law_enforcement")),
        regulators=tuple(_regulator(item) for item in top.subs("regulators")),
        regulator_note=top.text_or_none("regulator_note"),
        bureaus=_bureaus(top.sub("consumer_reporting_agencies")),
        methods=_methods(top.sub("methods")),
        substitute=_substitute(top.sub("substitute_notice")),
        content=_content(top.sub("content")),
        credit_monitoring=_credit_monitoring(top.sub("credit_monitoring")),
        enforcement=_enforcement(top.sub("enforcement")),
        special_rules=top.texts("special_rules"),
        changes=top.texts("changes"),
        minors=top.text_or_none("minors") if "minors" in top else None,
        deceased=top.text_or_none("deceased") if "deceased" in top else None,
        keep_records_years=top.count_if_there("keep_records_years"),
        displaces=tuple(_displaced(item) for item in top.subs("displaces")) if "displaces" in top else (),
        known=_known(top.sub("confidence"), as_of, sources),
        sources=sources,
    )


def _status(fields: Fields) -> Status:
    found = Status(
        fields.choice("standing", Standing),
        fields.day_or_none("since"),
        fields.day_or_none("until"),
        fields.text_or_none("note"),
    )
    fields.close()
    return found


def _displaced(fields: Fields) -> Displaced:
    found = Displaced(fields.text("regime"), fields.choice("audience", Audience), fields.text("rule"))
    fields.close()
    return found


def _reach(fields: Fields) -> Reach:
    reach = Reach(
        fields.flag("everyone"),
        fields.texts("sectors"),
        fields.text_or_none("note"),
        fields.texts("excluded") if "excluded" in fields else (),
    )
    if not reach.everyone and not reach.sectors:
        raise fields.error("sectors", "is empty", "name the sectors that the law reaches, or set everyone: true")
    fields.close()
    return reach


def _fact(fields: Fields) -> Fact:
    key = fields.text("key")
    if get_type_hints(Incident).get(key) != bool | None:
        raise fields.error("key", f"is {key!r}", "name a yes-or-no setting of [incident]")
    found = Fact(key, fields.flag("is"))
    fields.close()
    return found


def _triggers(fields: Fields) -> Triggers:
    conditional = []
    for item in fields.subs("conditional"):
        conditional.append(
            Conditional(
                item.combinations("any_of"),
                item.text("condition"),
                item.choice("meanwhile", Meanwhile),
                item.texts("sectors"),
                _fact(item.sub("fact")) if "fact" in item else None,
                _threshold(item.sub("people")) if "people" in item else None,
                item.day("since") if "since" in item else None,
            )
        )
        item.close()
    triggers = Triggers(fields.combinations("any_of"), tuple(conditional), fields.text_or_none("note"))
    fields.close()
    return triggers


def _spares(fields: Fields) -> tuple[Audience, ...]:
    return fields.choices("spares", Audience) if "spares" in fields else tuple(Audience)


def _encryption(fields: Fields) -> Encryption:
    found = Encryption(
        fields.flag("safe_harbour"),
        fields.flag_or_none("lost_with_key"),
        fields.text_or_none("note"),
        _spares(fields),
    )
    fields.close()
    return found


def _risk_of_harm(fields: Fields) -> RiskOfHarm:
    found = RiskOfHarm(
        standard=fields.text("standard"),
        excuses=fields.flag("excuses"),
        text=fields.text_or_none("text"),
        keep_years=fields.count_or_none("keep_years"),
        consult=fields.text_or_none("consult"),
        submit=fields.text_or_none("submit"),
        spares=_spares(fields),
    )
    fields.close()
    return found


def _deadline(fields: Fields) -> Deadline:
    found = Deadline(
        days=fields.count_if_there("days"),
        business_days=fields.count_if_there("business_days"),
        hours=fields.count_if_there("hours"),
        months=fields.count_if_there("months"),
        starts=fields.choice_or_none("from", Clock),
        standard=fields.text_or_none("standard"),
        note=fields.text_or_none("note"),
        calendar=fields.choice("calendar", Calendar) if "calendar" in fields else Calendar.US_FEDERAL,
        counting=fields.choice("counting", Counting) if "counting" in fields else Counting.AFTER,
        rolls=fields.flag("rolls") if "rolls" in fields else False,
        latest=_deadline(fields.sub("latest")) if "latest" in fields else None,
        variants=tuple(_variant(item) for item in fields.subs("variants")) if "variants" in fields else (),
    )
    if [found.days, found.business_days, found.hours, found.months].count(None) < 3:
        raise fields.error("", "has more than one of days, business_days, hours and months", "keep one")
    if found.numeric and found.starts is None:
        raise fields.error("from", "is empty", "a number of days needs the event it counts from")
    fields.close()
    return found


def _variant(fields: Fields) -> Variant:
    fact = _fact(fields.sub("fact")) if "fact" in fields else None
    found = Variant(
        _deadline(fields.sub("deadline")),
        fact.key if fact else None,
        fact.holds if fact else True,
        fields.day("before") if "before" in fields else None,
        fields.text("place") if "place" in fields else None,
    )
    if not (found.fact or found.before or found.jurisdiction):
        raise fields.error("", "says not when it holds", "give it fact, before or place")
    fields.close()
    return found


def _individuals(fields: Fields | None) -> Individuals | None:
    if fields is None:
        return None
    found = Individuals(
        _deadline(fields.sub("deadline")),
        fields.flag_or_none("scope_extension"),
        _embargo(fields.sub("embargo")) if "embargo" in fields else None,
        fields.combinations("any_of") if "any_of" in fields else (),
        fields.text_or_none("condition") if "condition" in fields else None,
        fields.choice("meanwhile", Meanwhile) if "meanwhile" in fields else Meanwhile.NOTIFY,
    )
    fields.close()
    return found


def _embargo(fields: Fields) -> Embargo:
    found = Embargo(
        fields.count("business_days"),
        fields.choice("calendar", Calendar),
        fields.flag("overrides"),
        fields.text_or_none("note"),
    )
    fields.close()
    return found


def _law_enforcement(fields: Fields) -> LawEnforcement:
    found = LawEnforcement(
        fields.flag("may_delay"),
        fields.count_or_none("days_after"),
        fields.text_or_none("note") if "note" in fields else None,
    )
    fields.close()
    return found


def _threshold(fields: Fields) -> Threshold:
    found = Threshold(fields.count("people"), fields.choice("comparison", Comparison))
    fields.close()
    return found


def _regulator(fields: Fields) -> Regulator:
    found = Regulator(
        who=fields.text("who"),
        threshold=_threshold(fields.sub("residents")),
        deadline=_deadline(fields.sub("deadline")),
        relative_to_individuals=fields.choice_or_none("relative_to_individuals", Relation),
        applies_if=fields.texts("applies_if"),
        note=fields.text_or_none("note"),
        audience=fields.choice("audience", Audience) if "audience" in fields else Audience.REGULATOR,
        phase=fields.text("phase") if "phase" in fields else "initial",
        each_place=fields.flag("each_place") if "each_place" in fields else False,
        facts=tuple(_fact(item) for item in fields.subs("facts")) if "facts" in fields else (),
        waived_by=_waiver(fields.sub("waived_by")) if "waived_by" in fields else None,
        since=fields.day("since") if "since" in fields else None,
        happens=fields.text("happens") if "happens" in fields else None,
        via=fields.text_or_none("via") if "via" in fields else None,
        items=fields.texts("items") if "items" in fields else (),
    )
    fields.close()
    return found


def _waiver(fields: Fields) -> Waiver:
    found = Waiver(
        _fact(fields.sub("fact")) if "fact" in fields else None,
        fields.elements("exposed") if "exposed" in fields else (),
    )
    fields.close()
    return found


def _bureaus(fields: Fields) -> Bureaus:
    has_threshold = fields.flag("required")
    found = Bureaus(
        threshold=_threshold(fields.sub("persons")) if has_threshold else None,
        deadline=_deadline(fields.sub("deadline")),
        condition=fields.text_or_none("condition"),
        note=fields.text_or_none("note"),
    )
    fields.close()
    return found


def _methods(fields: Fields) -> Methods:
    found = Methods(
        fields.flag("mail"),
        fields.text_or_none("email"),
        fields.text_or_none("telephone"),
        fields.text_or_none("note"),
    )
    fields.close()
    return found


def _substitute(fields: Fields) -> Substitute:
    found = Substitute(
        cost_usd_more_than=fields.count_or_none("cost_usd_more_than"),
        people_more_than=fields.count_or_none("people_more_than"),
        insufficient_contact=fields.flag("insufficient_contact"),
        components=fields.texts("components"),
        components_rule=fields.text("components_rule"),
        web_posting_days=fields.count_or_none("web_posting_days"),
        note=fields.text_or_none("note"),
    )
    fields.close()
    return found


def _content(fields: Fields) -> Content:
    rules = []
    for item in fields.subs("only_if"):
        rules.append(ContentIf(item.elements("exposed"), item.texts("items")))
        item.close()
    found = Content(fields.texts("required"), tuple(rules), fields.texts("prohibited"), fields.text_or_none("note"))
    fields.close()
    return found


def _credit_monitoring(fields: Fields) -> CreditMonitoring:
    found = CreditMonitoring(fields.count_or_none("months"), fields.elements("exposed"), fields.text_or_none("note"))
    if found.months is not None and not found.exposed:
        raise fields.error("exposed", "is empty", "name the elements that oblige to offer it")
    fields.close()
    return found


def _enforcement(fields: Fields) -> Enforcement:
    found = Enforcement(fields.flag_or_none("private_action"), fields.text_or_none("penalties"))
    fields.close()
    return found


def _known(fields: Fields, as_of: dt.date, sources: tuple[str, ...]) -> dict[FactGroup, Known]:
    """Each group as a level alone (day and sources are those of the law), or with its own day and sources."""
    found = {}
    for group in FactGroup:
        if not fields.is_mapping(group.value):
            found[group] = Known(fields.choice(group.value, Confidence), as_of, sources)
            continue
        item = fields.sub(group.value)
        found[group] = Known(item.choice("level", Confidence), item.day("as_of"), item.texts("sources"))
        item.close()
    fields.close()
    return found


def _sources(top: Fields) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.error("sources", "is empty", "say where the facts were read")
    return sources
