"""Independent readers of the taken files: plain Python, sharing no code with the carrier that writes them.

`KINDS` says what each header means, written down here again on purpose.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pyarrow.parquet as pq

ELEMENT_OF = {
    "account": "customer_account",
    "given": "name",
    "family": "name",
    "full": "name",
    "dob": "dob",
    "ssn": "ssn",
    "licence": "driver_license",
    "other_id": "government_id",
    "phone": "phone",
    "imei": "imei",
    "imsi": "imsi",
    "street": "address",
    "pin": "pin",
    "email": "email",
}
KINDS = {
    "account": "CUST_ACCT_NO account_number cust_id acct account ban",
    "given": "FNAME first_name fname first given_name applicant.name.first user_first nm_first given|First Name",
    "family": "LNAME last_name lname last family_name applicant.name.last user_last nm_last family|Last Name",
    "full": "APPLICANT_NAME customer sub_name customer_name name full_name fullname line_user Name|customer name",
    "dob": "cust_dob birth_date BIRTH_DT applicant.dob date_of_birth birth_dt born dt_birth dob DOB birthdate"
    "|Date of Birth",
    "ssn": "SSN social_security_no TAXPAYER_SSN applicant.ssn ssn soc_sec ss_num|Social Security",
    "licence": "DL_NUM drivers_license DL_NO applicant.id.licence id_number_dl lic_no dl dl_number DL License",
    "other_id": "OTHER_ID gov_id applicant.id.other id_number_gov",
    "phone": "msisdn phone_no contact_phone MSISDN mdn phone line Phone|mobile no",
    "imei": "imei IMEI imei_no",
    "imsi": "imsi IMSI imsi_no",
    "street": "applicant.home.street address_1 street home_addr bill_addr addr1 address Street",
    "pin": "acct_pin",
    "email": "email_addr",
}
KIND_OF = {
    header: kind
    for kind, listed in KINDS.items()
    for header in [*listed.partition("|")[0].split(), *filter(None, listed.partition("|")[2].split("|"))]
}
KIOSK = ["order", "given_name", "family_name", "date_of_birth", "ssn", "phone", "status"]

Row = dict[str, str]


def usable_ssn(text: str) -> bool:
    """Issued by the rules of the Social Security Administration, and not what clerks type into the field."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 9 or digits in ("123456789", "111111111", "987654321", "888888888"):
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def found(row: Row) -> frozenset[str]:
    """The elements whose values stand in a row."""
    kinds = {KIND_OF[header]: text for header, text in row.items() if header in KIND_OF and text}
    return frozenset(ELEMENT_OF[kind] for kind, text in kinds.items() if kind != "ssn" or usable_ssn(text))


def value(row: Row, kind: str) -> str:
    """What stands in the row's column of a kind, or nothing."""
    return next((text for header, text in row.items() if KIND_OF.get(header) == kind), "")


def strict_csv(text: str, separator: str) -> list[Row]:
    """RFC 4180 with rows too short and too long."""
    headers, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    assert all(abs(len(row) - len(headers)) <= 1 for row in rows)
    return [dict(zip(headers, row, strict=False)) for row in rows]


def split_csv(text: str, separator: str, headers: list[str] | None = None) -> list[Row]:
    """A line a row, cut at every separator, stray quotes removed: right where no value holds a separator."""
    lines = text.splitlines()
    names = headers or lines.pop(0).split(separator)
    return [dict(zip(names, line.replace('"', "").split(separator), strict=False)) for line in lines]


def flat(value_: object, prefix: str = "") -> Row:
    """A JSON object with dotted names; null is blank."""
    if isinstance(value_, dict):
        inner = [flat(item, f"{prefix}.{name}" if prefix else name) for name, item in value_.items()]
        return {name: text for one in inner for name, text in one.items()}
    return {prefix: "" if value_ is None else str(value_)}


def read(taken: Path, path: str) -> list[Row]:
    """The data rows of a taken file, or of a member of a zip after exclamation marks."""
    outer, _, member = path.partition("!")
    if member:
        content = (taken / outer).read_bytes()
        for name in member.split("!"):
            content = zipfile.ZipFile(io.BytesIO(content)).read(name)
        return strict_csv(content.decode("cp1252"), ";") if "2017" in path else strict_csv(content.decode(), ",")
    file = taken / path
    if path.endswith(".ndjson"):
        return [flat(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    if path.endswith(".parquet"):
        return [flat(row) for row in pq.read_table(file).to_pylist()]
    if path.endswith(".sqlite"):
        return _sqlite(file)
    if path.endswith(".sql"):
        return _copy(file) if path.endswith(".dump.sql") else _inserts(file)
    if path.endswith(".log"):
        return [dict(pair.split("=") for pair in line.split() if "=" in pair) for line in file.read_text().splitlines()]
    return _text(file, path)


def _text(file: Path, path: str) -> list[Row]:
    raw = file.read_bytes()
    if path.endswith("applications_2008.csv"):
        return strict_csv(raw.decode("utf-16"), "\t")
    if path.endswith("2009_2015.txt"):
        return strict_csv(raw.decode("cp1252"), "|")
    if path.endswith("closed_accounts.csv"):
        return split_csv(raw.decode("cp1252"), ",")
    if path.endswith("active_pins.csv"):
        return split_csv(raw.decode(), ";")
    if path.endswith("former_prospective_01.csv"):
        return split_csv(raw.decode(), ",")
    if path.endswith("store_kiosk.csv"):
        return split_csv(raw.decode(), ",", KIOSK)
    separator = {"lines_a.csv": "|", "inactive_billing.csv": "\t"}.get(file.name, ",")
    return strict_csv(raw.decode("utf-8-sig"), separator)


def _sqlite(file: Path) -> list[Row]:
    with sqlite3.connect(file) as database:
        cursor = database.execute("SELECT * FROM kiosk ORDER BY rowid")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, (text or "" for text in row), strict=True)) for row in cursor]


def _inserts(file: Path) -> list[Row]:
    text = file.read_text("utf-8")
    headers = re.findall(r"^  `(\w+)`", text, re.MULTILINE)
    values = r"\(((?:'(?:[^'\\]|\\.)*'|NULL)(?:,(?:'(?:[^'\\]|\\.)*'|NULL))*)\)[,;]"
    rows = []
    for line in text.splitlines():
        if line.startswith("INSERT"):
            for match in re.finditer(values, line):
                cells = re.findall(r"'((?:[^'\\]|\\.)*)'|NULL", match[1])
                rows.append(dict(zip(headers, cells, strict=True)))
    return rows


def _copy(file: Path) -> list[Row]:
    lines = file.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("COPY"))
    headers = re.search(r"\((.*)\)", lines[start])[1].split(", ")  # type: ignore[index]
    body = lines[start + 1 : lines.index("\\.")]
    return [dict(zip(headers, ("" if c == "\\N" else c for c in line.split("\t")), strict=True)) for line in body]
