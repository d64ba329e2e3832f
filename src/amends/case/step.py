"""One run of one verb: skipped when nothing changed, otherwise staged, logged and committed as a whole.

A step's outputs are staged apart. Committing writes a journal that lists them, logs the end of the verb, moves the
files into place and stamps the verb as done. A kill before the journal leaves the old tables; a kill after it is
rolled forward when the case is opened next (`recover`). So tables are the old ones or the new ones, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.dataset as ds

from amends.case.store import ROW_GROUP, TEXT_GROUP, Rows, matched, plain_type
from amends.errors import EvidenceError
from amends.evidence.files import move_file, replace_file, sha256_file
from amends.tables import TABLES, conform

if TYPE_CHECKING:
    from amends.case.folder import Case


@dataclass(frozen=True, slots=True)
class Balance:
    """A reconciliation: what came in equals the sum of where it went, each part under its name."""

    what: str
    came_in: int
    out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verb did: rows a table, reconciliations, findings that need a human, seconds; `resumed` if nothing ran."""

    verb: str
    rows: Mapping[str, int]
    balances: tuple[Balance, ...]
    findings: tuple[str, ...]
    seconds: float
    resumed: bool = False


class Step:
    """A verb at work on a case. Made by `Case.step`; use as a context manager unless `done`."""

    def __init__(self, case: Case, verb: str, writes: Sequence[str], inputs: Mapping[str, str], code: str) -> None:
        self._case = case
        self._verb = verb
        self._writes = tuple(writes)
        self._inputs = dict(inputs)
        self._code = code
        self._fingerprint = _digest({"inputs": self._inputs, "code": code, "writes": sorted(self._writes)})
        self._staging = case.work / verb
        self._staged: dict[str, dict[str, Any]] = {}
        self._run = uuid.uuid4().hex
        self._began = 0.0
        stamp = read_stamp(case, verb)
        fresh = stamp is not None and stamp["fingerprint"] == self._fingerprint and _outputs_there(case, stamp)
        self._stamp = stamp if fresh else None

    @property
    def done(self) -> bool:
        """True when the verb ran before with the same inputs, settings and code, and its outputs are there."""
        return self._stamp is not None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run that made this step unnecessary."""
        if self._stamp is None:
            raise EvidenceError(f"{self._verb} has not been run on these inputs", mend=f"run `amends {self._verb}`")
        return outcome_of(self._stamp)

    def __enter__(self) -> Self:
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir(parents=True)
        self._began = time.monotonic()
        self._case.log("start", self._verb, {"run": self._run, "inputs": self._inputs, "code": self._code})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        if kind is not None and issubclass(kind, Exception):
            self._case.log("failed", self._verb, {"run": self._run, "error": kind.__name__})

    def write(self, table: str, rows: Rows) -> int:
        """Stage a table; the number of rows. Raises `TableError` naming the first column that breaks the contract."""
        if table not in self._writes:
            raise EvidenceError(f"{self._verb} did not announce that it writes {table}")
        contract = TABLES[table]
        found = pa.schema([pa.field(part.name, plain_type(part.type)) for part in rows.schema])
        conform(found, contract, where=f"table {table} as {self._verb} writes it")
        name = self._case.table_file(table, self._verb)
        return self._stage(name, table, matched(rows, contract.schema), ROW_GROUP)

    def write_output(self, name: str, rows: Rows) -> int:
        """Stage a file `outputs/<name>` of any schema, stored as tables are; the number of rows."""
        schema = pa.schema([pa.field(part.name, plain_type(part.type)) for part in rows.schema])
        return self._stage(f"outputs/{name}", name, matched(rows, schema), TEXT_GROUP)

    def write_text(self, name: str, text: str) -> None:
        """Stage a file `outputs/<name>` in the clear, as a chart: it may hold no personal value."""
        path = self._staging / "outputs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
        self._note(f"outputs/{name}", name, None)

    def previous(self, table: str) -> ds.Dataset | None:
        """The table as this verb last committed it, or None."""
        path = self._case.path / self._case.table_file(table, self._verb)
        return self._case.store.dataset([path]) if path.exists() else None

    def staged(self, table: str) -> ds.Dataset:
        """A table or output that this step has already written, to read back."""
        for name, facts in self._staged.items():
            if facts["table"] == table:
                return self._case.store.dataset([self._staging / name])
        raise EvidenceError(f"{self._verb} has not written {table} yet")

    def progress(self, done: int, total: int, unit: str) -> None:
        """Report how far the verb is."""
        self._case.reporter(self._verb, done, total, unit)

    def commit(self, *, balances: Sequence[Balance] = (), findings: Sequence[str] = ()) -> Outcome:
        """Check the balances, log the end and move every output into place. Raises `EvidenceError` on a balance."""
        for balance in balances:
            if balance.came_in != sum(balance.out.values()):
                parts = ", ".join(f"{count} {name}" for name, count in balance.out.items())
                raise EvidenceError(
                    f"{balance.what} do not reconcile: {balance.came_in} came in, {parts}",
                    where=f"verb {self._verb}",
                    mend="nothing was committed; please report this as a defect",
                )
        missing = [table for table in self._writes if table not in {facts["table"] for facts in self._staged.values()}]
        if missing:
            raise EvidenceError(f"{self._verb} did not write {', '.join(missing)}")
        rows = {facts["table"]: facts["rows"] for facts in self._staged.values() if facts["rows"] is not None}
        seconds = round(time.monotonic() - self._began, 3)
        outcome = Outcome(self._verb, rows, tuple(balances), tuple(findings), seconds)
        journal = {
            "verb": self._verb,
            "run": self._run,
            "fingerprint": self._fingerprint,
            "outputs": [{"path": name, **facts} for name, facts in sorted(self._staged.items())],
            "outcome": _outcome_json(outcome),
        }
        replace_file(self._case.state / f"{self._verb}.journal", json.dumps(journal).encode())
        finish(self._case, self._verb)
        return outcome

    def _stage(self, name: str, table: str, rows: Rows, group: int) -> int:
        path = self._staging / name
        count = self._case.store.write(path, rows, group=group)
        self._note(name, table, count)
        return count

    def _note(self, name: str, table: str, rows: int | None) -> None:
        path = self._staging / name
        self._staged[name] = {
            "table": table,
            "rows": rows,
            "bytes": path.stat().st_size,
            "sha256": sha256_file(path),
        }


def finish(case: Case, verb: str) -> None:
    """Carry a journalled commit to its end: log it, move the files, stamp the verb. Safe to repeat at any point."""
    path = case.state / f"{verb}.journal"
    journal = json.loads(path.read_bytes())
    if case.last_run(verb) != journal["run"]:
        facts = {key: journal[key] for key in ("run", "outputs")}
        case.log("end", verb, {**facts, "balances": _log_balances(journal["outcome"])})
    for output in journal["outputs"]:
        staged = case.work / verb / output["path"]
        if staged.exists():
            target = case.path / output["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            move_file(staged, target)
    move_file(path, case.state / f"{verb}.json")
    shutil.rmtree(case.work / verb, ignore_errors=True)


def recover(case: Case) -> None:
    """Finish what a kill left in the middle of a commit, and throw away what never reached one."""
    for journal in sorted(case.state.glob("*.journal")):
        finish(case, journal.stem)
    for draft in [*case.state.glob(".*.draft"), *case.path.glob("evidence/.*.draft")]:
        draft.unlink()
    shutil.rmtree(case.work, ignore_errors=True)
    case.work.mkdir(parents=True)


def read_stamp(case: Case, verb: str) -> dict[str, Any] | None:
    """The stamp of the verb's last commit, or None when it never ran or the stamp is damaged (then it runs again)."""
    try:
        stamp = json.loads((case.state / f"{verb}.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and {"fingerprint", "outputs", "outcome"} <= stamp.keys() else None


def outcome_of(stamp: Mapping[str, Any]) -> Outcome:
    """The outcome kept in a stamp, marked as resumed."""
    kept = stamp["outcome"]
    balances = tuple(Balance(**balance) for balance in kept["balances"])
    return Outcome(kept["verb"], kept["rows"], balances, tuple(kept["findings"]), kept["seconds"], resumed=True)


def _outputs_there(case: Case, stamp: Mapping[str, Any]) -> bool:
    files = [(case.path / output["path"], output["bytes"]) for output in stamp["outputs"]]
    return all(path.is_file() and path.stat().st_size == size for path, size in files)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    kept = asdict(outcome)
    kept.pop("resumed")
    return kept


def _log_balances(outcome: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"what": b["what"], "in": b["came_in"], "out": b["out"]} for b in outcome["balances"]]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
