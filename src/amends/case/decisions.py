"""Decisions: what a human answered to the questions in `reviews`, kept so that the next run of the verb heeds them.

`decisions/<verb>.jsonl` grows by a line an answer and never changes otherwise: each line carries a code over itself and
the line before (HMAC-SHA256 under the case key, RFC 2104), and each answer is an entry of the evidence log that names
the file's hash. The last answer to a question holds. Answers are words of a closed list, never personal values.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amends.case.folder import Case
from amends.errors import CaseError
from amends.evidence import read_entries
from amends.evidence.files import replace_file, sha256_file


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer: the question's `review_id`, what it was about when it was asked, the answer, and when (UTC, ISO).

    `about` is a keyed hash of what must still be so for the answer to hold (see `Decisions.about`).
    """

    review_id: str
    about: str
    answer: str
    at: str


class Decisions:
    """The decisions on the questions of one verb. Raises `CaseError` when its file is not as amends wrote it."""

    def __init__(self, case: Case, verb: str) -> None:
        self._case = case
        self._verb = verb
        self._key = case.secret("decisions")
        self._name = f"decisions/{verb}.jsonl"
        self.path = case.path / self._name
        self._lines = self.path.read_bytes().splitlines() if self.path.is_file() else []
        self._made = list(self._read())

    def latest(self) -> Mapping[str, Decision]:
        """The decision that holds for each question."""
        return {decision.review_id: decision for decision in self._made}

    def about(self, *facts: object) -> str:
        """A keyed hash of what a question is about, which tells nothing of it without the case key."""
        return self._code("\0".join(map(str, facts)).encode())[:32]

    def add(self, answers: Iterable[Decision]) -> None:
        """Write answers and log them."""
        added = list(answers)
        for decision in added:
            body = json.dumps(asdict(decision), sort_keys=True).encode()
            self._lines.append(json.dumps({**asdict(decision), "code": self._code(self._last(), body)}).encode())
            self._made.append(decision)
        if not added:
            return
        self.path.parent.mkdir(exist_ok=True, mode=0o700)
        replace_file(self.path, b"".join(line + b"\n" for line in self._lines))
        self._log([{"review": decision.review_id, "answer": decision.answer} for decision in added])

    def settle(self) -> None:
        """Log the file if a kill left it written but not logged."""
        if self._lines and self._logged() != sha256_file(self.path):
            self._log([])

    def _log(self, answers: list[Mapping[str, str]]) -> None:
        written = {
            "path": self._name,
            "table": self._name,
            "rows": len(self._lines),
            "bytes": self.path.stat().st_size,
            "sha256": sha256_file(self.path),
        }
        self._case.log("decision", self._verb, {"answers": answers, "outputs": [written]})

    def _logged(self) -> str | None:
        _, entries = read_entries(self._case.path / "evidence")
        found = None
        for entry in entries:
            found = next((out["sha256"] for out in entry.get("outputs", ()) if out["path"] == self._name), found)
        return found

    def _read(self) -> Iterator[Decision]:
        before = b""
        for number, line in enumerate(self._lines):
            try:
                raw: dict[str, Any] = json.loads(line)
                code = raw.pop("code")
                decision = Decision(**raw)
            except (ValueError, TypeError, KeyError) as error:
                raise self._altered(number) from error
            if not hmac.compare_digest(code, self._code(before, json.dumps(asdict(decision), sort_keys=True).encode())):
                raise self._altered(number)
            before = code.encode()
            yield decision

    def _last(self) -> bytes:
        return json.loads(self._lines[-1])["code"].encode() if self._lines else b""

    def _code(self, *parts: bytes) -> str:
        return hmac.new(self._key, b"\0".join(parts), hashlib.sha256).hexdigest()

    def _altered(self, number: int) -> CaseError:
        return CaseError(
            "the decisions are not as they were written",
            where=f"{self._name}, line {number + 1}",
            mend="restore the file from a copy, or remove it and answer the questions again",
        )


def now() -> str:
    """The time of an answer."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def decisions_file(case: Case, verb: str) -> Path:
    """Where a verb's decisions lie: an input of its step, so that a new answer makes it run again."""
    return case.path / "decisions" / f"{verb}.jsonl"
