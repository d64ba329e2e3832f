"""A claim: ours against another's, the ratio, the bar, and how it was measured."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Claim:
    """One measured claim. `ours` and `against` are figures with their unit in words; `ratio` must reach `bar`."""

    name: str
    ours: str
    against: str
    ratio: float
    bar: float
    command: str
    versions: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether the bar is reached."""
        return self.ratio >= self.bar

    def line(self) -> str:
        """The claim as one JSON line."""
        return json.dumps({**asdict(self), "ratio": round(self.ratio, 4), "ok": self.ok})

    def emit(self) -> None:
        """Print it."""
        print(self.line())


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python and of packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
