"""amends, the open breach-response system: from the first suspicion to the last person told and protected.

One breach is one case, a folder; each step is a verb; verbs speak to each other only through tables.

    import amends
    case = amends.open_case("cases/august")
    amends.scan.run(case); amends.people.run(case); amends.duties.run(case)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_FACE = {"new_case": "amends.case", "open_case": "amends.case"}
_ROOMS = ("carrier", "duties", "evidence", "notices", "people", "protect", "scan", "trace")


def __getattr__(name: str) -> Any:
    """The public face, imported on first use so that `import amends` stays quick."""
    if name in _FACE:
        return getattr(import_module(_FACE[name]), name)
    if name in _ROOMS:
        return import_module(f"amends.{name}")
    raise AttributeError(f"module 'amends' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_FACE, *_ROOMS])
