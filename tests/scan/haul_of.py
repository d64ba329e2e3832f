"""Helpers of the tests that scan whole hauls: a case, files put into it, and its tables as dictionaries."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from amends.case import Case, Outcome
from amends.scan.files.limits import DEFAULT, Limits

PEOPLE = b"first_name,last_name,ssn\nAnn,Lee,123-45-6788\nBob,Kim,223-45-6788\n"
SMALL: Limits = replace(DEFAULT, chunk=1 << 12, allowance=1 << 16, ratio=50, depth=3, members=20, sheet=1 << 16)
"""Limits that small files can break."""


def put(case: Case, name: str, content: bytes) -> Path:
    """Put a file into the haul."""
    path = case.settings.inputs.taken / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def rows(case: Case, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    found: list[dict[str, Any]] = case.dataset(table).to_table().to_pylist()
    return found


def files(case: Case) -> dict[str, dict[str, Any]]:
    """The rows of `files` by path."""
    return {row["path"]: row for row in rows(case, "files")}


def ssns(case: Case) -> list[str]:
    """The Social Security numbers of all records, in order."""
    return [row["ssn"] for row in rows(case, "records")]


def balance(outcome: Outcome, what: str) -> dict[str, int]:
    """Where one thing went."""
    return next(dict(part.out) for part in outcome.balances if part.what == what)
