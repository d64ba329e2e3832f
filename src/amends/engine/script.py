"""SQL files: named statements, loaded once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from amends.errors import InputError

_NAME = re.compile(r"^-- name:\s*(\w+)\s*$", re.MULTILINE)


class Script(Mapping[str, str]):
    """The statements of one `.sql` file by name; each begins with a line `-- name: statement_name`."""

    def __init__(self, file: str, text: str) -> None:
        parts = _NAME.split(text)
        self._file = file
        self._statements = {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)}

    def __getitem__(self, name: str) -> str:
        if name not in self._statements:
            known = ", ".join(self._statements)
            raise InputError(f"no statement {name!r}", where=self._file, mend=f"the file has {known}")
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


@cache
def script(package: str, file: str) -> Script:
    """The statements of `file`, which lies beside the modules of `package`."""
    return Script(f"{package}/{file}", files(package).joinpath(file).read_text(encoding="utf-8"))
