"""Check a case folder against its log: every entry, every output file, every count.

Needs no key: the log holds hashes of the stored bytes, encrypted or not. What it cannot tell is that the whole folder,
key and log together, was replaced by another; that takes a witness outside the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amends.errors import EvidenceError
from amends.evidence.files import sha256_file
from amends.evidence.log import read_entries


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and every failure found, each one line that names the place. `ok` when there is none."""

    entries: int
    files: int
    balances: int
    failures: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """True when nothing failed."""
        return not self.failures


def verify(path: Path) -> Verification:
    """Verify the folder of a case, or of an exported log, which has no case.toml and no tables to check.

    Never raises for damage: damage is in `failures`.
    """
    try:
        head, entries = read_entries(path / "evidence")
    except EvidenceError as error:
        return Verification(0, 0, 0, (error.line(),))
    failures = [f"entry {i} says it is entry {entry.get('n')}" for i, entry in enumerate(entries) if entry["n"] != i]
    current: dict[str, tuple[int, dict[str, Any]]] = {}
    balances = 0
    for number, entry in enumerate(entries):
        for output in entry.get("outputs", ()):
            current[output["path"]] = (number, output)
        for balance in entry.get("balances", ()):
            balances += 1
            explained = sum(balance["out"].values())
            if balance["in"] != explained:
                failures.append(f"{balance['what']}: {balance['in']} in but {explained} explained (log entry {number})")
    if not (path / "case.toml").exists():
        current = {}
    for name, (number, output) in sorted(current.items()):
        failures.extend(_check_file(path, name, number, output))
    return Verification(head.size, len(current), balances, tuple(failures))


def _check_file(path: Path, name: str, number: int, output: dict[str, Any]) -> list[str]:
    file = path / name
    if not file.is_file():
        return [f"{name} is missing (written in log entry {number}): run the verb again"]
    if file.stat().st_size != output["bytes"] or sha256_file(file) != output["sha256"]:
        return [f"{name} is not what was written (log entry {number}): run the verb again or restore the file"]
    return []
