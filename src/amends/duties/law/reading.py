"""The parts of a rule file, each mapping read into its value."""

from __future__ import annotations

from typing import get_type_hints

from amends.case import Incident
from amends.duties.law.deadline import Calendar, Clock, Counting, Deadline, Variant
from amends.duties.law.fields import Fields
from amends.duties.law.notice import (
    Bureaus,
    Content,
    ContentIf,
    CreditMonitoring,
    Embargo,
    Individuals,
    LawEnforcement,
    Methods,
    Regulator,
    Substitute,
    Waiver,
)
from amends.duties.law.regime import Displaced, Enforcement, Reach, Status
from amends.duties.law.trigger import Conditional, Encryption, Fact, RiskOfHarm, Threshold, Triggers
from amends.duties.law.words import MINOR, Audience, Comparison, Meanwhile, Relation, Standing


def status_of(fields: Fields) -> Status:
    """The mapping of `status`."""
    return fields.done(
        Status(
            fields.choice("standing", Standing),
            fields.day_or_none("since"),
            fields.day_or_none("until"),
            fields.text_or_none("note"),
        )
    )


def displaced_of(fields: Fields) -> Displaced:
    """The mapping of `displaced`."""
    return fields.done(Displaced(fields.text("regime"), fields.choice("audience", Audience), fields.text("rule")))


def reach_of(fields: Fields) -> Reach:
    """The mapping of `reach`."""
    reach = Reach(
        fields.flag("everyone"),
        fields.sectors("sectors"),
        fields.text_or_none("note"),
        fields.sectors("excluded") if "excluded" in fields else (),
    )
    if not reach.everyone and not reach.sectors:
        raise fields.error("sectors", "is empty", "name the sectors that the law reaches, or set everyone: true")
    fields.close()
    return reach


def fact_of(fields: Fields) -> Fact:
    """The mapping of `fact`."""
    key = fields.text("key")
    if get_type_hints(Incident).get(key) != bool | None:
        raise fields.error("key", f"is {key!r}", "name a yes-or-no setting of [incident]")
    found = Fact(key, fields.flag("is"))
    fields.close()
    return found


def triggers_of(fields: Fields) -> Triggers:
    """The mapping of `triggers`."""
    conditional = tuple(conditional_of(item) for item in fields.subs("conditional"))
    return fields.done(Triggers(fields.combinations("any_of"), conditional, fields.text_or_none("note")))


def conditional_of(fields: Fields) -> Conditional:
    """One mapping of the list `conditional`."""
    found = Conditional(
        fields.combinations("any_of", (MINOR,)),
        fields.text("condition"),
        fields.choice("meanwhile", Meanwhile),
        fields.sectors("sectors"),
        fact_of(fields.sub("fact")) if "fact" in fields else None,
        threshold_of(fields.sub("people")) if "people" in fields else None,
        fields.day_if_there("since"),
    )
    decided = (found.sectors, found.fact, found.people, found.since) != ((), None, None, None)
    if any(MINOR in names for names in found.any_of) and (decided or found.meanwhile is Meanwhile.NOTIFY):
        raise fields.error("any_of", "names minors, whom only counsel can decide about", "write meanwhile: ask")
    return fields.done(found)


def spares_of(fields: Fields) -> tuple[Audience, ...]:
    """The mapping of `spares`."""
    return fields.choices("spares", Audience) if "spares" in fields else tuple(Audience)


def encryption_of(fields: Fields) -> Encryption:
    """The mapping of `encryption`."""
    return fields.done(
        Encryption(
            fields.flag("safe_harbour"),
            fields.flag_or_none("lost_with_key"),
            fields.text_or_none("note"),
            spares_of(fields),
        )
    )


def risk_of_harm_of(fields: Fields) -> RiskOfHarm:
    """The mapping of `risk_of_harm`."""
    return fields.done(
        RiskOfHarm(
            standard=fields.text("standard"),
            excuses=fields.flag("excuses"),
            text=fields.text_or_none("text"),
            keep_years=fields.count_or_none("keep_years"),
            consult=fields.text_or_none("consult"),
            submit=fields.text_or_none("submit"),
            spares=spares_of(fields),
        )
    )


def deadline_of(fields: Fields) -> Deadline:
    """The mapping of `deadline`."""
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
        latest=deadline_of(fields.sub("latest")) if "latest" in fields else None,
        variants=tuple(variant_of(item) for item in fields.subs("variants")) if "variants" in fields else (),
    )
    if [found.days, found.business_days, found.hours, found.months].count(None) < 3:
        raise fields.error("", "has more than one of days, business_days, hours and months", "keep one")
    if found.numeric and found.starts is None:
        raise fields.error("from", "is empty", "a number of days needs the event it counts from")
    fields.close()
    return found


def variant_of(fields: Fields) -> Variant:
    """The mapping of `variant`."""
    fact = fact_of(fields.sub("fact")) if "fact" in fields else None
    found = Variant(
        deadline_of(fields.sub("deadline")),
        fact.key if fact else None,
        fact.holds if fact else True,
        fields.day_if_there("before"),
        fields.text("place") if "place" in fields else None,
    )
    if not (found.fact or found.before or found.jurisdiction):
        raise fields.error("", "says not when it holds", "give it fact, before or place")
    fields.close()
    return found


