"""Writing things out of a case, in the clear, into a new folder that only its owner can enter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.csv as csv

from amends import duties, notices
from amends.case import Case
from amends.errors import CaseError, SettingError
from amends.evidence.files import disk_errors, replace_file, sha256_file


@dataclass(frozen=True, slots=True)
class Exported:
    """How many things were written out, and what else is to be said of them."""

    count: int
    note: str | None = None


def export_mail(case: Case, folder: Path) -> Exported:
    """The letters and e-mails with their manifests; the number of pieces, and how the e-mails are signed."""
    exported = notices.export(case, folder)
    return Exported(exported.pieces, exported.signed or None)


def export_channels(case: Case, folder: Path) -> Exported:
    """The texts for page, banner, text messages, press and call centre, with their counts; the number of files."""
    return Exported(notices.export_channels(case, folder))


def export_unread(case: Case, folder: Path) -> Exported:
    """The taken files in which something could not be read or is nobody's, with their paths; how many."""
    return Exported(notices.export_unread(case, folder))


def export_addresses(case: Case, folder: Path) -> Exported:
    """The addresses as USPS writes them, for an address service; how many."""
    return Exported(notices.write_addresses(case, folder))


def export_letter(case: Case, folder: Path, piece: str | None) -> Exported:
    """One letter as a tagged PDF, for a person who cannot read paper; 1. Raises `SettingError` without a reference."""
    if piece is None:
        raise SettingError("no letter is named", where="--piece", mend="add --piece with its reference number")
    return Exported(notices.export_letter(case, piece, folder))


def export_filings(case: Case, folder: Path) -> Exported:
    """Each filing as JSON, as a page and as a PDF; the number of filings."""
    rows = case.dataset("filings").to_table().to_pylist()
    with _new_folder(case, folder, "filings"):
        for row in rows:
            row["fields"] = json.loads(row["fields"])
            held = {**row, "fields": json.dumps(row["fields"])}
            replace_file(folder / f"{_file_name(row['filing_id'])}.html", duties.filing_page(held).encode())
            replace_file(folder / f"{_file_name(row['filing_id'])}.pdf", duties.filing_pdf(held))
            text = json.dumps(row, indent=2, default=str, ensure_ascii=False)
            replace_file(folder / f"{_file_name(row['filing_id'])}.json", text.encode() + b"\n")
    return Exported(len(rows))


def export_counsel(case: Case, folder: Path) -> Exported:
    """The counsel page, the calendar and the incident for VERIS and OCSF; the number of files."""
    now = datetime.now(UTC)
    texts = {
        "counsel.html": duties.counsel_page(case, now.date()),
        "calendar.ics": duties.ics(duties.nearest(case, now.date(), None), now, case.settings.case.id),
        "veris.json": json.dumps(duties.veris(case), indent=2, ensure_ascii=False) + "\n",
        "ocsf.json": json.dumps(duties.ocsf(case), indent=2, ensure_ascii=False) + "\n",
    }
    with _new_folder(case, folder, "counsel"):
        for name, text in texts.items():
            replace_file(folder / name, text.encode())
    return Exported(len(texts))


def export_codes(case: Case, folder: Path) -> Exported:
    """`codes.csv` for the vendor: person id, product, code, months, last day to enrol; the number of codes."""
    count = 0
    with _new_folder(case, folder, "codes"):
        batches = case.dataset("codes").to_batches()
        with (folder / "codes.csv").open("wb") as file:
            writer: csv.CSVWriter | None = None
            for batch in batches:
                writer = writer or csv.CSVWriter(file, batch.schema)
                writer.write_batch(batch)
                count += batch.num_rows
            if writer:
                writer.close()
        (folder / "codes.csv").chmod(0o600)
    return Exported(count)


def export_evidence(case: Case, folder: Path) -> Exported:
    """The evidence log, for whoever verifies it elsewhere; the number of files."""
    names = ["log.jsonl", "leaves", "checkpoint", "key.pub"]
    case.log("export", "evidence", {"files": {name: sha256_file(case.path / "evidence" / name) for name in names}})
    with _new_folder(case, folder, "evidence", log=False):
        (folder / "evidence").mkdir(mode=0o700)
        for name in names:
            replace_file(folder / "evidence" / name, (case.path / "evidence" / name).read_bytes())
    return Exported(len(names))


def _file_name(text: str) -> str:
    """An id as a file name on any system."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)


class _new_folder:
    """A new folder of mode 700 for one export, which is entered in the evidence log when it is complete."""

    def __init__(self, case: Case, folder: Path, what: str, *, log: bool = True) -> None:
        self._case, self._folder, self._what, self._log = case, folder, what, log

    def __enter__(self) -> None:
        if self._folder.exists():
            raise CaseError("there is something already", where=str(self._folder), mend="name a new folder")
        with disk_errors(self._folder.name):
            self._folder.mkdir(parents=True, mode=0o700)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._log:
            files = {path.name: sha256_file(path) for path in sorted(self._folder.iterdir())}
            self._case.log("export", self._what, {"files": files})


EXPORTS: dict[str, Callable[[Case, Path], Exported]] = {
    "mail": export_mail,
    "channels": export_channels,
    "addresses": export_addresses,
    "unread": export_unread,
    "filings": export_filings,
    "codes": export_codes,
    "evidence": export_evidence,
    "counsel": export_counsel,
}
