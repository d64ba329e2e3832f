"""One SQL text on two engines: DuckDB embedded in this process, and Spark when one machine is too small.

Set work lives in `.sql` files beside the verb that runs them, in DuckDB's dialect; `script` loads one. `open_engine`
gives the engine of a case. Only the embedded one exists so far; a second goes beside `duck.py` and is chosen here.
"""

from amends.case import Case
from amends.engine.duck import BATCH, Engine, with_column
from amends.engine.script import Script, script

__all__ = ["BATCH", "Engine", "Script", "open_engine", "script", "with_column"]


def open_engine(case: Case, *, large: bool = False) -> Engine:
    """The engine of a case, within its memory and thread limits, spilling inside the case folder; see `Engine` for what
    `large` means."""
    limits = case.settings.engine
    return Engine(case, spill=case.work / "spill", memory=limits.memory, threads=limits.threads, large=large)
