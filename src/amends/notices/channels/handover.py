"""The approved texts of the channels as files for those who publish, send or speak them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from amends.case import Case
from amends.errors import CaseError
from amends.evidence.files import disk_errors, sha256_file
from amends.notices.channels.writing import ACCOUNTS, CALLERS, MESSAGES, SEGMENTS, STANDING, TEXTS
from amends.notices.proofs import require_approved

CHANNELS: Final = ("sms", "banner", "page", "substitute", "press", "script", "faq")
_BATCH: Final = 65_536
_FORMULA: Final = r"^([=+\-@\t\r])"


def export_channels(case: Case, folder: Path) -> int:
    """Write the texts to a new folder of mode 700; the number of files.

    Each text as its finished file, `texts.csv` with who it is for and its hash, `messages.csv` with the number and
    words of each text message, `banner_accounts.csv` with the state of each account, `banner_states.csv` with the state
    of all others, `segments.csv` with people by segment and element, `callers.csv` with the people whom the call centre
    can look up.

    Raises `CaseError` when a text is not approved, something is at the folder or notices has not run.
    """
    require_approved(case, CHANNELS)
    if folder.exists() or folder.is_symlink():
        raise CaseError("there is something already", where=str(folder), mend="name a new folder")
    texts = case.output(TEXTS).to_table()
    with disk_errors(folder.name):
        folder.mkdir(parents=True, mode=0o700)
        for row in texts.select(["file", "finished"]).to_pylist():
            with _new(folder / row["file"]) as file:
                file.write(row["finished"].encode())
        _sheet(folder / "texts.csv", [_listed(folder, texts)])
        _sheet(folder / "messages.csv", _messages(_batches(case, MESSAGES), texts))
        _sheet(folder / "banner_accounts.csv", _guarded(_batches(case, ACCOUNTS)))
        _sheet(folder / "callers.csv", _guarded_texts(_batches(case, CALLERS)))
        for name, output in (("banner_states.csv", STANDING), ("segments.csv", SEGMENTS)):
            _sheet(folder / name, _batches(case, output))
    files = {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
    case.log("export", "notices", {"what": "channels", "files": files})
    return len(files)


def _listed(folder: Path, texts: pa.Table) -> pa.Table:
    names = texts["file"].to_pylist()
    shown = texts.select(["file", "variant", "channel", "kind", "language", "content", "people", "places", "parts"])
    places = pc.binary_join(texts["jurisdictions"], " ")
    hashes = pa.array([sha256_file(folder / name) for name in names], pa.string())
    return shown.append_column("jurisdictions", places).append_column("sha256", hashes)


def _messages(batches: Iterable[pa.Table], texts: pa.Table) -> Iterator[pa.Table]:
    """The number of each message with its words; numbers are checked to be digits after a plus sign."""
    words = texts.filter(pc.equal(texts["channel"], "sms")).combine_chunks()
    keys = pc.binary_join_element_wise(words["kind"], words["language"], "-").combine_chunks()
    for batch in batches:
        wanted = pc.binary_join_element_wise(batch["text"], batch["language"], "-")
        places = pc.index_in(wanted, value_set=keys)
        yield pa.table(
            {
                "phone": batch["phone"],
                "language": batch["language"],
                "variant": words["variant"].take(places),
                "text": words["text"].take(places),
            }
        )


def _guarded(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Accounts as a spreadsheet shows them: one that it would run as a formula gets an apostrophe in front."""
    for batch in batches:
        yield pa.table({"account": harmless(batch["account_number"]), "state": batch["state"]})


def _guarded_texts(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Every column of text likewise."""
    for batch in batches:
        yield pa.table({name: harmless(batch[name]) for name in batch.column_names})


def harmless(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Texts that a spreadsheet does not run as formulas: those that it would get an apostrophe in front."""
    return pc.replace_substring_regex(column, _FORMULA, r"'\1")


def _batches(case: Case, output: str) -> Iterator[pa.Table]:
    dataset = case.output(output)
    yield dataset.schema.empty_table()
    scanner = dataset.scanner(batch_size=_BATCH, batch_readahead=1, fragment_readahead=1)
    for batch in scanner.to_batches():
        yield pa.Table.from_batches([batch])


def _sheet(path: Path, tables: Iterable[pa.Table]) -> None:
    with _new(path) as file:
        writer: csv.CSVWriter | None = None
        for table in tables:
            shown = table.rename_columns([name.upper() for name in table.column_names])
            writer = writer or csv.CSVWriter(file, shown.schema)
            writer.write_table(shown)
        if writer:
            writer.close()


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
