"""duties: what each law requires of this breach, of whom and by when.

The law is data (`regimes/`, one file a jurisdiction); `assess` evaluates it over the distinct (jurisdiction, elements)
groups of the people themselves. Reads: persons. Writes: duties, filings.
"""

from amends.case import Balance, Case, Incident, Outcome
from amends.duties.assessment import Assessment, assess, assess_whole
from amends.duties.conflict import Conflict, conflicts_table
from amends.duties.contradiction import IncidentError, check
from amends.duties.counsel import FILE, Counsel, CounselError, read_counsel
from amends.duties.duty import Duty, Explained, Question, Reason, State, Topic, duties_table
from amends.duties.law.fields import RegimeError
from amends.duties.law.rulebook import faults, read_regime, rulebook
from amends.duties.law.words import Audience
from amends.duties.owed import owed, places_table
from amends.duties.population import Group
from amends.duties.shown.exchange import ocsf, veris
from amends.duties.shown.filing import filings_table
from amends.duties.shown.findings import findings
from amends.duties.shown.form import filing_page, filing_pdf
from amends.duties.shown.page import counsel_page
from amends.duties.shown.upcoming import Upcoming, ics, nearest
from amends.duties.shown.whatif import Change, WhatIf, WhatIfError, what_if
from amends.engine import open_engine, script

__all__ = [
    "Assessment",
    "Audience",
    "Change",
    "Conflict",
    "Counsel",
    "CounselError",
    "Duty",
    "Explained",
    "Group",
    "Incident",
    "IncidentError",
    "Question",
    "Reason",
    "RegimeError",
    "State",
    "Topic",
    "Upcoming",
    "WhatIf",
    "WhatIfError",
    "assess",
    "assess_whole",
    "counsel_page",
    "faults",
    "filing_page",
    "filing_pdf",
    "findings",
    "ics",
    "nearest",
    "ocsf",
    "read_regime",
    "rulebook",
    "run",
    "veris",
    "what_if",
]

SQL = script(__package__, "persons.sql")


def run(case: Case) -> Outcome:
    """Compute every duty of the case and fill the filings. Every person ends under a duty or a reason for none.

    Reads: persons. Writes: duties, filings. Raises `RegimeError` when a rule file is not valid,
    `IncidentError` when the incident's dates contradict each other.
    """
    said = case.path / FILE
    step = case.step(
        "duties",
        reads=("persons",),
        writes=("duties", "filings"),
        inputs=[said] if said.exists() else [],
        settings=("incident", "organisation", "policy"),
    )
    if step.done:
        return step.outcome
    check(case.settings.incident)
    counsel = read_counsel(said)
    laws = rulebook()
    with step, open_engine(case) as db:
        db.attach("persons")
        groups = db.fetch(SQL["groups"])
        classes = db.fetch(SQL["classes"])
        people: int = db.value(SQL["persons"])
        found = assess_whole(case.settings.incident, groups, laws, counsel)
        shares = owed(found)
        step.write("duties", duties_table(found.duties))
        step.write("filings", filings_table(found.duties, case.settings, people))
        step.write_output("duties/groups.parquet", shares.groups)
        step.write_output("duties/profiles.parquet", shares.profiles)
        step.write_output("duties/places.parquet", places_table(found))
        step.write_output("duties/classes.parquet", classes)
        step.write_output("duties/conflicts.parquet", conflicts_table(found.conflicts))
        return step.commit(
            balances=[Balance("persons", came_in=people, out=found.reconciled())],
            findings=findings(case.settings.incident, found, laws),
        )
