"""The rule files of `regimes/`, read and checked into `Regime` values."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from amends.duties.fields import Fields, RegimeError
from amends.duties.regime import (
    Bureaus,
    Clock,
    Comparison,
    Conditional,
    Confidence,
    Content,
    ContentIf,
    CreditMonitoring,
    Deadline,
    Encryption,
    Enforcement,
    FactGroup,
    Individuals,
    LawEnforcement,
    Meanwhile,
    Methods,
    Reach,
    Regime,
    Regulator,
    Relation,
    RiskOfHarm,
    Substitute,
    Threshold,
    Triggers,
)

REGIMES = Path(__file__).parent / "regimes"


@cache
def rulebook() -> tuple[Regime, ...]:
    """Every regime that amends ships, by id. Raises `RegimeError` naming the file and key of the first fault."""
    return read_regimes(REGIMES)


def read_regimes(folder: Path) -> tuple[Regime, ...]:
    """Every `*.yaml` of a folder, ordered by file name. Raises `RegimeError`."""
    return tuple(read_regime(path) for path in sorted(folder.glob("*.yaml")))


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
    return Regime(
        id=top.text("id"),
        name=top.text("name"),
        citation=top.text("citation"),
        as_of=top.day("as_of"),
        as_of_note=top.text_or_none("as_of_note"),
        reaches=_reach(top.sub("reaches")),
        breach_trigger=top.text("breach_trigger"),
        data_form=top.text("data_form"),
        name_means=top.text("name_means"),
        triggers=_triggers(top.sub("triggers")),
        encryption=_encryption(top.sub("encryption")),
        risk_of_harm=_risk_of_harm(top.sub("risk_of_harm")),
        individuals=_individuals(top.sub("individuals")),
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
        confidence=_confidence(top.sub("confidence")),
        sources=_sources(top),
    )


def _reach(fields: Fields) -> Reach:
    reach = Reach(fields.flag("everyone"), fields.texts("sectors"), fields.text_or_none("note"))
    if not reach.everyone and not reach.sectors:
        raise fields.error("sectors", "is empty", "name the sectors that the law reaches, or set everyone: true")
    fields.close()
    return reach


def _triggers(fields: Fields) -> Triggers:
    conditional = []
    for item in fields.subs("conditional"):
        conditional.append(
            Conditional(
                item.combinations("any_of"),
                item.text("condition"),
                item.choice("meanwhile", Meanwhile),
                item.texts("sectors"),
            )
        )
        item.close()
    triggers = Triggers(fields.combinations("any_of"), tuple(conditional), fields.text_or_none("note"))
    fields.close()
    return triggers


def _encryption(fields: Fields) -> Encryption:
    found = Encryption(fields.flag("safe_harbour"), fields.flag_or_none("lost_with_key"), fields.text_or_none("note"))
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
    )
    fields.close()
    return found


def _deadline(fields: Fields) -> Deadline:
    found = Deadline(
        days=fields.count_if_there("days"),
        business_days=fields.count_if_there("business_days"),
        hours=fields.count_if_there("hours"),
        starts=fields.choice_or_none("from", Clock),
        standard=fields.text_or_none("standard"),
        note=fields.text_or_none("note"),
    )
    if [found.days, found.business_days, found.hours].count(None) < 2:
        raise fields.error("", "has more than one of days, business_days and hours", "keep one and null the others")
    if found.numeric and found.starts is None:
        raise fields.error("from", "is empty", "a number of days needs the event it counts from")
    fields.close()
    return found


def _individuals(fields: Fields) -> Individuals:
    found = Individuals(_deadline(fields.sub("deadline")), fields.flag_or_none("scope_extension"))
    fields.close()
    return found


def _law_enforcement(fields: Fields) -> LawEnforcement:
    found = LawEnforcement(fields.flag("may_delay"), fields.count_or_none("days_after"))
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


def _confidence(fields: Fields) -> dict[FactGroup, Confidence]:
    found = {group: fields.choice(group.value, Confidence) for group in FactGroup}
    fields.close()
    return found


def _sources(top: Fields) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.error("sources", "is empty", "say where the facts were read")
    return sources
