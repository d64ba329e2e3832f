"""Where a case stands: which verbs have run, what they found, which facts are missing, what is due next."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from amends.case import Case, volume_encrypted
from amends.cli.response import VERBS
from amends.cli.screen import grid, say
from amends.duties import nearest

_WANTED = {
    "discovered": "most clocks start at it",
    "determined": "several clocks start at it",
    "encrypted": "many statutes exempt encrypted data",
    "harm_likely": "many statutes ask whether harm is likely",
    "sectors": "some duties bind only some sectors",
}


def facts_of(case: Case) -> dict[str, Any]:
    """The state of a case as plain values."""
    settings = case.settings
    outcomes = {verb.name: case.outcome(verb.name) for verb in VERBS}
    overtaken = _overtaken(case)
    missing = [
        {"key": f"incident.{key}", "why": why}
        for key, why in _WANTED.items()
        if getattr(settings.incident, key) in (None, ())
    ]
    if not settings.organisation.name:
        missing.append({"key": "organisation.name", "why": "notices and filings name it"})
    return {
        "case": settings.case.name,
        "id": settings.case.id,
        "encryption": settings.case.encryption,
        "verbs": {
            name: None if found is None else {**asdict(found), "overtaken": name in overtaken}
            for name, found in outcomes.items()
        },
        "missing": missing,
        "due": [asdict(item) for item in nearest(case, date.today())] if case.has("duties") else [],
    }


def _overtaken(case: Case) -> set[str]:
    """The verbs that ran on other inputs than there are now, with those that read what they wrote."""
    found: set[str] = set()
    for verb in VERBS:
        if case.outcome(verb.name) and (found & set(verb.after) or case.overtaken(verb.name)):
            found.add(verb.name)
    return found


def show(facts: dict[str, Any]) -> None:
    """Print the state of a case for people."""
    say(f"case {facts['case']} ({facts['id']}), tables encrypted by {facts['encryption']}")
    rows = [
        (
            name,
            "not run" if not found else "overtaken" if found["overtaken"] else "done",
            ", ".join(f"{count:,} {table}" for table, count in found["rows"].items()) if found else "",
            len(found["findings"]) if found else 0,
        )
        for name, found in facts["verbs"].items()
    ]
    grid("Verbs", ("verb", "state", "rows", "findings"), rows, right=(3,))
    if any(found and found["overtaken"] for found in facts["verbs"].values()):
        say("overtaken: its inputs changed since it ran; `amends respond` brings it up to date")
    if facts["missing"]:
        grid(
            "Missing in case.toml", ("key", "why it matters"), [(item["key"], item["why"]) for item in facts["missing"]]
        )
    if facts["due"]:
        due = [(i["due"], i["days_left"], i["regime"], i["who"] or i["audience"], i["people"]) for i in facts["due"]]
        grid("Due next", ("due", "days left", "regime", "to", "people"), due, right=(1, 4))


def new_facts(case: Case) -> dict[str, Any]:
    """Where a new case takes its inputs from, where its key lies (null where it has none there), and whether the volume
    is encrypted (null where this cannot be told)."""
    inputs, key = case.settings.inputs, case.path / "case.key"
    return {
        "case": str(case.path),
        "taken": str(inputs.taken),
        "registry": str(inputs.registry),
        "estate": str(inputs.estate),
        "key": str(key) if key.exists() else None,
        "volume_encrypted": volume_encrypted(case.path),
    }


def say_volume(encryption: str, encrypted: bool | None) -> None:
    """Say plainly whether the volume of a new case is encrypted, and what is not protected otherwise."""
    state = {
        True: "is encrypted",
        False: "is not encrypted",
        None: "may be encrypted or not: this cannot be told here",
    }
    say(f"  the volume it lies on {state[encrypted]}")
    if encrypted is not True:
        left = "taken files, registry and spill files" if encryption == "case-key" else "everything in the case"
        say(f"  lay the case on an encrypted volume: {left} are plain files")
