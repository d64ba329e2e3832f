"""The order of the verbs, and running every one whose inputs are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from amends.case import Case, Outcome
from amends.errors import AmendsError, InputError


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its name, the verbs that must have run before it, and the input folder it begins from, if any."""

    name: str
    after: tuple[str, ...] = ()
    begins_from: str = ""

    def run(self, case: Case) -> Outcome:
        """Run it on a case."""
        function: Callable[[Case], Outcome] = import_module(f"amends.{self.name}").run
        return function(case)


VERBS = (
    Verb("trace", begins_from="estate"),
    Verb("scan", begins_from="taken"),
    Verb("people", after=("scan",)),
    Verb("duties", after=("people",)),
    Verb("protect", after=("people", "duties")),
    Verb("notices", after=("people", "duties", "protect")),
)
BY_NAME = {verb.name: verb for verb in VERBS}


@dataclass(slots=True)
class Response:
    """What a response did: outcomes in order, errors by verb, and verbs left out with the reason."""

    outcomes: list[Outcome] = field(default_factory=list)
    errors: dict[str, AmendsError] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """2 after an error, 1 with findings that need a human, else 0."""
        if self.errors:
            return 2
        return 1 if any(outcome.findings for outcome in self.outcomes) else 0


def respond(case: Case, tell: Callable[[Outcome], None]) -> Response:
    """Run every verb whose inputs are there, in order; `tell` hears each outcome at once.

    A verb that fails stops those that need it and no other. Raises `InputError` when there is nothing to begin from.
    """
    inputs = case.settings.inputs
    if not any(_filled(getattr(inputs, verb.begins_from)) for verb in VERBS if verb.begins_from):
        raise InputError(
            "the case is empty",
            where=case.path.name,
            mend=f"put the taken files in {inputs.taken} and the estate's exports in {inputs.estate}",
        )
    response = Response()
    for verb in VERBS:
        missing = [name for name in verb.after if name in response.errors or name in response.left_out]
        if verb.begins_from and not _filled(getattr(inputs, verb.begins_from)):
            response.left_out[verb.name] = f"there is nothing in {verb.begins_from}"
        elif missing:
            response.left_out[verb.name] = f"it needs {missing[0]}"
        else:
            try:
                outcome = verb.run(case)
            except AmendsError as error:
                response.errors[verb.name] = error
                continue
            response.outcomes.append(outcome)
            tell(outcome)
    return response


def _filled(folder: Path) -> bool:
    if folder.is_file():
        return True
    return folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())
