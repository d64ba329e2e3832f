"""The command line: one command a verb.

Exit codes: 0 done; 1 done with findings that need a human; 2 wrong use or bad input, with one line that says what,
where and how to mend it. `--json` prints the same facts for machines.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from amends.cli.commands import app
from amends.cli.screen import say_error
from amends.errors import AmendsError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line. Never prints the message of an unexpected error: it might quote a personal value."""
    try:
        app()
    except AmendsError as error:
        say_error(error.line())
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say_error("stopped: nothing half done is kept; the same command resumes")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("AMENDS_DEBUG"):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{'/'.join(Path(last.filename).parts[-2:])}:{last.lineno}"
        say_error(
            f"a defect in amends: {type(error).__name__} ({place}): please report it; AMENDS_DEBUG=1 shows the trace, "
            "which may quote personal values"
        )
        sys.exit(2)
