"""A case: one breach, a folder with settings, inputs, tables, outputs and the evidence log.

`new_case` makes one, `open_case` opens one; a verb works on it through `Case.step`. Only one process runs a case at a
time, every write is atomic and logged, and a kill at any instant leaves the old tables or the new ones.
"""

from amends.case.folder import Case, Reporter, new_case, open_case, require_idle
from amends.case.sectors import Sector, keeps_lines, sectors, unknown_sector
from amends.case.settings import Incident, Organisation, Policy, Settings, with_values
from amends.case.step import Balance, Outcome, Step
from amends.case.volume import volume_encrypted

__all__ = [
    "Balance",
    "Case",
    "Incident",
    "Organisation",
    "Outcome",
    "Policy",
    "Reporter",
    "Sector",
    "Settings",
    "Step",
    "keeps_lines",
    "new_case",
    "open_case",
    "require_idle",
    "sectors",
    "unknown_sector",
    "volume_encrypted",
    "with_values",
]
