"""The mail as plain files: letters for a print house, finished messages for a mail system, and their manifests.

The files leave the protection of the case, so they go to a new folder that only its owner can enter, and the export is
entered in the evidence log.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from amends.case import Case, Organisation
from amends.engine import Engine, open_engine, script
from amends.errors import CaseError
from amends.evidence.files import disk_errors, sha256_file
from amends.notices.emails import Sender, write_messages
from amends.notices.emails.writing import SQL as EMAIL_SQL
from amends.notices.letters import Postage, letter_copy, print_letters, seeds_of
from amends.notices.letters.printing import runs
from amends.notices.mail import element_lists
from amends.notices.proofs import require_approved, variants_of, write_letter_proofs
from amends.notices.told import record

SQL: Final = script(__package__, "export.sql")
_PLAN: Final = script(__package__, "plan.sql")
_UNFINISHED: Final = ".unfinished"
_MANIFEST: Final = pc_csv.WriteOptions(include_header=False, quoting_style="all_valid")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, its files by name with their SHA-256, the pieces, and the pieces held back.

    `signed` is one line on how the e-mails are signed, empty when there are none.
    """

    folder: Path
    files: dict[str, str]
    pieces: int
    held: int
    signed: str


def export(case: Case, folder: Path) -> Exported:
    """Write the mail to a new or empty folder.

    `letters_<variant>_<number>.pdf` are ready to print, `proof_<variant>.pdf` what counsel approved,
    `emails_<variant>_<number>.tar` hold finished messages; `mail_<variant>.csv` says who gets which letter in the
    same order, seeds among them, `emails.csv` who gets which message, `dkim.txt` the DNS records of the keys,
    `held_back.csv` which pieces could not be made and why, `counts.csv` how many there are. A manifest cell that a
    spreadsheet would run as a formula gets an apostrophe in front. Nothing is there until all is written. Reads:
    pieces, notices, persons, codes. Writes: told.

    Raises `CaseError` when a proof is not approved, the folder holds something or notices has not run, `SettingError`
    when the sender of e-mails cannot be used, `EvidenceError` when a finished piece does not say what it must,
    `StorageError` when the disk is full. Whatever is raised, nothing is left in the folder.
    """
    require_approved(case)
    organisation = case.settings.organisation
    postage, seeds = Postage(organisation.mailer_id, organisation.mail_service), seeds_of(case.settings.mailing.seeds)
    with open_engine(case) as db, disk_errors(folder.name):
        with _complete(folder) as made:
            for table in ("pieces", "persons", "codes"):
                db.attach(table)
            for statement in ("make_clean", "make_offers"):
                db.run(_PLAN[statement])
            db.run(SQL["make_guard"])
            print_letters(case, db, made, postage, seeds)
            sender = write_messages(case, db, made)
            count = _write_manifests(db, made, organisation)
            count += _write_email_manifest(db, made, sender) if sender else 0
            held = _write_sheet(db.fetch(SQL["held"]), made / "held_back.csv")
            _write_sheet(db.fetch(SQL["counts"]), made / "counts.csv")
            write_letter_proofs(variants_of(case), made)
        number = record(case, db)
    signed = sender.said() if sender else ""
    files = {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
    facts = {"what": "mail", "export": number, "pieces": count, "held": held, "files": files}
    case.log("export", "notices", facts | ({"signed": signed} if sender else {}))
    return Exported(folder, files, count, held, signed)


def _write_email_manifest(db: Engine, folder: Path, sender: Sender) -> int:
    """Write `emails.csv`, and `dkim.txt` where messages are signed; how many messages there are."""
    count = 0
    with _Files(folder) as files:
        file = files.get("emails.csv")
        for batch in db.stream(EMAIL_SQL["manifest"], domain=sender.domain):
            pc_csv.write_csv(batch, file, pc_csv.WriteOptions(include_header=count == 0, quoting_style="all_valid"))
            count += batch.num_rows
        if sender.signers:
            files.get("dkim.txt").write(sender.records().encode())
    return count


def export_letter(case: Case, reference: str, folder: Path) -> int:
    """Write the letter with a reference number as a tagged PDF (PDF/UA-1) to a new or empty folder; 1.

    Raises `CaseError` when a proof is not approved, there is no such letter or the folder holds something.
    """
    require_approved(case)
    copy = letter_copy(case, reference)
    with disk_errors(folder.name), _complete(folder) as made:
        path = made / f"letter_{re.sub('[^A-Za-z0-9_-]', '_', reference)}.pdf"
        path.write_bytes(copy)
        path.chmod(0o600)
    files = {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
    case.log("export", "notices", {"what": "letter", "files": files})
    return len(files)


@contextmanager
def _complete(folder: Path) -> Iterator[Path]:
    """A folder whose files get to `folder` together when all are written.

    Until then they lie in `.unfinished` inside it, on the same volume; what a killed run left there is cleared.
    """
    unfinished = folder / _UNFINISHED
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or set(folder.iterdir()) - {unfinished})):
        raise CaseError("there is something already", where=str(folder), mend="choose a new folder for the export")
    there = folder.exists()
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    folder.chmod(0o700)
    try:
        yield unfinished
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not there:
            folder.rmdir()
        raise
    for path in sorted(unfinished.iterdir()):
        path.rename(folder / path.name)
    unfinished.rmdir()


def _write_manifests(db: Engine, folder: Path, sender: Organisation) -> int:
    db.add("element_lists", element_lists(db.fetch(SQL["masks"]).column("elements").to_pylist()))
    count = 0
    with _Files(folder) as files:
        for batch in db.stream(SQL["manifest"], **_return_address(sender)):
            for variant, cells in runs(batch, "VARIANT"):
                file = files.get(f"mail_{variant}.csv")
                if file.tell() == 0:
                    file.write((",".join(f'"{name}"' for name in cells.schema.names) + "\n").encode())
                pc_csv.write_csv(cells, file, _MANIFEST)
                count += pc.sum(pc.equal(cells.column("SEED"), "")).as_py()
    return count


def _return_address(sender: Organisation) -> dict[str, str]:
    return {
        "return_line": sender.address_line,
        "return_city": sender.city,
        "return_region": sender.region,
        "return_postcode": sender.postcode,
    }


def _write_sheet(rows: pa.Table, path: Path) -> int:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        pc_csv.write_csv(rows, file)
    return rows.num_rows


class _Files:
    """The file that is being written: pieces come variant by variant, so one is open at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def get(self, name: str) -> BinaryIO:
        """The file of that name, made readable by its owner alone."""
        if name not in self._open:
            self._stack.close()
            descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._open = {name: self._stack.enter_context(os.fdopen(descriptor, "wb"))}
        return self._open[name]
