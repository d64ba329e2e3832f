"""`python -m bench.law_facts DIR`: the rule files against the facts they carry over (`us-states.yaml`, `other.yaml`).

Every date, number, unit, threshold, combination, word of a closed list, level of confidence and count of sources is
compared; free text is not, because the rule files say it in their own words. Prints JSON: `regimes`, `compared` and
the `differences` that `law_facts.yaml` does not explain, and explanations that explain nothing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from amends.duties.law.rulebook import REGIMES

_EXPLAINED = Path(__file__).parent / "law_facts.yaml"
_COMPARISONS = {"gt": "more_than", "gte": "at_least", "lt": "fewer_than", None: None}
_GROUPS = {
    "trigger_elements": "triggers",
    "encryption_safe_harbour": "encryption",
    "individual_deadline": "individuals",
    "regulator": "regulators",
    "law_enforcement_delay": "law_enforcement",
    "content_required": "content",
}
"""Groups of confidence that the rule files call otherwise; all others keep their name."""
_UNITS = {"calendar_days": "days", "business_days": "business_days", "hours": "hours", "months": "months"}
_STANDINGS = {"in_force_by_member_state": "in_force_by_state"}

Facts = dict[str, Any]


def differences(folder: Path) -> tuple[int, int, list[dict[str, Any]]]:
    """Regimes, values compared, and what differs: `regime`, `key`, `fact`, `rule`, and `why` where it is explained."""
    states = yaml.safe_load((folder / "us-states.yaml").read_text(encoding="utf-8"))["jurisdictions"]
    others = yaml.safe_load((folder / "other.yaml").read_text(encoding="utf-8"))["regimes"]
    reasons = yaml.safe_load(_EXPLAINED.read_text(encoding="utf-8"))
    known = {(name, key): item["why"] for item in reasons for name in item["regimes"] for key in item["keys"]}
    found, compared = [], 0
    for fact, sides in [
        *((fact, (_state, _state_rule)) for fact in states),
        *((f, (_other, _other_rule)) for f in others),
    ]:
        rule = yaml.safe_load((REGIMES / f"{fact['id'].lower()}.yaml").read_text(encoding="utf-8"))
        one, two = (dict(side(values)) for side, values in zip(sides, (fact, rule), strict=True))
        compared += len(one.keys() | two.keys())
        for key in sorted(one.keys() | two.keys()):
            if one.get(key) != two.get(key):
                why = known.pop((fact["id"], key), None)
                found.append({"regime": fact["id"], "key": key, "fact": one.get(key), "rule": two.get(key), "why": why})
    stale = [{"regime": name, "key": key, "stale": True, "why": None} for name, key in known]
    return len(states) + len(others), compared, found + stale


def _pairs(combinations: Any) -> list[tuple[str, ...]]:
    return sorted(tuple(item) for item in combinations)


def _state(fact: Facts) -> Iterator[tuple[str, Any]]:
    yield from ((key, fact[key]) for key in ("citation", "breach_trigger", "data_form", "private_action"))
    yield "as_of", re.sub(r"\D.*", "", str(fact["as_of"])[:4]) + str(fact["as_of"])[4:10]
    yield "reach", fact["applies_to_general_business"]
    yield "triggers", _pairs(fact["trigger_elements"])
    yield "conditional", _pairs(item["set"] for item in fact["trigger_elements_conditional"])
    safe, harm, told = fact["encryption_safe_harbour"], fact["risk_of_harm"], fact["individual_deadline"]
    yield "encryption", (safe["applies"], safe["void_if_key_compromised"])
    yield "harm", (harm["standard"], harm["document_years"], bool(harm["consult"]), bool(harm["regulator_submission"]))
    yield "individuals", (told["days"], told["from"], told["scope_extension"])
    yield "law_enforcement", fact["law_enforcement_delay"]
    for body in fact["regulator"] or []:
        yield f"to {body['who']}", (body["threshold_residents"], _COMPARISONS[body["comparison"]])
        days = (body["deadline_days"], body.get("deadline_business_days"), body["deadline_from"])
        yield f"due {body['who']}", (*days, body["relative_to_individuals"])
        kinds = body["applies_if"]
        yield f"kinds {body['who']}", [kinds] if isinstance(kinds, str) else kinds or []
    bureaus, other, credit = (
        fact[k] for k in ("consumer_reporting_agencies", "substitute_notice", "credit_monitoring")
    )
    yield "bureaus", (bureaus["threshold"], _COMPARISONS[bureaus["comparison"]])
    yield "methods", tuple(bool(fact["methods"][key]) for key in ("mail", "email", "telephone"))
    yield "substitute", (other["cost_usd"], other["persons"], other["insufficient_contact"], other["web_posting_days"])
    yield "components", (sorted(other["components"]), other["components_rule"])
    yield "content", sorted(fact["content_required"] or [])
    yield "prohibited", fact.get("content_prohibited") or []
    yield "credit", credit["months"]
    yield from ((f"known {_GROUPS.get(key, key)}", level) for key, level in fact["confidence"].items())
    yield "sources", len(fact["sources"])


def _state_rule(rule: Facts) -> Iterator[tuple[str, Any]]:
    yield from ((key, rule[key]) for key in ("citation", "breach_trigger", "data_form"))
    yield "private_action", rule["enforcement"]["private_action"]
    yield "as_of", str(rule["as_of"])
    yield "reach", rule["reaches"]["everyone"]
    yield "triggers", _pairs(rule["triggers"]["any_of"])
    yield "conditional", _pairs(names for item in rule["triggers"]["conditional"] for names in item["any_of"])
    safe, harm, told = rule["encryption"], rule["risk_of_harm"], rule["individuals"]
    yield "encryption", (safe["safe_harbour"], safe["lost_with_key"])
    yield "harm", (harm["standard"], harm["keep_years"], bool(harm["consult"]), bool(harm["submit"]))
    yield "individuals", (told["deadline"].get("days"), told["deadline"]["from"], told["scope_extension"])
    yield "law_enforcement", rule["law_enforcement"]["may_delay"]
    for body in rule["regulators"]:
        due = body["deadline"]
        yield f"to {body['who']}", (body["residents"]["people"], body["residents"]["comparison"])
        days = (due.get("days"), due.get("business_days"), due["from"])
        yield f"due {body['who']}", (*days, body["relative_to_individuals"])
        yield f"kinds {body['who']}", body["applies_if"]
    bureaus, other = rule["consumer_reporting_agencies"].get("persons"), rule["substitute_notice"]
    yield "bureaus", (bureaus["people"], bureaus["comparison"]) if bureaus else (None, None)
    yield "methods", tuple(bool(rule["methods"][key]) for key in ("mail", "email", "telephone"))
    limits = (other["cost_usd_more_than"], other["people_more_than"])
    yield "substitute", (*limits, other["insufficient_contact"], other["web_posting_days"])
    yield "components", (sorted(other["components"]), other["components_rule"])
    extra = [item for part in rule["content"]["only_if"] for item in part["items"]]
    yield "content", sorted([*rule["content"]["required"], *extra])
    yield "prohibited", rule["content"]["prohibited"]
    yield "credit", rule["credit_monitoring"]["months"]
    yield from ((f"known {key}", level) for key, level in rule["confidence"].items())
    yield "sources", len(rule["sources"])


def _other(fact: Facts) -> Iterator[tuple[str, Any]]:
    yield from ((key, fact[key]) for key in ("name", "citation"))
    yield "as_of", str(fact["as_of"])
    since = str((fact.get("effective") or {}).get("frm", ""))[:10]
    yield "status", (_STANDINGS.get(fact["status"], fact["status"]), since or None)
    bodies = [(who, duty["deadline"]) for duty in fact.get("regulator_duties") or [] for who in duty["who"]]
    yield "bodies", sorted((who, *_span(due.get("outer_limit"), due.get("unit"))) for who, due in bodies)
    told = fact.get("individual_duties")
    yield "individuals", _span(told["deadline"].get("outer_limit"), told["deadline"].get("unit")) if told else None
    yield "embargo", ((told or {}).get("not_before") or {}).get("value") or None
    yield "law_enforcement", fact["law_enforcement_delay"]["allowed"]
    yield "records", fact["records_duty_years"]
    yield "credit", fact["credit_monitoring"]["months"]
    yield "known", fact["confidence"]
    yield "sources", len(fact["sources"])


def _other_rule(rule: Facts) -> Iterator[tuple[str, Any]]:
    yield from ((key, rule[key]) for key in ("name", "citation"))
    yield "as_of", str(rule["as_of"])
    status = rule.get("status") or {"standing": "in_force", "since": None}
    yield "status", (status["standing"], str(status["since"]) if status["since"] else None)
    yield "bodies", sorted((body["who"], *_limit(body["deadline"])) for body in rule["regulators"])
    told = rule["individuals"]
    yield "individuals", _limit(told["deadline"]) if told else None
    yield "embargo", ((told or {}).get("embargo") or {}).get("business_days")
    yield "law_enforcement", rule["law_enforcement"]["may_delay"]
    yield "records", rule.get("keep_records_years")
    yield "credit", rule["credit_monitoring"]["months"]
    unread = {"private_action", "penalties"} if rule["confidence"]["triggers"] != "memory" else set()
    levels = {level for key, level in rule["confidence"].items() if key not in unread}
    yield "known", levels.pop() if len(levels) == 1 else sorted(levels)
    yield "sources", len(rule["sources"])


def _span(number: int | None, unit: str | None) -> tuple[int, str]:
    return (0, "") if number is None or unit is None else (number, _UNITS[unit])


def _limit(deadline: Facts) -> tuple[int, str]:
    return next(((deadline[unit], unit) for unit in _UNITS.values() if deadline.get(unit) is not None), (0, ""))


def main(folder: str) -> int:
    """0 when every difference is explained."""
    regimes, compared, found = differences(Path(folder))
    open_ones = [item for item in found if not item["why"]]
    counts = {"regimes": regimes, "compared": compared, "explained": len(found) - len(open_ones)}
    print(json.dumps({**counts, "differences": open_ones}, default=str, indent=1))
    return 1 if open_ones else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.law_facts DIR")
    sys.exit(main(sys.argv[1]))
