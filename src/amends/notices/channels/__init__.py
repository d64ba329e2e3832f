"""The channels beside letters and e-mail: text message, login banner, web page, substitute notice, press, call centre.

Nothing here is for one person: what differs is the channel, the language, the segment and the law. Each text is a
variant with a proof, and no text leaves the case before counsel has approved it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from amends.case import Balance, Step
from amends.engine import Engine
from amends.notices.channels.audiences import reckon
from amends.notices.channels.banner import standing
from amends.notices.channels.writing import balances, findings, make, write
from amends.notices.content import Demand
from amends.notices.facts import Facts

__all__ = ["Written", "write_channels"]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: reconciliations and what a human must see."""

    balances: tuple[Balance, ...]
    findings: tuple[str, ...]


def write_channels(
    db: Engine,
    step: Step,
    facts: Facts,
    demands: Mapping[int, Demand],
    withheld: Sequence[str],
    has: Callable[[str], bool],
    by_hand: Sequence[int] = (),
) -> Written:
    """Write every text of the channels among the outputs of `step`.

    Reads the temporary table `plan`, the views persons, told and memberships and, where `has` says that they are
    there, files, mentions and reviews. `by_hand`: files in which a human read what amends could not. Raises
    `TemplateError` naming file and block, `DisclosureError` naming the text.
    """
    found = reckon(db, standing(db, has, by_hand), demands)
    made = make(found, facts, withheld)
    listed = write(db, step, made, found)
    return Written((*balances(found, facts.people), listed), tuple(findings(made, found)))
