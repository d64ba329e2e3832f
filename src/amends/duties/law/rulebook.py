"""The rule files of `regimes/`, read and checked into `Regime` values."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amends.duties.law.fields import Fields, RegimeError
from amends.duties.law.reading import (
    bureaus_of,
    content_of,
    credit_monitoring_of,
    displaced_of,
    encryption_of,
    enforcement_of,
    individuals_of,
    law_enforcement_of,
    methods_of,
    reach_of,
    regulator_of,
    risk_of_harm_of,
    status_of,
    substitute_of,
    triggers_of,
)
from amends.duties.law.regime import Known, Regime, Status
from amends.duties.law.words import Confidence, FactGroup, Separate, Standing

REGIMES = Path(__file__).parents[1] / "regimes"


@cache
def rulebook() -> tuple[Regime, ...]:
    """Every regime that amends ships, by id. Raises `RegimeError` naming the file and key of the first fault."""
    return read_regimes(REGIMES)


def read_regimes(folder: Path) -> tuple[Regime, ...]:
    """Every `*.yaml` of a folder, ordered by file name. Raises `RegimeError`, also when there is none."""
    return tuple(read_regime(path) for path in _files(folder))


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise RegimeError("there is no rule file", where=str(folder), mend="name a folder of *.yaml files")
    return paths


def faults(folder: Path | None = None) -> list[RegimeError]:
    """Every fault of the rule files of a folder (of those that amends ships unless given), in order of file and key.

    Each top key is read by itself: one that is wrong is put right for the rest of the reading. Raises `RegimeError`
    when the folder holds no rule file.
    """
    return [error for path in _files(folder or REGIMES) for error in _faults_of(path)]


def _faults_of(path: Path) -> list[RegimeError]:
    try:
        values = _parsed(path)
    except RegimeError as error:
        return [error]
    right = _parsed(REGIMES / "us-ca.yaml")
    found: list[RegimeError] = []
    while True:
        try:
            _regime_of(values, path)
        except RegimeError as error:
            found.append(error)
            top = error.key.split(".")[0].split("[")[0]
            if not top or not isinstance(values, dict):
                return found
            values.pop(top, None)
            if top in right:
                values[top] = right[top]
        else:
            return found


def read_regime(path: Path) -> Regime:
    """One rule file. Raises `RegimeError` naming the file and the key that is missing, unknown or of the wrong kind."""
    return _regime_of(_parsed(path), path)


def _parsed(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise RegimeError("the file is not valid YAML", where=f"{path.name}{line}") from error


def _regime_of(values: object, path: Path) -> Regime:
    top = Fields(values, path.name)
    regime = _regime(top)
    top.close()
    if path.stem != regime.id.lower():
        raise RegimeError(f"id is {regime.id}", where=path.name, mend=f"name the file {regime.id.lower()}.yaml")
    return regime


def _regime(top: Fields) -> Regime:
    sources = _sources(top)
    as_of = top.day("as_of")
    return Regime(
        id=top.text("id"),
        name=top.text("name"),
        citation=top.text("citation"),
        as_of=as_of,
        as_of_note=top.text_or_none("as_of_note"),
        status=status_of(top.sub("status")) if "status" in top else Status(Standing.IN_FORCE, None, None, None),
        places=top.texts("places") if "places" in top else (top.text("id"),),
        separate=top.choice("separate", Separate) if "separate" in top else Separate.NO,
        reaches=reach_of(top.sub("reaches")),
        breach_trigger=top.text("breach_trigger"),
        data_form=top.text_or_none("data_form"),
        name_means=top.text_or_none("name_means"),
        triggers=triggers_of(top.sub("triggers")),
        encryption=encryption_of(top.sub("encryption")),
        risk_of_harm=risk_of_harm_of(top.sub("risk_of_harm")),
        individuals=individuals_of(top.sub_or_none("individuals")),
        law_enforcement=law_enforcement_of(top.sub("law_enforcement")),
        regulators=tuple(regulator_of(item) for item in top.subs("regulators")),
        regulator_note=top.text_or_none("regulator_note"),
        bureaus=bureaus_of(top.sub("consumer_reporting_agencies")),
        methods=methods_of(top.sub("methods")),
        substitute=substitute_of(top.sub("substitute_notice")),
        content=content_of(top.sub("content")),
        credit_monitoring=credit_monitoring_of(top.sub("credit_monitoring")),
        enforcement=enforcement_of(top.sub("enforcement")),
        special_rules=top.texts("special_rules"),
        changes=top.texts("changes"),
        minors=top.text_or_none("minors") if "minors" in top else None,
        deceased=top.text_or_none("deceased") if "deceased" in top else None,
        keep_records_years=top.count_if_there("keep_records_years"),
        displaces=tuple(displaced_of(item) for item in top.subs("displaces")) if "displaces" in top else (),
        known=_known(top.sub("confidence"), as_of, sources),
        sources=sources,
    )


def _known(fields: Fields, as_of: dt.date, sources: tuple[str, ...]) -> dict[FactGroup, Known]:
    """Each group as a level alone (day and sources are those of the law), or with its own day and sources."""
    found = {}
    for group in FactGroup:
        if not fields.is_mapping(group.value):
            found[group] = Known(fields.choice(group.value, Confidence), as_of, sources)
            continue
        item = fields.sub(group.value)
        found[group] = Known(item.choice("level", Confidence), item.day("as_of"), item.texts("sources"))
        item.close()
    fields.close()
    return found


def _sources(top: Fields) -> tuple[str, ...]:
    sources = top.texts("sources")
    if not sources:
        raise top.error("sources", "is empty", "say where the facts were read")
    return sources
