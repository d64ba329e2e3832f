"""protect: what still proves who a person is, and what each person is offered.

`run(case)` reads persons and, once they are assessed, duties; it writes codes and authenticators.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pyarrow as pa

from amends.case import Balance, Case, Outcome, Step
from amends.engine import Engine, open_engine, script
from amends.protect import codes
from amends.protect.authenticators import Authenticator, Verdict, decision_table, judge, killing_mask, parse, rules
from amends.protect.spread import Tally, spread
from amends.tables import TABLES

SQL: Final = script(__package__, "authenticators.sql")
_NO_DUTIES: Final = "no duties yet: the months offered follow the policy alone; run `amends duties` first"

__all__ = ["Authenticator", "Verdict", "codes", "decision_table", "judge", "parse", "run"]


def run(case: Case) -> Outcome:
    """One offer code for every living person, and every authenticator of every person, dead or alive.

    Reads: persons; duties where they are there. Writes: codes, authenticators. Raises `SettingError` when no date for
    the notices is known, from which the last day to enrol is counted.
    """
    reads = ("persons", "duties") if case.has("duties") else ("persons",)
    terms = codes.Terms(
        months=case.settings.policy.offer_months,
        enrol_by=case.mail_date + timedelta(days=case.settings.policy.enrol_days),
    )
    step = case.step("protect", reads=reads, writes=("codes", "authenticators"), settings=("incident", "policy"))
    if step.done:
        return step.outcome
    with step, open_engine(case) as db:
        db.attach("persons")
        if "duties" in reads:
            db.attach("duties")
        else:
            db.add("duties", TABLES["duties"].schema.empty_table())
        offered = _write_codes(case, step, db, terms)
        judged = _write_authenticators(step, db)
        findings = [] if "duties" in reads else [_NO_DUTIES]
        return step.commit(balances=[offered, judged], findings=findings)


def _write_codes(case: Case, step: Step, db: Engine, terms: codes.Terms) -> Balance:
    previous = step.previous("codes")
    db.add("previous_codes", previous if previous is not None else TABLES["codes"].schema.empty_table())
    codes.draw(db, case.secret("codes"), terms.months)
    counts = codes.count(db, terms)
    step.write("codes", codes.spell(db, terms))
    offered = {
        "offered the adult product": counts.adult,
        "offered the minor product": counts.minor,
        "no offer: deceased": counts.deceased,
    }
    unasked = {"no offer: neither the policy nor a law asks for one": counts.not_offered} if not terms.months else {}
    return Balance("persons", counts.people, offered | unasked)


def _write_authenticators(step: Step, db: Engine) -> Balance:
    table, tally = decision_table(), Tally()
    db.add("rules", rules(table))
    killing = killing_mask(table)
    db.run(SQL["make_masks"], killing=killing)
    because = db.fetch(SQL["verdicts"]).column("because").to_numpy().reshape(-1, len(table))
    came_in = db.value(SQL["people"]) * len(table)
    rows = spread(db.stream(SQL["holders"], killing=killing), table, because, tally)
    step.write("authenticators", pa.RecordBatchReader.from_batches(TABLES["authenticators"].schema, rows))
    return Balance("persons × authenticators", came_in, {"alive": tally.alive, "dead": tally.dead})
