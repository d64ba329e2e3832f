"""E-mails: messages compiled once for each variant, signed, written to archives, and the finished files read back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa

from amends.case import Case
from amends.engine import Engine
from amends.notices.emails.checking import Checked, check_balance, check_file
from amends.notices.emails.sender import Sender, sender_of
from amends.notices.emails.writing import SQL, Outbox, plans_table, templates_of
from amends.notices.letters.printing import runs
from amends.notices.texts import languages

__all__ = ["Sender", "check_messages", "sender_of", "write_messages"]

_BATCH: Final = 2_048
_BLOCK: Final = 64


def write_messages(case: Case, db: Engine, folder: Path) -> Sender | None:
    """Write every e-mail of the case to archives in a folder, read them back, and make the table `sent`.

    Reads mail/emails.parquet and mail/variants.parquet; the views pieces and persons and the tables offers and held
    must be there. The sender; None, and an empty table, when nobody gets an e-mail. Raises `SettingError` when the
    settings of the sender cannot be used, `EvidenceError` when a message does not say what the tables say.
    """
    listed = case.output("mail/variants.parquet").to_table().to_pylist()
    chosen = {row["variant"]: row for row in listed if row["channel"] == "email"}
    sender = sender_of(case) if chosen else None
    for statement in ("make_carried", "make_said", "make_mailbox_name", "make_sent"):
        db.run(SQL[statement])
    inner, outer = _pads(sender.secret if sender else b"")
    db.run(SQL["make_mails"], inner=inner, outer=outer)
    if sender is None:
        return None
    db.run(SQL["hold"])
    templates = templates_of(chosen.values(), sender)
    db.add("mail_plans", plans_table(templates, chosen))
    with Outbox(folder, templates, sender) as outbox:
        emails = case.output("mail/emails.parquet")
        for batch in emails.scanner(batch_size=_BATCH, batch_readahead=1, fragment_readahead=1).to_batches():
            db.add("finished", pa.Table.from_batches([batch]))
            rows = db.fetch(SQL["values"])
            db.drop("finished")
            for run in rows.combine_chunks().to_batches():
                for variant, messages in runs(run, "variant"):
                    outbox.add(variant, messages)
    checked = {name: Checked(name, template, sender) for name, template in templates.items()}
    check_messages(db, folder, outbox.files, checked)
    return sender


def check_messages(db: Engine, folder: Path, files: dict[str, list[str]], checked: dict[str, Checked]) -> None:
    """Compare every message of the files of each variant with the tables. Raises `EvidenceError`."""
    db.add("languages", pa.table({"language": list(languages())}))
    for variant, names in files.items():
        for name in names:
            check_file(db, folder / name, checked[variant])
    check_balance(db)


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as the two blocks that HMAC puts before the inner and the outer message (RFC 2104, section 2)."""
    block = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
