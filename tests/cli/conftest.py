"""Running the command line in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from amends import carrier
from amends.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def amends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `amends` with arguments."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["amends", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def breach(tmp_path_factory: pytest.TempPathFactory) -> carrier.Breach:
    """A small breached carrier."""
    return carrier.generate(tmp_path_factory.mktemp("carrier") / "breach", 1_000, seed=7)


@pytest.fixture
def breached(amends: Callable[..., Ran], breach: carrier.Breach, tmp_path: Path) -> Path:
    """A case of the small carrier, not yet responded to."""
    case = tmp_path / "case"
    assert amends("new", case, "--name", "small").code == 0
    point_at(case, breach)
    return case


def point_at(case: Path, breach: carrier.Breach) -> None:
    """Make a new case one of the carrier's breach."""
    text = (case / "case.toml").read_text()
    head = text.split("[inputs]")[0]
    paths = "".join(f'{name} = "{getattr(breach, name)}"\n' for name in ("taken", "registry", "estate"))
    (case / "case.toml").write_text(f"{head}[inputs]\n{paths}\n{breach.settings.read_text(encoding='utf-8')}")
