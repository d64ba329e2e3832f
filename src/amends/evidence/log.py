"""The log: a folder with one JSON entry a line, their leaf hashes, the verifier key and the signed checkpoint.

    log.jsonl    the entries, canonical JSON, one a line: only ids, hashes and counts, never a personal value
    leaves       the 32-byte leaf hash of every entry, so that a damaged entry can be named
    checkpoint   the signed head over all entries
    key.pub      the verifier key

Writing order is entry, leaf, checkpoint, each flushed to the disk, so that a kill leaves at most one entry that the
checkpoint does not yet cover. Opening the log for writing drops such a tail: nothing was promised on it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amends.errors import EvidenceError
from amends.evidence.checkpoint import Checkpoint, Signer, verify_note
from amends.evidence.files import replace_file, sync_folder
from amends.evidence.merkle import Tree, leaf_hash

LEAF = 32


class Log:
    """An evidence log opened for appending. Raises `EvidenceError` when what is there does not verify."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder = folder
        self._signer = signer
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "checkpoint").exists():
            self._start()
        head = verify_note((folder / "checkpoint").read_bytes(), (folder / "key.pub").read_bytes())
        self._tree = Tree(self._covered_leaves(head))
        if self._tree.root() != head.root:
            raise EvidenceError("the leaf hashes do not lead to the checkpoint's root", where="evidence/leaves")

    def append(self, kind: str, facts: Mapping[str, Any]) -> int:
        """Add one entry, sign the new head, and return the entry's number. `facts` must be JSON without values."""
        number = self._tree.size
        entry = {"n": number, "time": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, **facts}
        line = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        leaf = leaf_hash(line)
        _append(self.folder / "log.jsonl", line + b"\n")
        _append(self.folder / "leaves", leaf)
        self._tree.append(leaf)
        self._sign()
        return number

    def _start(self) -> None:
        for name in ("log.jsonl", "leaves"):
            replace_file(self.folder / name, b"")
        replace_file(self.folder / "key.pub", self._signer.verifier_key.encode() + b"\n")
        self._tree = Tree()
        self._sign()

    def _sign(self) -> None:
        head = Checkpoint(f"amends/{self._signer.name}", self._tree.size, self._tree.root())
        replace_file(self.folder / "checkpoint", self._signer.sign(head))

    def _covered_leaves(self, head: Checkpoint) -> list[bytes]:
        """The leaves that the checkpoint covers; what was written after it is dropped from both files."""
        path = self.folder / "leaves"
        blob = path.read_bytes()
        if len(blob) < head.size * LEAF:
            raise EvidenceError("leaf hashes are missing", where="evidence/leaves", mend="restore the folder")
        _cut(path, head.size * LEAF)
        log = self.folder / "log.jsonl"
        lines = log.read_bytes().split(b"\n")
        if len(lines) <= head.size:
            raise EvidenceError("entries are missing", where="evidence/log.jsonl", mend="restore the folder")
        _cut(log, sum(len(line) + 1 for line in lines[: head.size]))
        return [blob[i : i + LEAF] for i in range(0, head.size * LEAF, LEAF)]


def read_entries(folder: Path) -> tuple[Checkpoint, list[dict[str, Any]]]:
    """Every entry of a log, after checking each byte of it against leaves, root and signature.

    Raises `EvidenceError` that names the entry or file where the first difference is.
    """
    for name in ("checkpoint", "key.pub", "log.jsonl", "leaves"):
        if not (folder / name).is_file():
            raise EvidenceError(f"{name} is missing", where=f"evidence/{name}", mend="restore the evidence folder")
    head = verify_note((folder / "checkpoint").read_bytes(), (folder / "key.pub").read_bytes())
    raw, leaves = (folder / "log.jsonl").read_bytes(), (folder / "leaves").read_bytes()
    lines = raw.split(b"\n")
    hashes = [leaf_hash(line) for line in lines[: head.size]]
    sound = Tree(hashes).root() == head.root
    for number, value in enumerate(hashes):
        if leaves[number * LEAF : (number + 1) * LEAF] != value:
            place = "evidence/leaves" if sound else "evidence/log.jsonl"
            raise EvidenceError(f"entry {number} is not what was logged", where=f"{place}, entry {number}")
    if not sound:
        raise EvidenceError("the log does not lead to the checkpoint's root", where="evidence/log.jsonl")
    if lines[head.size :] != [b""] or len(leaves) != head.size * LEAF:
        raise EvidenceError(
            "there is more than the checkpoint covers",
            where=f"evidence/log.jsonl, after entry {head.size - 1}",
            mend="a verb was killed while logging; run `amends respond` to resume, then verify again",
        )
    return head, [json.loads(line) for line in lines[: head.size]]


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _cut(path: Path, size: int) -> None:
    if path.stat().st_size != size:
        os.truncate(path, size)
        sync_folder(path.parent)