def individuals_of(fields: Fields | None) -> Individuals | None:
    """The mapping of `individuals`."""
    if fields is None:
        return None
    return fields.done(
        Individuals(
            deadline_of(fields.sub("deadline")),
            fields.flag_or_none("scope_extension"),
            embargo_of(fields.sub("embargo")) if "embargo" in fields else None,
            fields.combinations("any_of") if "any_of" in fields else (),
            fields.text_or_none("condition") if "condition" in fields else None,
            meanwhile_of(fields),
            tuple(conditional_of(item) for item in fields.subs("conditional")) if "conditional" in fields else (),
        )
    )


def meanwhile_of(fields: Fields) -> Meanwhile:
    """The choice of `meanwhile`; to notify where it is left out."""
    return fields.choice("meanwhile", Meanwhile) if "meanwhile" in fields else Meanwhile.NOTIFY


def embargo_of(fields: Fields) -> Embargo:
    """The mapping of `embargo`."""
    return fields.done(
        Embargo(
            fields.count("business_days"),
            fields.choice("calendar", Calendar),
            fields.flag("overrides"),
            fields.text_or_none("note"),
        )
    )


def law_enforcement_of(fields: Fields) -> LawEnforcement:
    """The mapping of `law_enforcement`."""
    return fields.done(
        LawEnforcement(
            fields.flag("may_delay"),
            fields.count_or_none("days_after"),
            fields.text_or_none("note") if "note" in fields else None,
        )
    )


def threshold_of(fields: Fields) -> Threshold:
    """The mapping of `threshold`."""
    return fields.done(Threshold(fields.count("people"), fields.choice("comparison", Comparison)))


def regulator_of(fields: Fields) -> Regulator:
    """The mapping of `regulator`."""
    return fields.done(
        Regulator(
            who=fields.text("who"),
            threshold=threshold_of(fields.sub("residents")),
            deadline=deadline_of(fields.sub("deadline")),
            relative_to_individuals=fields.choice_or_none("relative_to_individuals", Relation),
            applies_if=fields.sectors("applies_if"),
            note=fields.text_or_none("note"),
            audience=fields.choice("audience", Audience) if "audience" in fields else Audience.REGULATOR,
            phase=fields.text("phase") if "phase" in fields else "initial",
            each_place=fields.flag("each_place") if "each_place" in fields else False,
            facts=tuple(fact_of(item) for item in fields.subs("facts")) if "facts" in fields else (),
            waived_by=waiver_of(fields.sub("waived_by")) if "waived_by" in fields else None,
            since=fields.day_if_there("since"),
            happens=fields.text("happens") if "happens" in fields else None,
            via=fields.text_or_none("via") if "via" in fields else None,
            items=fields.texts("items") if "items" in fields else (),
            meanwhile=meanwhile_of(fields),
        )
    )


def waiver_of(fields: Fields) -> Waiver:
    """The mapping of `waiver`."""
    return fields.done(
        Waiver(
            fact_of(fields.sub("fact")) if "fact" in fields else None,
            fields.elements("exposed") if "exposed" in fields else (),
        )
    )


def bureaus_of(fields: Fields) -> Bureaus:
    """The mapping of `bureaus`."""
    has_threshold = fields.flag("required")
    found = Bureaus(
        threshold=threshold_of(fields.sub("persons")) if has_threshold else None,
        deadline=deadline_of(fields.sub("deadline")),
        condition=fields.text_or_none("condition"),
        note=fields.text_or_none("note"),
        since=fields.day_if_there("since"),
    )
    fields.close()
    return found


def methods_of(fields: Fields) -> Methods:
    """The mapping of `methods`."""
    return fields.done(
        Methods(
            fields.flag("mail"),
            fields.text_or_none("email"),
            fields.text_or_none("telephone"),
            fields.text_or_none("note"),
        )
    )


def substitute_of(fields: Fields) -> Substitute:
    """The mapping of `substitute`."""
    return fields.done(
        Substitute(
            cost_usd_more_than=fields.count_or_none("cost_usd_more_than"),
            people_more_than=fields.count_or_none("people_more_than"),
            insufficient_contact=fields.flag("insufficient_contact"),
            components=fields.texts("components"),
            components_rule=fields.text("components_rule"),
            web_posting_days=fields.count_or_none("web_posting_days"),
            note=fields.text_or_none("note"),
        )
    )


def content_of(fields: Fields) -> Content:
    """The mapping of `content`."""
    rules = []
    for item in fields.subs("only_if"):
        rules.append(ContentIf(item.elements("exposed"), item.texts("items"), item.day_if_there("since")))
        item.close()
    found = Content(fields.texts("required"), tuple(rules), fields.texts("prohibited"), fields.text_or_none("note"))
    fields.close()
    return found


def credit_monitoring_of(fields: Fields) -> CreditMonitoring:
    """The mapping of `credit_monitoring`."""
    found = CreditMonitoring(
        fields.count_or_none("months"),
        fields.elements("exposed"),
        fields.text_or_none("note"),
        fields.day_if_there("since"),
    )
    if found.months is not None and not found.exposed:
        raise fields.error("exposed", "is empty", "name the elements that oblige to offer it")
    fields.close()
    return found


def enforcement_of(fields: Fields) -> Enforcement:
    """The mapping of `enforcement`."""
    return fields.done(Enforcement(fields.flag_or_none("private_action"), fields.text_or_none("penalties")))
