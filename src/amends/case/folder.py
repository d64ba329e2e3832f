"""A case folder: its lock, its key, its tables and its evidence log.

case.toml     settings            tables/      what passes between verbs
case.key      the key file        outputs/     what leaves the case
inputs/       put inputs here     evidence/    the log
.state/       stamps of verbs     .work/       staging and spill; emptied when the case is opened
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Any, Self

import pyarrow.dataset as ds

from amends import __version__
from amends.case.keys import CaseKey, key_from_environment, make_key_file, read_key_file
from amends.case.settings import Encryption, Settings, read_settings
from amends.case.step import Outcome, Step, outcome_of, read_stamp, recover
from amends.case.store import ParquetStore
from amends.errors import CaseError, CaseLockedError, InputError, SettingError
from amends.evidence import Log, Signer, read_entries
from amends.evidence.files import disk_errors, replace_file
from amends.tables import TABLES, conform

Reporter = Callable[[str, int, int, str], None]
"""Called as (verb, done, total, unit) while a verb works."""

_NOT_IN_TOML = dict.fromkeys([*range(32), ord('"'), ord("\\"), 127])


class Case:
    """An open case. Holds the case's lock until `close` (or the end of a `with` block)."""

    def __init__(self, path: Path, settings: Settings, key: CaseKey, lock: int) -> None:
        self.path = path
        self.settings = settings
        self.state = path / ".state"
        self.work = path / ".work"
        self.store = ParquetStore(key.secret("tables") if settings.case.encryption == "case-key" else None)
        self.reporter: Reporter = _silent
        self._key = key
        self._lock = lock
        with disk_errors(path.name):
            for folder in (self.state, path / "tables", path / "outputs"):
                folder.mkdir(exist_ok=True, mode=0o700)
            self._log = Log(path / "evidence", Signer(f"case-{settings.case.id}", key.secret("evidence")))
            recover(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def step(
        self,
        verb: str,
        *,
        writes: Sequence[str],
        reads: Sequence[str] = (),
        inputs: Iterable[Path] = (),
        settings: Sequence[str] = (),
        tools: Mapping[str, str] | None = None,
    ) -> Step:
        """Begin a verb: which tables it reads and writes, which input files or folders, which settings it heeds.

        `tools` are optional programs and packages with their versions: with others the verb runs anew.

        Optional tables may be listed in `reads` after checking `has`. Raises `CaseError` naming a table that is not
        there and the verb that makes it.
        """
        seen: dict[str, str] = {"settings": self.settings.digest(tuple(settings))}
        seen |= {f"tool {name}": told for name, told in (tools or {}).items()}
        for table in reads:
            for name, sha256 in self._written(table):
                seen[name] = sha256
        for path in inputs:
            seen[f"input {path.name}"] = _fingerprint(path)
        return Step(self, verb, writes, seen, _code_digest(verb))

    def has(self, table: str) -> bool:
        """True when a verb has committed the table."""
        return bool(self._found(table))

    def dataset(self, table: str) -> ds.Dataset:
        """A committed table, checked against the contract. Raises `CaseError` or `TableError`."""
        paths = [self.path / path for path, _ in self._written(table)]
        for path in paths:
            conform(self.store.schema(path), TABLES[table], where=f"table {table}")
        return self.store.dataset(paths)

    def table_paths(self, table: str) -> list[Path]:
        """The files of a committed table. Raises `CaseError`."""
        return [self.path / path for path, _ in self._written(table)]

    def output(self, name: str) -> ds.Dataset:
        """A committed file `outputs/<name>`. Raises `CaseError`."""
        path = self.path / "outputs" / name
        if not path.is_file():
            raise CaseError(f"outputs/{name} is not there yet", where=self.path.name, mend="run `amends respond` first")
        return self.store.dataset([path])

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived from the case key; the same every time."""
        return self._key.secret(purpose)

    @property
    def mail_date(self) -> date:
        """The day notices are dated: `policy.mail_date`, else determination, else discovery of the incident.

        Raises `SettingError` when there is none, and for one before the discovery, of which the notices tell.
        """
        incident = self.settings.incident
        day = self.settings.policy.mail_date or incident.determined or incident.discovered
        if day is None:
            raise SettingError(
                "no date for the notices is known",
                where="case.toml",
                mend="set policy.mail_date, or incident.determined or incident.discovered",
            )
        if incident.discovered and day < incident.discovered:
            raise SettingError(
                f"notices would be dated {day.isoformat()}, before the discovery on {incident.discovered.isoformat()}",
                where="case.toml",
                mend="correct policy.mail_date or incident.discovered",
            )
        return day

    def outcome(self, verb: str) -> Outcome | None:
        """The outcome of the verb's last commit, or None."""
        stamp = read_stamp(self, verb)
        return outcome_of(stamp) if stamp else None

    def log(self, kind: str, verb: str, facts: Mapping[str, Any]) -> None:
        """Add one entry to the evidence log: ids, hashes and counts only."""
        self._log.append(kind, {"verb": verb, "version": __version__, **facts})

    def last_run(self, verb: str) -> str | None:
        """Run id of the last logged end of a verb."""
        _, entries = read_entries(self.path / "evidence")
        ends = [entry["run"] for entry in entries if entry["kind"] == "end" and entry["verb"] == verb]
        return ends[-1] if ends else None

    def overtaken(self, verb: str) -> bool:
        """Whether an input or a table that the verb read at its last run is another one now; settings are not asked."""
        _, entries = read_entries(self.path / "evidence")
        seen: Mapping[str, str] = {}
        begun: Mapping[str, str] = {}
        for entry in entries:
            if entry["verb"] == verb and entry["kind"] in ("start", "end"):
                begun = entry["inputs"] if entry["kind"] == "start" else begun
                seen = begun if entry["kind"] == "end" else seen
        given = self.settings.inputs
        places = {path.name: path for path in (given.taken, given.registry, given.estate, given.addresses)}
        places |= {path.name: path for path in (self.path / "decisions").glob("*.jsonl")}
        places["counsel.toml"] = self.path / "counsel.toml"
        now = {f"input {name}": path for name, path in places.items()}
        if any(name in now and _fingerprint(now[name]) != then for name, then in seen.items()):
            return True
        read = [table for table in TABLES if f"tables/{table}.parquet" in seen]
        return any(seen[name] != sha256 for table in read for name, sha256 in self._found(table) if name in seen)

    def table_file(self, table: str, verb: str) -> str:
        """Path of the file in which a verb keeps its part of a table; tables with several writers have a file each."""
        writers = TABLES[table].written_by.split(", ")
        return f"tables/{table}.parquet" if len(writers) == 1 else f"tables/{table}.{verb}.parquet"

    def _found(self, table: str) -> list[tuple[str, str]]:
        found = []
        for verb in TABLES[table].written_by.split(", "):
            stamp = read_stamp(self, verb)
            for output in stamp["outputs"] if stamp else ():
                if output["path"] == self.table_file(table, verb) and (self.path / output["path"]).is_file():
                    found.append((output["path"], output["sha256"]))
        return found

    def _written(self, table: str) -> list[tuple[str, str]]:
        found = self._found(table)
        if not found:
            verb = TABLES[table].written_by.split(", ")[0]
            raise CaseError(
                f"table {table} is not there yet", where=self.path.name, mend=f"run `amends {verb} {self.path}` first"
            )
        return found


def new_case(
    path: str | Path, *, name: str = "", encryption: Encryption = "case-key", sections: str = "", inputs: str = ""
) -> Case:
    """Make a case folder and open it.

    `sections` is TOML text for `[organisation]`, `[incident]` and `[policy]` in place of the empty template, `inputs`
    TOML text for the keys of `[inputs]`. The key is taken from `AMENDS_KEY`, else made in a key file (mode 600).
    Raises `CaseError` when the folder holds anything already.
    """
    folder = Path(path)
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise CaseError("there is something already", where=str(folder), mend="choose a new folder for the case")
    with disk_errors(folder.name):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in ("taken", "registry", "estate") if not inputs else ():
            (folder / "inputs" / part).mkdir(parents=True)
        key = key_from_environment() or make_key_file(folder / "case.key")
        room = Path(__file__).parent
        text = Template((room / "case_template.toml").read_text(encoding="utf-8")).substitute(
            id=uuid.uuid4().hex[:12],
            name=(name or folder.name).translate(_NOT_IN_TOML),
            check=key.check,
            encryption=encryption,
            inputs=inputs,
            sections=sections or (room / "sections.toml").read_text(encoding="utf-8"),
        )
        replace_file(folder / "case.toml", text.encode())
    return open_case(folder)


def open_case(path: str | Path) -> Case:
    """Open a case folder and take its lock.

    Raises `CaseError` when it is not a case, `SettingError`, `CaseKeyError`, or `CaseLockedError` when another
    process runs it. Work that a kill left half done is finished or thrown away first.
    """
    folder = Path(path)
    if not (folder / "case.toml").is_file():
        raise CaseError("this is not a case: it has no case.toml", where=str(folder), mend="make one with `amends new`")
    settings = read_settings(folder / "case.toml")
    key = key_from_environment() or read_key_file(folder / settings.case.key_file)
    key.require(settings.case.key_check)
    return Case(folder, settings, key, _lock(folder))


def require_idle(path: Path) -> None:
    """Raise `CaseLockedError` while a process runs the case in this folder; needs no more than to read it."""
    if not (path / ".lock").is_file():
        return
    descriptor = os.open(path / ".lock", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _take(descriptor, fcntl.LOCK_SH, path)
    finally:
        os.close(descriptor)


def _lock(folder: Path) -> int:
    """The descriptor that holds the case's lock."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, fcntl.LOCK_EX, folder)
    except CaseLockedError:
        os.close(descriptor)
        raise
    os.truncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def _take(descriptor: int, kind: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        raise CaseLockedError(
            f"process {holder} is running this case", where=folder.name, mend="wait for it to end, or end it first"
        ) from error


def _fingerprint(path: Path) -> str:
    """Hash over names, sizes and modification times below a path; symbolic links count as themselves."""
    if not path.exists():
        return "absent"
    digest = hashlib.sha256()
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in found:
        try:
            facts = file.lstat()
        except OSError as error:
            raise InputError("an input cannot be read", where=path.name, mend="check its rights") from error
        if not file.is_dir() or file.is_symlink():
            name = os.fsencode(file.relative_to(path) if path.is_dir() else file.name)
            digest.update(b"%s\0%d\0%d\n" % (name, facts.st_size, facts.st_mtime_ns))
    return digest.hexdigest()


def _code_digest(verb: str) -> str:
    """Version of the rules and code of a verb: hash over every file of its room and of the contract."""
    digest = hashlib.sha256(__version__.encode())
    root = Path(str(package_files("amends")))
    room = [path for path in sorted((root / verb).rglob("*")) if path.is_file() and path.parent.name != "__pycache__"]
    for path in [root / "elements.py", root / "tables.py", root / "case" / "sectors.yaml", *room]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _silent(_: str, __: int, ___: int, ____: str) -> None:
    """Report nothing."""
