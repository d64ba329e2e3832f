"""The e-mails of a case as finished messages in archives, some thousands to a file.

Every line that is put into a message is a line of the finished text, which the verb has compared with the tables.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa

from amends.engine import script
from amends.notices.emails.dkim import Signing
from amends.notices.emails.messages import Scratch, Template
from amends.notices.emails.parts import END_OF_FILE
from amends.notices.emails.sender import Sender
from amends.notices.texts import languages
from amends.notices.variants import mark

SQL: Final = script(__package__, "emails.sql")
PER_FILE: Final = 10_000
STATED: Final = ("elements", "name", "code", "months", "enrol_by")
"""The slots whose value is read back from every message."""


def plans_table(templates: Mapping[str, Template], listed: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """What the statements join: where each variant's text has lines of one person, and where it states what."""
    rows = []
    for variant, template in templates.items():
        row = listed[variant]
        before, after = languages()[row["language"]].addressee[row["addressed_to"]].split("{name}")
        plan: dict[str, Any] = {
            "variant": variant,
            "language": row["language"],
            "addressed_to": row["addressed_to"],
            "addressee_before": before,
            "addressee_after": after,
            "own_lines": [number + 1 for number in template.stamped],
        }
        for slot in STATED:
            found = mark(template.text, slot)
            plan |= {f"{slot}_line": found.line, f"{slot}_before": found.before, f"{slot}_after": found.after}
        rows.append(plan)
    words = ("variant", "language", "addressed_to", "addressee_before", "addressee_after")
    schema = [pa.field(name, pa.string()) for name in words]
    schema.append(pa.field("own_lines", pa.list_(pa.int64())))
    for slot in STATED:
        schema.append(pa.field(f"{slot}_line", pa.int64()))
        schema += [pa.field(f"{slot}_{part}", pa.string()) for part in ("before", "after")]
    return pa.Table.from_pylist(rows, schema=pa.schema(schema))


class Outbox:
    """Messages on their way into files, variant by variant. Use as a context manager; the last file ends with it."""

    def __init__(self, folder: Path, templates: Mapping[str, Template], sender: Sender) -> None:
        self.files: dict[str, list[str]] = {}
        self._folder, self._templates = folder, templates
        self._signings = {name: Signing(sender.signers, one.headers) for name, one in templates.items()}
        self._stack = ExitStack()
        self._open: tuple[str, BinaryIO] | None = None
        self._count = 0

    def __enter__(self) -> Outbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._close()
        self._stack.close()

    def add(self, variant: str, rows: pa.RecordBatch) -> None:
        """Write the messages of rows of `values` in emails.sql, all of one variant, in the order of the mail."""
        template, signing = self._templates[variant], self._signings[variant]
        while rows.num_rows:
            file = self._file(variant)
            some = rows.slice(0, PER_FILE - self._count)
            pieces = some.column("piece_id").to_numpy().astype(np.int64)
            batch = template.messages(some.column("values").flatten(), pieces, signing.room)
            if signing.room:
                signing.sign(batch)
            file.write(memoryview(batch.data))  # type: ignore[arg-type]
            self._count += some.num_rows
            rows = rows.slice(some.num_rows)

    def _file(self, variant: str) -> BinaryIO:
        if self._open and self._open[0] == variant and self._count < PER_FILE:
            return self._open[1]
        self._close()
        names = self.files.setdefault(variant, [])
        names.append(f"emails_{variant}_{len(names) + 1:03}.tar")
        descriptor = os.open(self._folder / names[-1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._open = (variant, self._stack.enter_context(os.fdopen(descriptor, "wb")))
        return self._open[1]

    def _close(self) -> None:
        if self._open:
            self._open[1].write(END_OF_FILE)
        self._stack.close()
        self._open, self._count = None, 0


def templates_of(listed: Collection[Mapping[str, Any]], sender: Sender) -> dict[str, Template]:
    """The compiled template of each variant (rows of the list of variants), all with one scratch."""
    scratch = Scratch()
    return {
        row["variant"]: Template(sender.envelope(row["kind"], row["subject"], row["language"]), row["text"], scratch)
        for row in listed
    }
