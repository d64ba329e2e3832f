"""What the plan takes a person to be owed is what duties reckoned, group by group, over laws of many places."""

from __future__ import annotations

from typing import Final

from amends import duties, notices
from amends.case import Case
from amends.elements import mask
from amends.engine import open_engine
from tests.notices.people_who_lost import INCIDENT, LINE, ORGANISATION, SSN, person, tables
from tests.notices.test_run import NewCase

PLACES: Final = ("US-CA", "US-MA", "US-RI", "US-IL", "US-WA", "US-GU", "DE", "BR", "JP", "ZZ")
LOST: Final = (SSN, LINE, mask(["name"]), mask(["email", "password"]), mask(["name", "ssn", "medical", "cpni"]))
DIFFERENT: Final = """
select count(*) as groups, count(*) filter (where
    (owed.duty_id is null) <> (len(theirs.duty_ids) = 0)
    or list_sort(theirs.content) is distinct from coalesce(owed.required, [])
    or list_sort(theirs.content_prohibited) is distinct from coalesce(owed.prohibited, [])
    or owed.due is distinct from theirs.due
    or owed.not_before is distinct from theirs.not_before
) as different
from duty_groups
join duty_profiles as theirs using (profile)
join profiles on profiles.jurisdiction = duty_groups.jurisdiction and profiles.elements = duty_groups.elements
left join owed on owed.profile = profiles.profile
"""


def test_the_union_of_a_person_is_that_of_the_duties(new_case: NewCase) -> None:
    people = [
        person(number, jurisdiction=place, elements=lost)
        for number, (place, lost) in enumerate(((place, lost) for place in PLACES for lost in LOST), 1)
    ]
    facts = {**INCIDENT, "sectors": ["telecom_carrier"], "aware": INCIDENT["discovered"]}
    case: Case = new_case(tables=tables(people), organisation=ORGANISATION, incident=facts)
    duties.run(case)
    with open_engine(case) as db:
        for table in ("persons", "duties"):
            db.attach(table)
        for name in ("groups", "profiles"):
            db.add(f"duty_{name}", case.output(f"duties/{name}.parquet").to_table())
        for statement in ("make_profiles", "make_owed"):
            db.run(notices.SQL[statement])
        found = db.fetch(DIFFERENT).to_pylist()[0]
    assert found == {"groups": len(PLACES) * len(LOST), "different": 0}
