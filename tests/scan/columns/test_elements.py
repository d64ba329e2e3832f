"""Every element of the vocabulary can be found in a column; what only resembles one is not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from amends.elements import ELEMENTS
from amends.scan import ColumnVerdict, classify
from amends.scan.tables.headers import rules
from amends.scan.values.validators import judge_text
from tests.scan.tables_of_rows import with_luhn

ROWS = 60
DICE = random.Random(11)


def number(count: int) -> str:
    return str(DICE.randint(10 ** (count - 1), 10**count - 1))


def letters(count: int) -> str:
    return "".join(DICE.choice("ABCDEFGHJKMNPQRTUVWXY") for _ in range(count))


def hexadecimal(count: int) -> str:
    return "".join(DICE.choice("0123456789abcdef") for _ in range(count))


def day(first: int, last: int) -> str:
    return f"{DICE.randint(first, last)}-{DICE.randint(1, 12):02d}-{DICE.randint(1, 28):02d}"


def iban() -> str:
    inner = number(18)
    check = 98 - int(inner + "131400") % 97
    return f"DE{check:02d}{inner}"


def ssn() -> str:
    return f"{DICE.randint(1, 665):03d}-{DICE.randint(1, 99):02d}-{DICE.randint(1, 9999):04d}"


GIVEN = ["James", "Mary", "Linda", "Robert", "Omri"]
FAMILY = ["Smith", "Jones", "Garcia", "Lee", "Omrison"]
PEOPLE: dict[str, Callable[[], str]] = {
    "first_name": lambda: DICE.choice(GIVEN),
    "last_name": lambda: DICE.choice(FAMILY),
}

FOUND: dict[str, tuple[str, Callable[[], str]]] = {
    "name": ("cust_full_nm", lambda: f"{DICE.choice(GIVEN)} {DICE.choice(FAMILY)}"),
    "phone": ("Tel. mobile", lambda: f"(415) {DICE.randint(200, 999)}-{number(4)}"),
    "address": ("Street Address", lambda: f"{number(3)} Oak {DICE.choice(['St', 'Avenue'])}"),
    "email": ("Correo electrónico", lambda: f"u{number(5)}@mail.example.org"),
    "dob": ("Geburtsdatum", lambda: day(1940, 2005)),
    "ssn": ("Soc Sec No", ssn),
    "driver_license": ("DLN", lambda: letters(1) + number(7)),
    "state_id": ("state_id_number", lambda: number(8)),
    "government_id": ("National ID", lambda: letters(2) + number(6)),
    "passport": ("Passport No.", lambda: letters(1) + number(8)),
    "tax_id": ("ITIN", lambda: f"9{number(2)}-{DICE.randint(70, 88)}-{number(4)}"),
    "military_id": ("DoD ID Number", lambda: number(10)),
    "irs_ip_pin": ("IRS IP PIN", lambda: number(6)),
    "account_number": ("beneficiary bank ref", iban),
    "payment_card": ("card_number", lambda: with_luhn("4" + number(14))),
    "pin": ("account_pin", lambda: number(4)),
    "password": ("password_hash", lambda: hexadecimal(40)),
    "access_code": ("CVV2", lambda: number(3)),
    "username": ("login_name", lambda: f"{DICE.choice(FAMILY).lower()}{number(2)}"),
    "security_answer": ("secret answer", lambda: DICE.choice(["Rex", "Bella", "blue"])),
    "medical": ("diagnosis_code", lambda: f"{letters(1)}{number(2)}.{number(1)}"),
    "health_insurance": ("medicare_number", lambda: f"1EG4-TE5-MK{number(2)}"),
    "biometric": ("fingerprint_template", lambda: hexadecimal(24)),
    "genetic": ("brca_status", lambda: DICE.choice(["positive", "negative"])),
    "imei": ("handset imei", lambda: with_luhn("35" + number(12))),
    "imsi": ("subs_imsi", lambda: "24007" + number(10)),
    "device_id": ("last_login_ip", lambda: f"10.{DICE.randint(0, 255)}.{DICE.randint(0, 255)}.7"),
    "iccid": ("SIM serial no", lambda: with_luhn("8901" + number(14))),
    "location": ("last known location", lambda: f"{DICE.uniform(25, 48):.5f}, -{DICE.uniform(70, 120):.5f}"),
    "cpni": ("minutes_of_use", lambda: number(3)),
    "e_signature": ("e_signature", lambda: hexadecimal(20)),
    "mothers_maiden_name": ("Mother's Maiden Name", lambda: DICE.choice(FAMILY)),
    "student_id": ("matriculation number", lambda: number(7)),
    "employee_id": ("Personalnummer", lambda: number(6)),
    "alpr": ("license_plate", lambda: letters(3) + number(4)),
    "security_token": ("api_token", lambda: hexadecimal(32)),
    "birth_or_marriage_certificate": ("birth certificate no", lambda: number(9)),
    "work_evaluation": ("performance_review", lambda: DICE.choice(["meets", "exceeds"])),
    "payroll_withholding": ("federal tax withheld", lambda: f"{number(4)}.50"),
    "customer_account": ("BAN", lambda: number(9)),
}


def verdict(header: str, make: Callable[[], str], **beside: Callable[[], str]) -> ColumnVerdict:
    made = {name: [cell() for _ in range(ROWS)] for name, cell in {**beside, header: make}.items()}
    return classify(pa.table(made))[-1]


def test_no_element_of_the_vocabulary_is_left_out() -> None:
    assert set(FOUND) == {element.id for element in ELEMENTS}


@pytest.mark.parametrize("element", FOUND)
def test_each_element_is_found_in_its_column(element: str) -> None:
    found = verdict(*FOUND[element], **PEOPLE)
    assert (found.element, found.question) == (element, None)
    assert 0 < found.confidence <= 1
    assert found.valid > 0.9 * found.filled == 0.9 * ROWS


@pytest.mark.parametrize(
    ("header", "make"),
    [
        ("order_number", lambda: number(9)), ("order_number", lambda: number(10)), ("tracking", lambda: number(12)),
        ("transaction_ref", lambda: number(16)), ("serial", lambda: number(15)), ("epoch", lambda: "16" + number(8)),
        ("epoch_ms", lambda: "16" + number(11)), ("stamp", lambda: "2021" + number(2) + "0112" + number(5)),
        ("batch", lambda: "20210" + str(DICE.randint(1, 9)) + "1" + str(DICE.randint(0, 9)) + number(7)),
        ("created_at", lambda: day(2019, 2021)), ("expiry_date", lambda: day(2022, 2024)),
        ("sku", lambda: letters(1) + number(7)), ("amount", lambda: f"{number(3)}.{number(2)}"),
        ("reading", lambda: f"208.{number(7)}"), ("firmware_version", lambda: f"10.{number(1)}.{number(1)}.7"),
        ("product_name", lambda: DICE.choice(["Jordan Classic", "Austin Healey", "Mary Jane"])),
        ("company_name", lambda: DICE.choice(["Scott Hardware", "Martin Tools", "Lewis & Co"])),
        ("species_name", lambda: DICE.choice(["Rosa canina", "Iris versicolor", "Viola odorata"])),
        ("veteran", lambda: DICE.choice(["Yes", "No"])), ("created_by", lambda: DICE.choice(["admin", "batch"])),
        ("supplier", lambda: DICE.choice(["Oyope", "Ntag", "Lajo"])), ("email_opt_in", lambda: DICE.choice("YN")),
        ("phone_type", lambda: DICE.choice(["home", "cell"])), ("filename", lambda: DICE.choice(["Mary", "Linda"])),
        ("address_type", lambda: DICE.choice(["home", "work"])), ("checksum", lambda: hexadecimal(8)),
    ],
)  # fmt: skip
def test_what_resembles_an_element_is_none(header: str, make: Callable[[], str]) -> None:
    assert verdict(header, make, **PEOPLE).element is None


@pytest.mark.parametrize(
    ("beside", "element"), [((), None), (("state",), "driver_license")], ids=["alone", "beside a state"]
)
def test_licence_numbers_without_header_need_a_state_and_a_person(beside: tuple[str, ...], element: str | None) -> None:
    states = {name: lambda: DICE.choice(["NV", "CA", "OH"]) for name in beside}
    assert verdict("column_9", lambda: letters(1) + number(7), **PEOPLE, **states).element == element


@pytest.mark.parametrize("country", ["20408", "26201", "23415", "44010", "72405", "310260"])
def test_imsis_of_any_country_are_known_under_their_header(country: str) -> None:
    assert verdict("imsi", lambda: country + number(15 - len(country))).element == "imsi"
    assert verdict("imsi", lambda: "999" + number(12)).element is None


def test_imsis_of_another_country_need_company_where_the_header_is_silent() -> None:
    assert verdict("column_3", lambda: "26201" + number(10), **PEOPLE).element is None
    assert verdict("column_3", lambda: "26201" + number(10), imei=FOUND["imei"][1]).element == "imsi"


def test_the_validators_of_a_rule_exclude_each_other_so_that_no_cell_counts_twice() -> None:
    odd = ["45.8046° N", "10.1.2.3", "2001:db8::1", "PO Box 12", "12 Elm St", "V9A 1T1", "22044-2703", "Apt 3B"]
    cells = [*odd, *(make() for _, make in FOUND.values() for _ in range(5)), *(make() for make in PEOPLE.values())]
    for rule in rules().values():
        for kinds in (rule.kinds, rule.loose):
            for cell in cells:
                bits = judge_text(cell, 2026)
                assert sum(bits >> kind & 1 for kind in kinds) <= 1, (rule.id, cell)
