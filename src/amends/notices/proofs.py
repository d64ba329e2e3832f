"""Proofs: each variant as it will be printed or sent, for counsel to read, and the approval that lets it go out.

An approval is of a text: it is recorded with a keyed hash of the variant's words, and a variant's name ends in a hash
of them too, so a changed word asks for a new approval.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa

from amends.case import Case
from amends.case.decisions import Decision, Decisions, now
from amends.errors import CaseError
from amends.evidence.files import disk_errors
from amends.notices.channels.writing import finished_texts
from amends.notices.emails.messages import Envelope, Template
from amends.notices.letters.batch import LetterFile, Letters
from amends.notices.letters.imb import BARS
from amends.notices.letters.measuring import utf8
from amends.notices.letters.picture import pictures
from amends.notices.letters.sheets import Plan, plan_of, set_sheets

ALL: Final = "all"
APPROVED: Final = "approved"
MAIL: Final = ("letter", "email")
_DOTS_PER_INCH: Final = 100
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_WINDOW: Final = ("", "[name, or whom the letter is for]", "[street]", "[city, state and ZIP]")


def write_proofs(case: Case, folder: Path) -> int:
    """Write `proof_<variant>.pdf` (and pages as PNG), `.eml`, `.html` or `.txt` of each variant, and `variants.csv`.

    The folder is a new one. What differs from person to person stands in square brackets. Returns how many variants
    there are. Raises `CaseError` when the folder is there or notices has not run.
    """
    variants = variants_of(case)
    if folder.exists():
        raise CaseError("there is something already", where=str(folder), mend="name a new folder")
    with disk_errors(folder.name):
        folder.mkdir(parents=True, mode=0o700)
        for path in write_letter_proofs(variants, folder):
            for number, picture in enumerate(pictures(path, _DOTS_PER_INCH), 1):
                with _new(path.with_name(f"{path.stem}_{number}.png")) as file:
                    file.write(picture)
        for row in variants:
            if row["channel"] == "email":
                with _new(folder / f"proof_{row['variant']}.eml") as file:
                    file.write(_message(case, row))
        for row in finished_texts(case):
            with _new(folder / f"proof_{row['variant']}.{row['file'].rpartition('.')[2]}") as file:
                file.write(row["finished"].encode())
        _list(variants, approved(case), folder / "variants.csv")
    return len(variants)


def write_letter_proofs(variants: Iterable[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Write `proof_<variant>.pdf` for each letter among some variants to a folder; the files."""
    letters = [row for row in variants if row["channel"] == "letter"]
    plans = [plan_of(row["variant"], row["language"], row["text"]) for row in letters]
    wanted = [(plan, row["text"], _set_lines(plan, row["text"])) for plan, row in zip(plans, letters, strict=True)]
    paths = []
    for (plan, text, _), sheet in zip(wanted, set_sheets(wanted), strict=True):
        paths.append(folder / f"proof_{plan.variant}.pdf")
        with _new(paths[-1]) as file:
            proof = LetterFile(file, [sheet])
            lines = [*_WINDOW, *(_shown(text.split("\n")[place]) for place in plan.stamped)]
            nothing, zero = np.zeros((1, BARS), np.uint8), np.zeros(1, np.int64)
            proof.add(Letters(zero, zero, nothing, *utf8(pa.array(lines)), zero))
            proof.close()
    return paths


def approve(case: Case, names: Iterable[str]) -> int:
    """Record the approval of variants by name (`all`: of every one); how many are new.

    Raises `CaseError` for a name that is no variant of the case.
    """
    variants = {row["variant"]: row for row in variants_of(case)}
    given = list(names)
    wanted = list(variants) if ALL in given else given
    for name in wanted:
        if name not in variants:
            raise CaseError("no variant has this name", where=name[:80], mend="see `amends notices CASE --proofs DIR`")
    decisions = Decisions(case, "notices")
    known = approved(case)
    answers = [
        Decision(_question(name), _about(decisions, variants[name]), APPROVED, now())
        for name in dict.fromkeys(wanted)
        if name not in known
    ]
    decisions.add(answers)
    return len(answers)


def approved(case: Case) -> frozenset[str]:
    """The variants whose words, as they are now, have been approved."""
    decisions = Decisions(case, "notices")
    latest = decisions.latest()
    return frozenset(
        row["variant"]
        for row in variants_of(case)
        if (found := latest.get(_question(row["variant"]))) is not None
        and found.answer == APPROVED
        and found.about == _about(decisions, row)
    )


def require_approved(case: Case, channels: Iterable[str] = MAIL) -> None:
    """Raise `CaseError` with the first variant of some channels that is not approved and how many more there are."""
    known, wanted = approved(case), frozenset(channels)
    rows = [row for row in variants_of(case) if row["channel"] in wanted]
    waiting = sorted(row["variant"] for row in rows if row["variant"] not in known)
    if waiting:
        raise CaseError(
            f"the proof of {waiting[0]} is not approved, nor of {len(waiting) - 1} more: nothing goes out",
            where="notices",
            mend="read them (`amends notices CASE --proofs DIR`), then `amends notices CASE --approve VARIANT`, or all",
        )


def variants_of(case: Case) -> list[dict[str, Any]]:
    """Every variant of the case with its text: of mail/variants.parquet, and of the other channels."""
    mailed: list[dict[str, Any]] = case.output("mail/variants.parquet").to_table().to_pylist()
    return [*mailed, *finished_texts(case)]


def _question(variant: str) -> str:
    return f"proof:{variant}"


def _about(decisions: Decisions, row: Mapping[str, Any]) -> str:
    return decisions.about(row["variant"], row["subject"], row["text"])


def _shown(line: str) -> str:
    return _SLOT.sub(lambda match: f"[{match[1].replace('_', ' ')}]", line)


def _set_lines(plan: Plan, text: str) -> list[str]:
    return [_shown(text.split("\n")[place]) for place in plan.typeset]


def _message(case: Case, row: Mapping[str, Any]) -> bytes:
    sender = case.settings.organisation
    date = datetime.combine(case.mail_date, time(12), UTC)
    address = sender.email or "sender@example.invalid"
    template = Template(Envelope(sender.name, address, row["subject"], row["language"], date), row["text"])
    lines = row["text"].removesuffix("\n").split("\n")
    values = ["[name]", "person@example.invalid", "proof", *(_shown(lines[number]) for number in template.stamped)]
    return template.messages(pa.array(values, pa.string()), np.zeros(1, np.int64)).message(0)


def _list(variants: Iterable[Mapping[str, Any]], known: frozenset[str], path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["VARIANT", "CHANNEL", "LANGUAGE", "PEOPLE", "JURISDICTIONS", "PROOF"])
        for row in variants:
            state = APPROVED if row["variant"] in known else "waiting"
            places = " ".join(row["jurisdictions"])
            writer.writerow([row["variant"], row["channel"], row["language"], row["people"], places, state])


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
