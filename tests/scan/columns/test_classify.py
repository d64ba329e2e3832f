"""Columns are told by header, values and neighbours; decoys are not."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pyarrow as pa
import pytest

from amends.scan import ColumnVerdict, classify
from amends.scan.columns.classify import judge_columns
from amends.scan.columns.facts import ColumnFacts
from amends.scan.tables.headers import read_header
from amends.scan.values.validators import Kind, judge_text
from tests.scan.tables_of_rows import with_luhn

DICE = random.Random(7)
ROWS = 300
GIVEN = ["James", "Mary", "Linda", "Robert", "Zyx", "Omri"]
FAMILY = ["Smith", "Jones", "Garcia", "Lee", "Zyxov", "Omrison"]


def column(make: object) -> list[str]:
    assert callable(make)
    return [make() for _ in range(ROWS)]


def digits(count: int) -> str:
    return str(DICE.randint(10 ** (count - 1), 10**count - 1))


def ssn() -> str:
    return f"{DICE.randint(1, 665):03d}{DICE.randint(1, 99):02d}{DICE.randint(1, 9999):04d}"


def phone() -> str:
    return f"{DICE.choice([202, 415, 646, 737])}{DICE.randint(220, 899) // 10 * 10 + 2}{DICE.randint(0, 9999):04d}"


VALUES = {
    "ssn": lambda: f"{(v := ssn())[:3]}-{v[3:5]}-{v[5:]}",
    "bare_ssn": ssn,
    "phone": lambda: f"({(v := phone())[:3]}) {v[3:6]}-{v[6:]}",
    "bare_phone": phone,
    "email": lambda: f"u{digits(5)}@mail.example.org",
    "dob": lambda: f"{DICE.randint(1, 12):02d}/{DICE.randint(1, 28):02d}/{DICE.randint(1935, 2004)}",
    "recent": lambda: f"2021-0{DICE.randint(1, 8)}-1{DICE.randint(0, 9)}",
    "stamp": lambda: f"2021-0{DICE.randint(1, 8)}-10 1{DICE.randint(0, 9)}:22:03",
    "imei": lambda: with_luhn("35" + digits(12)),
    "imsi": lambda: "310260" + digits(9),
    "iccid": lambda: with_luhn("8901" + digits(14)),
    "card": lambda: with_luhn("4" + digits(14)),
    "order": lambda: digits(15),
    "part": lambda: f"CONN-{DICE.randint(10, 99)}-{DICE.randint(100, 999)}",
    "lat": lambda: f"{DICE.uniform(25, 48):.7f}",
    "lon": lambda: f"-{DICE.uniform(70, 120):.7f}",
    "given": lambda: DICE.choice(GIVEN),
    "family": lambda: DICE.choice(FAMILY),
    "full": lambda: f"{DICE.choice(GIVEN)} {DICE.choice(FAMILY)}",
    "last_first": lambda: f"{DICE.choice(FAMILY)}, {DICE.choice(GIVEN)} Q".upper(),
    "street": lambda: f"{DICE.randint(1, 9999)} Oak {DICE.choice(['St', 'Avenue', 'Rd'])}",
    "city": lambda: DICE.choice(["Reno", "Boston", "Fresno", "Wye"]),
    "state": lambda: DICE.choice(["NV", "MA", "CA"]),
    "zip": lambda: f"{DICE.randint(501, 99950):05d}",
    "pin": lambda: digits(4),
    "account": lambda: digits(9),
    "licence": lambda: "D" + digits(7),
    "company": lambda: DICE.choice(["Acme Tools", "Globex", "Initech", "Umbrella Trading"]),
}


def verdicts(**columns: str) -> dict[str, ColumnVerdict]:
    table = pa.table({name: column(VALUES[kind]) for name, kind in columns.items()})
    return {verdict.column: verdict for verdict in classify(table)}


@pytest.mark.parametrize(
    ("header", "kind", "element"),
    [
        ("SSN", "ssn", "ssn"), ("social_security_no", "bare_ssn", "ssn"), ("cust_dob", "dob", "dob"),
        ("msisdn", "bare_phone", "phone"), ("homePhone2", "phone", "phone"), ("fname", "given", "name"),
        ("LAST_NM", "family", "name"), ("Applicant Name", "last_first", "name"), ("eMail", "email", "email"),
        ("imei_no", "imei", "imei"), ("subs_imsi", "imsi", "imsi"), ("SIM card", "iccid", "iccid"),
        ("cc_number", "card", "payment_card"), ("ADDR_LIN_1_TX", "street", "address"), ("acct_pin", "pin", "pin"),
        ("BAN", "account", "customer_account"), ("driversLicenseNumber", "licence", "driver_license"),
        ("contact.email", "email", "email"), ("applicant.name.last", "family", "name"),
    ],
)  # fmt: skip
def test_a_header_and_values_that_agree_are_believed(header: str, kind: str, element: str) -> None:
    found = verdicts(**{header: kind})[header]
    assert found.element == element
    assert found.question is None
    assert found.valid > 0.9 * found.filled == 0.9 * ROWS


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("order_no", "order"), ("cell_id", "order"), ("part_number", "part"), ("latitude", "lat"), ("lon", "lon"),
        ("hire_date", "dob"), ("created_at", "stamp"), ("activation_date", "recent"), ("company_name", "company"),
        ("product_name", "company"), ("invoice_no", "account"), ("phone_type", "company"), ("email_opt_in", "pin"),
        ("ssn", "company"), ("name", "company"), ("pin", "part"), ("imei", "company"), ("store_zip_name", "company"),
    ],
)  # fmt: skip
def test_decoys_have_no_element(header: str, kind: str) -> None:
    assert verdicts(**{header: kind})[header].element is None


def test_fifteen_digits_are_imeis_only_when_nearly_all_pass_luhn() -> None:
    assert verdicts(x1="imei", x2="order")["x1"].element == "imei"
    assert verdicts(x1="imei", x2="order")["x2"].element is None
    asked = verdicts(imei="order")["imei"]
    assert asked.element is None
    assert asked.question is not None


def test_a_table_without_header_is_told_by_its_values() -> None:
    kinds = ["order", "given", "family", "dob", "bare_ssn", "bare_phone", "email", "street", "city", "state", "zip"]
    found = verdicts(**{f"column_{i}": kind for i, kind in enumerate(kinds)})
    fields = [found[f"column_{i}"].field for i in range(len(kinds))]
    assert fields == [
        None, "given_name", "family_name", "dob", "ssn", "phone", "email", "address_line", "city", "region", "postcode",
    ]  # fmt: skip


def test_bare_digits_and_dates_alone_are_asked_about_not_believed() -> None:
    found = verdicts(column_0="bare_ssn", column_1="dob")
    assert [verdict.element for verdict in found.values()] == [None, None]
    assert all(verdict.question for verdict in found.values())


def test_a_number_of_another_person_is_asked_about() -> None:
    found = verdicts(ssn="ssn", spouse_ssn="ssn")
    assert found["ssn"].element == "ssn"
    assert found["spouse_ssn"].element is None
    assert found["spouse_ssn"].question is not None


def test_a_question_shows_shapes_and_no_value() -> None:
    table = pa.table({"ssn": ["123-45-6788"] * 20 + ["see file 7"] * 80})
    question = classify(table)[0].question
    assert question is not None
    assert "999-99-9999" in question
    assert "AAA AAAA 9" in question
    assert "123" not in question


def test_empty_columns_and_empty_tables_have_no_verdict() -> None:
    empty = classify(pa.table({"ssn": pa.array([], pa.string()), "email": pa.array([], pa.string())}))
    assert [verdict.element for verdict in empty] == [None, None]
    assert classify(pa.table({"dob": [None, ""]}))[0].filled == 0


@pytest.mark.parametrize(
    ("text", "kind", "holds"),
    [
        ("000-12-3456", Kind.SSN, False), ("666-12-3456", Kind.SSN, False), ("900-12-3456", Kind.SSN, False),
        ("123-00-4567", Kind.SSN, False), ("123-45-0000", Kind.SSN, False), ("111-11-1111", Kind.SSN, False),
        ("123 45 6788", Kind.SSN, True), ("123456788", Kind.SSN, True), ("12-345-6788", Kind.SSN, False),
        ("900-70-1234", Kind.TAX_ID, True),
        ("+1 (415) 555-0123", Kind.PHONE, True),
        ("415.555.0123", Kind.PHONE, True),
        ("1-415-555-0123", Kind.PHONE, True),
        ("115-555-0123", Kind.PHONE, False),
        ("415-155-0123", Kind.PHONE, False),
        ("1628000000", Kind.PHONE, False), ("+442079460958", Kind.PHONE_ABROAD, True), ("a@b.co", Kind.EMAIL, True),
        ("a@b", Kind.EMAIL, False), ("a b@c.org", Kind.EMAIL, False), ("a@b..org", Kind.EMAIL, False),
        ("@b.org", Kind.EMAIL, False), ("1975-02-29", Kind.DATE, False), ("1976-02-29", Kind.DATE, True),
        ("2/29/1976", Kind.DATE, True), ("29.02.1976", Kind.DATE, True), ("19760229", Kind.DATE, True),
        ("1875-01-01", Kind.DATE, False), ("Mar 12, 1975", Kind.DATE, True), ("12-MAR-75", Kind.DATE, True),
        ("13/13/1975", Kind.DATE, False), ("490154203237518", Kind.IMEI, True), ("490154203237519", Kind.IMEI, False),
        ("310260123456789", Kind.IMSI, True), ("4111 1111 1111 1111", Kind.CARD, True),
        ("4111111111111112", Kind.CARD, False), ("02134", Kind.POSTCODE, True), ("00100", Kind.POSTCODE, False),
        ("new york", Kind.REGION, True), ("ZZ", Kind.REGION, False), ("P.O. Box 12", Kind.NUMBERED, True),
    ],
)  # fmt: skip
def test_validators_know_what_can_be(text: str, kind: Kind, holds: bool) -> None:
    assert bool(judge_text(text, 2026) >> kind & 1) is holds


@pytest.mark.parametrize(
    ("text", "kind", "holds"),
    [
        ("GB82 WEST 1234 5698 7654 32", Kind.IBAN, True), ("GB82WEST12345698765433", Kind.IBAN, False),
        ("021000021", Kind.ROUTING, True), ("021000022", Kind.ROUTING, False), ("192.168.1.20", Kind.IP, True),
        ("256.1.1.1", Kind.IP, False), ("1.2.3", Kind.IP, False), ("2001:db8::1", Kind.IP, True),
        ("00:1a:2B:3c:4d:5e", Kind.MAC, True), ("00-1a-2B-3c-4d-5e", Kind.MAC, True), ("12:30:45", Kind.MAC, False),
        ("123e4567-e89b-12d3-a456-426614174000", Kind.UUID, True),
        ("5f4dcc3b5aa765d61d8327deb882cf99", Kind.HASHED, True),
        ("$2b$12$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ12", Kind.HASHED, True),
        ("hello world, nothing to see", Kind.HASHED, False), ("1EG4-TE5-MK73", Kind.MBI, True),
        ("1SG4-TE5-MK73", Kind.MBI, False), ("E11.9", Kind.ICD10, True), ("11.9E", Kind.ICD10, False),
        ("-71.0589", Kind.COORDINATE, True),
        ("-271.0589", Kind.COORDINATE, False),
        ("45.8046° N", Kind.COORDINATE, True),
        ("42.3601, -71.0589", Kind.PAIR, True), ("Smith, John 04/12/1980", Kind.MIXED, True),
        ("Ann Lee <ann@example.org>", Kind.EMAILS, True), ("a@example.org;b@example.org", Kind.EMAILS, True),
        ("Acme Holdings LLC", Kind.COMPANY, True),
        ("4155550123.0", Kind.PHONE, True),
        ("12 de marzo de 1975", Kind.DATE, True),
        ("Wed, March 12, 1975", Kind.DATE, True), ("62 Elm Suite 12, 1975", Kind.DATE, False),
    ],
)  # fmt: skip
def test_validators_know_identifiers_with_letters_and_points(text: str, kind: Kind, holds: bool) -> None:
    assert bool(judge_text(text, 2026) >> kind & 1) is holds


def table(**columns: list[str]) -> dict[str, ColumnVerdict]:
    return {verdict.column: verdict for verdict in classify(pa.table(columns))}


PEOPLE = {"first_name": ["Ann", "Robert", "Linda"], "last_name": ["Lee", "Jones", "Garcia"]}


@pytest.mark.parametrize(
    ("header", "cells", "element"),
    [
        ("iban", ["GB82WEST12345698765432", "DE89370400440532013000", "x"], "account_number"),
        ("last_login_ip", ["10.1.2.3", "10.1.2.4", "10.1.2.5"], "device_id"),
        ("MAC Address", ["00:1a:2b:3c:4d:5e"] * 3, "device_id"),
        ("username", ["alee", "rjones7", "lgarcia"], "username"),
        ("password_hash", ["5f4dcc3b5aa765d61d8327deb882cf99"] * 3, "password"),
        ("cvv2", ["123", "456", "789"], "access_code"),
        ("lat", ["42.3601", "42.3602", "42.3603"], "location"), ("Diagnosis", ["E11.9", "I10", "J45"], "medical"),
        ("Número de pasaporte", ["AB1234567", "XZ7654321", "C1234567"], "passport"),
        ("employee_id", ["E-1", "E-2", "E-3"], "employee_id"),
        ("fecha de nacimiento", ["12/03/1975", "01/02/1980", "30/04/1991"], "dob"),
        ("Vorname", ["Ann", "Bo", "Cy"], "name"),
        ("fingerprint_template", ["Rk1SACAy", "Rk1SACAz", "Rk1SACA0"], "biometric"),
        ("student id", ["100", "101", "102"], "student_id"),
        ("mbi", ["1EG4-TE5-MK73"] * 3, "health_insurance"), ("ITIN", ["900-70-1234"] * 3, "tax_id"),
        ("Mother's Maiden Name", ["Lee", "Ray", "Fox"], "mothers_maiden_name"),
        ("signature", ["aGk=", "aGk=", "aGk="], "e_signature"),
        ("mobile", ["98654322", "189891891", "98761234"], "phone"), ("phone", ["4155550123.0"] * 3, "phone"),
    ],
)  # fmt: skip
def test_each_kind_of_column_is_known_beside_a_person(header: str, cells: list[str], element: str) -> None:
    assert table(**PEOPLE, **{header: cells})[header].element == element


def test_coordinates_without_a_person_are_not_even_asked_about() -> None:
    verdict = table(lat=["42.3601"], lon=["-71.0589"])["lat"]
    assert (verdict.element, verdict.question) == (None, None)


def test_what_belongs_to_another_or_to_nobody_known_is_asked_about_and_said_what_it_is() -> None:
    found = table(**PEOPLE, spouse_phone=["(415) 555-0123"] * 3, birth_year=["1975", "1980", "1991"])
    assert (found["spouse_phone"].element, found["spouse_phone"].holds) == (None, "phone")
    assert (found["birth_year"].element, found["birth_year"].holds) == (None, "dob")
    assert all(found[name].question for name in ("spouse_phone", "birth_year"))


def test_several_things_in_one_cell_are_asked_about() -> None:
    verdict = table(entry=["Smith, John 04/12/1980", "Jones, Ann 05/01/1971", "Lee, Bo 01/30/1990"])["entry"]
    assert verdict.element is None
    assert verdict.question is not None
    assert "9" in verdict.question
    assert "04/12" not in verdict.question


def test_names_of_firms_are_not_names_of_people() -> None:
    firms = ["Scott Hardware Inc", "First Bank of Omaha", "Martin & Sons Holdings"]
    assert table(name=firms, phone=["(415) 555-0123"] * 3)["name"].element is None


def test_headers_in_many_styles_say_the_same() -> None:
    for header in (
        "first_name",
        "FirstName",
        "FIRST NAME",
        "first-name",
        "cust_first_name",
        "fname",
        "applicant.first",
    ):
        assert read_header(header).rule == "given_name", header
    assert read_header("column_7").silent
    assert read_header("phone_no").rule == "phone"


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("custname", "full_name"), ("Prénom", "given_name"), ("contactno", "phone"), ("Straße", "address_line"),
        ("电话", "phone"), ("фамилия", "family_name"), ("LenderAddressLine2", "address_line_2"),
        ("player_last_name", "family_name"), ("Name of Candidate", "full_name"), ("What is your email?", "email"),
        ("Provider First Name", "given_name"), ("RES_STREET_NUM", "street_number"), ("birth_city", "birth_place"),
        ("hostname", None), ("species_name", None), ("company_name", None), ("file_last_name_count", None),
    ],
)  # fmt: skip
def test_headers_of_other_languages_trades_and_habits_are_read(header: str, rule: str | None) -> None:
    assert read_header(header).rule == rule


def test_a_header_that_its_cells_disprove_leaves_them_to_speak() -> None:
    found = table(**PEOPLE, Address=["10.1.2.3", "10.1.2.4", "10.1.2.5"], phone=["a@b.co", "c@d.co", "e@f.co"])
    assert (found["Address"].holds, found["phone"].element) == ("device_id", "email")


def test_a_firm_has_a_telephone_but_no_name_of_a_person() -> None:
    found = table(company_phone=["(415) 555-0123"] * 3, company_name=["Mary Jones", "Ann Lee", "Robert Garcia"])
    assert (found["company_phone"].element, found["company_phone"].holds) == (None, "phone")
    assert found["company_name"].holds is None


def test_coordinates_of_nobody_are_said_to_be_coordinates() -> None:
    assert table(lat=["42.3601"], lon=["-71.0589"])["lat"].holds == "location"


@pytest.mark.parametrize(
    ("text", "kind", "holds"),
    [
        ("415-555-0123 x45", Kind.PHONE_LOOSE, True), ("001-415-555-0123ext. 7", Kind.PHONE_LOOSE, True),
        ("12 x 14", Kind.PHONE_LOOSE, False),
        ("208.4397503", Kind.PHONE_FORMATTED, False), ("1989-11-11 000000", Kind.DATE, True),
        ("1989-11-11 12", Kind.DATE, False), ("A1234567", Kind.LICENCE, True), ("A123-4567-8901", Kind.LICENCE, True),
        ("A12", Kind.LICENCE, False), ("ABC1234567", Kind.LICENCE, False), ("262011234567890", Kind.IMSI, True),
        ("262011234567890", Kind.IMSI_NEAR, False), ("202101121234567", Kind.IMSI, False),
        ("999011234567890", Kind.IMSI, False), ("1051.0", Kind.PIN, True), ("Québec", Kind.REGION, True),
    ],
)  # fmt: skip
def test_validators_know_forms_that_authorities_publish(text: str, kind: Kind, holds: bool) -> None:
    assert bool(judge_text(text, 2026) >> kind & 1) is holds


def test_of_two_columns_of_given_names_the_one_of_family_names_is_told() -> None:
    facts = [ColumnFacts(f"column_{i}") for i in range(2)]
    facts[0].add(pa.array(["James", "Mary", "Linda", "Robert"] * 25))
    facts[1].add(pa.array(["Lee", "Ray", "James", "Smith"] * 25))
    assert [verdict.field for verdict in judge_columns(facts, header=False)] == ["given_name", "family_name"]


def rules_of(*columns: Sequence[str], header: Sequence[str] = ()) -> list[str | None]:
    """The rules that columns are told by; None where it is none or a question."""
    table = pa.table({(header[i] if header else str(i)): list(cells) for i, cells in enumerate(columns)})
    found = []
    for name, cells in zip(table.column_names, table.columns, strict=True):
        facts = ColumnFacts(name)
        for chunk in cells.chunks:
            facts.add(chunk)
        found.append(facts)
    return [None if each.question else each.rule for each in judge_columns(found, header=bool(header))]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["Maria,Gonzalez,219-09-5678", "John,Garcia,412-55-9012"], ["given_name", "family_name", "ssn"]),
        (["Maria Gonzalez,219-09-5678"], ["full_name", "ssn"]),
        (["Siobhan,Okonkwo,219-09-5678", "Xiu,Smith,412-55-9012"], ["given_name", "family_name", "ssn"]),
        (["Maria,Gonzalez,(206) 555-0142"], ["given_name", "family_name", "phone"]),
        (["Maria,Gonzalez,4111 1111 1111 1111"], ["given_name", "family_name", "payment_card"]),
        (["Maria,Gonzalez,D4438821,CA"], ["given_name", "family_name", "driver_license", "region"]),
        (["Maria,Gonzalez,1980-04-12,219-09-5678"], ["given_name", "family_name", "dob", "ssn"]),
        (["Maria,Gonzalez,219095678"], ["given_name", "family_name", None]),
        (["Austin,Dallas,42"], [None, None, None]),
        (["219-09-5678"], ["ssn"]),
    ],
)
def test_the_few_rows_of_a_table_without_header_are_enough_where_they_tell_of_humans(
    rows: list[str], told: list[str | None]
) -> None:
    assert rules_of(*zip(*(row.split(",") for row in rows), strict=True)) == told


def test_few_rows_are_enough_under_a_header_that_says_nothing_else() -> None:
    row = (["Maria Gonzalez"], ["219-09-5678"])
    assert rules_of(*row, header=("who", "ref")) == ["full_name", "ssn"]
    assert rules_of(["219-09-5678"], ["a@example.com"], header=("part_no", "mail")) == [None, "email"]
    assert rules_of(["May"], ["a@example.com"], header=("edition", "mail")) == [None, "email"]
