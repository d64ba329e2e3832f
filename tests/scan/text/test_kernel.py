"""The text kernel: what it proves, what it leaves alone, and that chunks do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.scan.text.kernel import Hits, Scanner, scan_bytes
from amends.scan.text.patterns import element_name


def found(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    hits = scan_bytes(np.frombuffer(data, np.uint8))
    return [
        (element_name(int(element)), data[start:end].decode())
        for start, end, element in zip(hits.start, hits.end, hits.element, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "element", "value"),
    [
        ("SSN 123-45-6788", "ssn", "123-45-6788"),
        ("social security number 123456788", "ssn", "123456788"),
        ("ITIN 912-70-1234", "tax_id", "912-70-1234"),
        ("call (206) 555-0100 now", "phone", "(206) 555-0100"),
        ("+1 206-555-0123 x22", "phone", "+1 206-555-0123 x22"),
        ("+44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("They are not answering at 785 8949", "phone", "785 8949"),
        ("50-98-28-96 office", "phone", "50-98-28-96"),
        ("write to joe.smith99@example.com.", "email", "joe.smith99@example.com"),
        ("born 4/12/1980", "dob", "4/12/1980"),
        ("date of birth: 1980-04-12", "dob", "1980-04-12"),
        ("born on April 12, 1980", "dob", "April 12, 1980"),
        ("born. April 12, 1980", "dob", "April 12, 1980"),
        ('"birthDate": "1980-04-12T04:00:00Z"', "dob", "1980-04-12"),
        ("DOB 12-Apr-1980", "dob", "12-Apr-1980"),
        ("card 4532 0151 1283 0366", "payment_card", "4532 0151 1283 0366"),
        ("Amex 3782 822463 10005", "payment_card", "3782 822463 10005"),
        ("IMEI 490154203237518", "imei", "490154203237518"),
        ("IMSI 310150123456789", "imsi", "310150123456789"),
        ("SIM 89014103211118510720", "iccid", "89014103211118510720"),
        ("GB29 NWBK 6016 1331 9268 19", "account_number", "GB29 NWBK 6016 1331 9268 19"),
        ("gb82west12345698765432", "account_number", "gb82west12345698765432"),
        ("driver's license D1234567", "driver_license", "D1234567"),
        ("passport C01234567", "passport", "C01234567"),
        ("account number 12345678", "customer_account", "12345678"),
        ("checking account 123456789", "account_number", "123456789"),
        ("PIN: 4821", "pin", "4821"),
        ("CVV 123", "access_code", "123"),
        ("10.20.30.40", "ip_address", "10.20.30.40"),
        ("4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a", "ip_address", "4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a"),
        ("password: hunter2!", "password", "hunter2!"),
        ('{"password": "correct horse"', "password", "correct"),
        ("md5 hash 5f4dcc3b5aa765d61d8327deb882cf99", "password", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("username=jsmith", "username", "jsmith"),
        ("1600 Pennsylvania Ave NW, Washington, DC 20500", "address", "1600 Pennsylvania Ave NW, Washington, DC 20500"),
        ("PO Box 1234, Austin, TX 78701", "address", "PO Box 1234, Austin, TX 78701"),
    ],
)
def test_a_value_is_found_whole_and_as_the_only_one(text: str, element: str, value: str) -> None:
    assert found(text) == [(element, value)]


@pytest.mark.parametrize(
    "text",
    [
        "SSN 000-12-3456",
        "SSN 666-12-3456",
        "card 4532015112830367",
        "IBAN GB29NWBK60161331926818",
        "we met on 4/12/1980 in town",
        "invoice 123456788 for 3 items",
        "the 5 days of a long road",
        "GB29 only",
        "password: ********",
        "at 12:33:07 on 2024-01-02",
        "born yesterday, said 1980-04-12T12:34:07Z",
        "version 3.14159265358979",
        "999.1.1.1",
        "",
        "@",
        "a@b",
        ":::::",
        "$1$2$3",
    ],
)
def test_what_proves_nothing_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_contrary_word_lowers_and_a_label_raises_confidence() -> None:
    def confidence(text: str) -> float:
        return float(scan_bytes(np.frombuffer(text.encode(), np.uint8)).confidence[0])

    assert confidence("order 123-45-6788") < confidence("see 123-45-6788") < confidence("SSN 123-45-6788")


def test_the_password_behind_an_address_is_its_pair() -> None:
    assert found("alice@example.com:Passw0rd1\nbob@example.org;x9x9x9\n") == [
        ("email", "alice@example.com"),
        ("password", "Passw0rd1"),
        ("email", "bob@example.org"),
        ("password", "x9x9x9"),
    ]


def test_an_address_with_digits_in_its_local_part_is_one_value() -> None:
    assert found("4532015112830366@example.com") == [("email", "4532015112830366@example.com")]


_PIECES = st.sampled_from(
    [
        "SSN 123-45-6788", "(206) 555-0100", "joe@example.com", "born April 12, 1980", "4532 0151 1283 0366", "x" * 200,
        "GB29 NWBK 6016 1331 9268 19", "driver's license D1234567",
        "password: hunter2", "\n", "\n\n", " ", "1 2 3 4 5 6 7",
        "12 Pine Street, Apt 4, Seattle, WA 98101", "PO Box 9, Austin, TX 78701", "9" * 600, "a1b2" * 50,
        "$6$abc$" + "d" * 30,
        "fe80::1ff:fe23:4567:890a", "alice@example.com:Passw0rd", "@", ":", "é“”", "089 72 63 41 office", ".", "-",
    ]
)  # fmt: skip


def _same(one: Hits, other: Hits) -> bool:
    pairs = ((one.start, other.start), (one.end, other.end), (one.element, other.element))
    return all(np.array_equal(a, b) for a, b in pairs) and np.array_equal(one.confidence, other.confidence)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=30), st.lists(st.integers(1, 3000), min_size=1, max_size=20))
def test_the_result_does_not_depend_on_how_the_bytes_are_cut(pieces: list[str], cuts: list[int]) -> None:
    data = " ".join(pieces * 3).encode()
    scanner, parts, at, turn = Scanner(), [], 0, 0
    while at < len(data):
        width = cuts[turn % len(cuts)]
        parts.append(scanner.feed(data[at : at + width]))
        at, turn = at + width, turn + 1
    parts.append(scanner.close())
    assert _same(Hits.together(parts), scan_bytes(np.frombuffer(data, np.uint8)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_and_hits_lie_within_them(data: bytes) -> None:
    hits = scan_bytes(np.frombuffer(data, np.uint8))
    assert (hits.start >= 0).all() and (hits.end <= len(data)).all() and (hits.start < hits.end).all()


def test_offsets_begin_at_the_base() -> None:
    assert scan_bytes(np.frombuffer(b"joe@example.com", np.uint8), base=1000).start.tolist() == [1000]
