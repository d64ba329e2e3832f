"""Addresses as USPS prints them."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.engine import Engine, script
from amends.notices.addresses.standard import abbreviations, standardise

PLAN = script("amends.notices", "plan.sql")
LINES = {
    "1 Oak Avenue": "1 OAK AVE",
    "12 North Main Street, Apt. 4b": "12 N MAIN ST APT 4B",
    "P.O. Box 12": "PO BOX 12",
    "Post Office Box 7A": "PO BOX 7A",
    "10 PO Baker Road": "10 PO BAKER RD",
    "100 North Avenue": "100 NORTH AVE",
    "5 Northwest Highway West": "5 NORTHWEST HWY W",
    "101 s.w. 3rd Ave., #5": "101 SW 3RD AVE # 5",
    "22 Avenue of the Americas Suite 300": "22 AVENUE OF THE AMERICAS STE 300",
    "3 Avenue Park Road": "3 AVENUE PARK RD",
    "12 Key West": "12 KEY WEST",
    "77-15 Peñasco Boulevard Penthouse": "77-15 PENASCO BLVD PH",
    "7 St. Johns Street apt5": "7 ST JOHNS ST APT 5",
    "39 1/2  Elm\tSt": "39 1/2 ELM ST",
    "RR 2 Box 5": "RR 2 BOX 5",
    "9 Av": "9 AV",
}


def standard(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    columns = ("address_line", "city", "region", "postcode", "country")
    raw = pa.table(
        {
            "person_id": pa.array(range(len(rows)), pa.int64()),
            **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns},
        }
    )
    with Engine(spill=None) as db:
        db.run(PLAN["make_clean"])
        db.add("raw", raw)
        standardise(db)
        found: list[dict[str, str | None]] = db.fetch("select * from standard order by person_id").to_pylist()
    return found


def test_a_street_is_written_as_the_postal_service_writes_it() -> None:
    made = standard([{"address_line": line} for line in LINES])
    assert dict(zip(LINES, (row["address_line"] for row in made), strict=True)) == LINES


@pytest.mark.parametrize(
    ("region", "postcode", "expected"),
    [
        ("California", "93650", ("CA", "93650")),
        ("ca", "936501234", ("CA", "93650-1234")),
        ("MA", "2139", ("MA", "02139")),
        ("CA", "9365", ("CA", "9365")),
        (None, None, (None, None)),
    ],
)
def test_states_and_zip_codes_are_made_whole_where_that_is_certain(
    region: str | None, postcode: str | None, expected: tuple[str | None, str | None]
) -> None:
    row = standard([{"address_line": "1 Oak St", "city": "St. Louis", "region": region, "postcode": postcode}])[0]
    assert (row["region"], row["postcode"]) == expected
    assert row["city"] == "ST LOUIS"


def test_an_address_abroad_stays_as_it_is() -> None:
    row = standard([{"address_line": "Calle Norte 5", "city": "México", "postcode": "01000", "country": "MX"}])[0]
    assert (row["address_line"], row["city"]) == ("Calle Norte 5", "México")


def test_a_territory_that_is_called_a_country_is_a_state_to_the_mail() -> None:
    row = standard([{"address_line": "5 Calle Sol", "city": "San Juan", "postcode": "901", "country": "PR"}])[0]
    assert (row["region"], row["postcode"], row["country"]) == ("PR", "00901", "US")


WORDS = st.sampled_from([*abbreviations()["word"].to_pylist(), "1", "22B", "1/2", "OAK", "Ñ"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=6)))
def test_no_digit_is_lost_and_a_second_time_changes_nothing(lines: list[list[str]]) -> None:
    written = [" ".join(words) for words in lines]
    made = [row["address_line"] or "" for row in standard([{"address_line": line} for line in written])]
    for line, one in zip(written, made, strict=True):
        assert [letter for letter in one if letter.isdigit()] == [letter for letter in line if letter.isdigit()]
    assert [row["address_line"] or "" for row in standard([{"address_line": line} for line in made])] == made
