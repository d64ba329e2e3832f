"""Labelled records of any of the usual sets in the columns of table `records`, with the human each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

_NAMES = {
    "given_name": ("given_name", "first_name", "firstname", "fname", "given"),
    "middle_name": ("middle_name", "middle", "middle_initial", "mname"),
    "family_name": ("family_name", "last_name", "surname", "lastname", "lname", "family"),
    "suffix": ("suffix", "name_suffix"),
    "dob": ("dob", "dob_raw", "date_of_birth", "birth_date", "birthdate", "birth_day"),
    "ssn": ("ssn", "social_security_number"),
    "government_id": ("government_id", "soc_sec_id", "national_id"),
    "phone": ("phone", "telephone", "phone_number"),
    "email": ("email", "e_mail", "email_address"),
    "city": ("city", "suburb", "town"),
    "region": ("region", "state"),
    "postcode": ("postcode", "zip", "zipcode", "zip_code", "postal_code"),
    "account_number": ("account_number",),
    "driver_license": ("driver_license",),
    "imei": ("imei",),
    "imsi": ("imsi",),
}
_LINE = ("address_line", "address", "street_address")
_PARTS = ("street_number", "street_name", "address_1", "address_2", "unit", "unit_number")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`records` in the columns of the contract, `record_id` counting from 0, and the human of each, shape (n,)."""

    records: pa.Table
    human: np.ndarray


def labelled(path: Path, truth: str, *, mask: tuple[str, ...] = (), first: int = 0, mask_ssn: float = 0.0) -> Labelled:
    """Read a Parquet or CSV file whose column `truth` names the human.

    Columns of `mask` are read as missing, and a share `mask_ssn` of the SSNs; only the `first` records are read when
    it is positive.
    """
    source = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    options = "" if path.suffix == ".parquet" else ", all_varchar = true, header = true"
    with duckdb.connect() as db:
        limit = f" LIMIT {first}" if first else ""
        db.execute("SET preserve_insertion_order = true")
        db.execute(f"CREATE TABLE given AS SELECT * FROM {source}($path{options}){limit}", {"path": str(path)})
        have = {row[0].lower(): row[0] for row in db.execute("DESCRIBE given").fetchall()}
        columns = ["(row_number() OVER () - 1)::BIGINT AS record_id", "1::BIGINT AS elements", "'1' AS wave"]
        for target, names in _NAMES.items():
            found = next((have[name] for name in names if name in have), None)
            if found and target not in mask:
                kept = "hash(row_number() OVER ()) % 10000 >= $hidden" if target == "ssn" and mask_ssn else "true"
                columns.append(f"CASE WHEN {kept} THEN nullif(trim(\"{found}\"::VARCHAR), '') END AS {target}")
        columns.append(f"nullif({_line(have)}, '') AS address_line")
        hidden = {"hidden": round(10_000 * mask_ssn)} if mask_ssn else None
        records = db.sql(f"SELECT {', '.join(columns)} FROM given", params=hidden).to_arrow_table()
        human = db.sql(f'SELECT "{truth}"::VARCHAR AS human FROM given').to_arrow_table().column(0)
    codes = human.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return Labelled(records, codes.astype(np.int32))


def _line(have: dict[str, str]) -> str:
    whole = next((have[name] for name in _LINE if name in have), None)
    if whole:
        return f'trim("{whole}"::VARCHAR)'
    parts = [f'"{have[name]}"::VARCHAR' for name in _PARTS if name in have]
    if "po_box" in have:
        parts.append(f"'po box ' || \"{have['po_box']}\"::VARCHAR")
    return f"concat_ws(' ', {', '.join(parts)})" if parts else "NULL::VARCHAR"
