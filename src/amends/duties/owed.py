"""What each group of people is owed: the duties, content and months of everyone who lives in one place and lost the
same elements.

Groups under the same duties share a profile, so a person's whole union is one number away: join persons to the groups
by jurisdiction, class and elements, and the groups to the profiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from amends.duties.assessment import Assessment
from amends.duties.duty import Duty
from amends.duties.law.trigger import OF_MINORS

PROFILES = pa.schema(
    {
        "profile": pa.int32(),
        "groups": pa.int64(),
        "people": pa.int64(),
        "duty_ids": pa.list_(pa.string()),
        "content": pa.list_(pa.string()),
        "content_prohibited": pa.list_(pa.string()),
        "credit_monitoring_months": pa.int32(),
        "due": pa.date32(),
        "not_before": pa.date32(),
    }
)
"""One row a distinct set of duties: what a notice to its people must and must not say, its last and its first day."""

PLACES = pa.schema({"jurisdiction": pa.string(), "outcome": pa.string(), "people": pa.int64()})


@dataclass(frozen=True, slots=True)
class Owed:
    """`groups`: jurisdiction, minor, elements, people, profile. `profiles`: as `PROFILES`."""

    groups: pa.Table
    profiles: pa.Table


def owed(assessment: Assessment) -> Owed:
    """The groups of an assessment with the profile of each; a profile without duties is that of people owed nothing."""
    outcomes = assessment.outcomes
    people = outcomes.people
    profile, firsts = _profiles(outcomes.bits, len(people.masks))
    by_id = {duty.duty_id: duty for duty in assessment.duties}
    counts = np.bincount(profile, minlength=len(firsts))
    sums = np.bincount(profile, weights=people.people, minlength=len(firsts))
    rows = []
    for number, first in enumerate(firsts.tolist()):
        duties = [by_id[duty_id] for duty_id in _duties_of(outcomes.bits, outcomes.duty_ids, first) if duty_id in by_id]
        rows.append({"profile": number, "groups": int(counts[number]), "people": int(sums[number]), **_union(duties)})
    names = pa.DictionaryArray.from_arrays(pa.array(people.places, pa.int32()), pa.array(people.names, pa.string()))
    groups = pa.table(
        {
            "jurisdiction": names.cast(pa.string()),
            "minor": (people.masks & OF_MINORS) != 0,
            "elements": people.masks & ~OF_MINORS,
            "people": people.people,
            "profile": pa.array(profile, pa.int32()),
        }
    )
    return Owed(groups, pa.Table.from_pylist(rows, schema=PROFILES))


def places_table(assessment: Assessment) -> pa.Table:
    """A row a jurisdiction and outcome (a duty, or a reason for none) with its people; they add up to everybody."""
    rows = [
        {"jurisdiction": place, "outcome": outcome, "people": people}
        for place, outcomes in assessment.outcomes.by_place().items()
        for outcome, people in outcomes.items()
    ]
    rows.sort(key=lambda row: (str(row["jurisdiction"] or ""), row["outcome"]))
    return pa.Table.from_pylist(rows, schema=PLACES)


def _profiles(bits: Sequence[npt.NDArray[np.uint64]], size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The number of each group's set of bits, in order of first appearance, and the first group of each number."""
    key = np.zeros(size, dtype=np.int64)
    for word in bits:
        coded = pa.array(word).dictionary_encode()
        joined = key * len(coded.dictionary) + coded.indices.to_numpy()
        key = pa.array(joined).dictionary_encode().indices.to_numpy().astype(np.int64)
    return key, np.unique(key, return_index=True)[1] if size else key


def _duties_of(bits: Sequence[npt.NDArray[np.uint64]], ids: Sequence[str], group: int) -> list[str]:
    return [name for index, name in enumerate(ids) if int(bits[index // 64][group]) >> (index % 64) & 1]


def _union(duties: Sequence[Duty]) -> dict[str, object]:
    """What one notice that meets all duties at once must hold; the earliest last day and the latest first day."""
    prohibited = tuple(dict.fromkeys(token for duty in duties for token in duty.content_prohibited))
    content = tuple(dict.fromkeys(token for duty in duties for token in duty.content))
    months = [duty.credit_monitoring_months for duty in duties if duty.credit_monitoring_months is not None]
    return {
        "duty_ids": [duty.duty_id for duty in duties],
        "content": list(content),
        "content_prohibited": list(prohibited),
        "credit_monitoring_months": max(months, default=None),
        "due": _least([duty.due for duty in duties]),
        "not_before": _greatest([duty.not_before for duty in duties]),
    }


def _least(days: Sequence[dt.date | None]) -> dt.date | None:
    return min((day for day in days if day), default=None)


def _greatest(days: Sequence[dt.date | None]) -> dt.date | None:
    return max((day for day in days if day), default=None)
