"""Claim: the text kernel against a plain read of the same bytes, and against other scanners of personal data.

All run in this one bench, on one core, over the same text: prose with planted values and decoys, made from a seed.
A plain read takes the 32 MiB file into fresh memory, as `Path.read_bytes` does. Slower peers get its beginning; all
figures are CPU seconds, best of several. Hyperscan validates its hits in the callback, as ours are validated; what it
does without stands beside it. What each finds of the planted values is compared over the types it has. The kernel's
rate on prose without digits, a log and a CSV export is printed too.
The last line is the claim against the plain read, `ok` when the peers' bars are reached as well.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from amends.scan.text.kernel import Hits, Scanner
from amends.scan.text.patterns import element_name
from bench.claim import Claim, versions
from bench.scan_text_made import Made, Planted, log, mixed, prose, table
from bench.scan_text_peers import ALL, EXACT, Peer, PeerAbsent, measure

_MEBI: Final = 1 << 20
_SIZE: Final = 32 * _MEBI
_TURNS: Final = 10
_BAR: Final = 0.40
_FILE: Final = "text.txt"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of what was found that was planted, and of what was planted that was found; by overlap of one type."""

    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class OnText:
    """The kernel's rate on one text, and as a share of reading it."""

    text: str
    megabytes_per_second: float
    of_read: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer beside ours; figures are null when it could not run here. A bar of 0: nothing is claimed."""

    peer: str
    bar: float
    ok: bool
    megabytes_per_second: float | None = None
    ratio: float | None = None
    accuracy: Accuracy | None = None
    ours: Accuracy | None = None
    note: str = ""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path = Path(folder) / _FILE
        others = [_on(path, text) for text in (prose(_SIZE), log(_SIZE), table(_SIZE))]
        made = mixed(_SIZE)
        on_mixed = _on(path, made)
        found = _found(made.data[:EXACT])
        peers = [_compare(peer, path, on_mixed.megabytes_per_second, made, found) for peer in ALL]
    for line in (*others, on_mixed, *peers):
        print(json.dumps(asdict(line)))
    read = on_mixed.megabytes_per_second / on_mixed.of_read
    claim = Claim(
        "scan_text_rate",
        f"{on_mixed.megabytes_per_second:,.0f} MB/s",
        f"plain read {read:,.0f} MB/s",
        on_mixed.of_read,
        _BAR,
        "python -m bench.scan_text_rate",
        versions("numba", "numpy"),
    )
    print(json.dumps({
        **asdict(claim),
        "ratio": round(claim.ratio, 4),
        "ok": claim.ok and all(peer.ok for peer in peers),
        "peers": {peer.peer: {"ratio": peer.ratio, "bar": peer.bar, "ok": peer.ok} for peer in peers},
        "texts": {line.text: round(line.of_read, 3) for line in (*others, on_mixed)},
    }))  # fmt: skip


def _on(path: Path, text: Made) -> OnText:
    """Ours and a plain read by turns, so that both meet the same neighbours on the machine."""
    path.write_bytes(text.data)
    megabytes = len(text.data) / 1e6
    _scan(path)
    turns = [(_seconds(lambda: _read(path)), _seconds(lambda: _scan(path))) for _ in range(_TURNS)]
    read, ours = (megabytes / min(figures) for figures in zip(*turns, strict=True))
    return OnText(text.name, round(ours, 1), round(ours / read, 4))


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _read(path: Path) -> None:
    path.read_bytes()


def _scan(path: Path) -> list[Hits]:
    """Every hit of a file, read in pieces into one buffer."""
    buffer = np.empty(_MEBI, np.uint8)
    scanner = Scanner()
    hits = []
    with path.open("rb", buffering=0) as stream:
        while count := stream.readinto(memoryview(buffer)):
            hits.append(scanner.feed(buffer[:count]))
    return [*hits, scanner.close()]


def _found(data: bytes) -> list[Planted]:
    scanner = Scanner()
    hits = Hits.together([scanner.feed(data), scanner.close()])
    return [
        Planted(element_name(int(element)), int(start), int(end))
        for start, end, element in zip(hits.start, hits.end, hits.element, strict=True)
    ]


def _compare(peer: Peer, path: Path, rate: float, made: Made, ours: Sequence[Planted]) -> Compared:
    try:
        measured = measure(peer, path)
    except PeerAbsent as error:
        return Compared(peer.name, peer.bar, peer.bar == 0, note=str(error))
    ratio = rate / measured.megabytes_per_second
    of_peer, of_ours = (
        _accuracy(found, made.planted, frozenset(peer.elements.values()), measured.scanned)
        for found in (measured.found, ours)
    )
    as_good = of_ours.precision >= of_peer.precision and of_ours.recall >= of_peer.recall
    return Compared(
        peer.name,
        peer.bar,
        peer.bar == 0 or (ratio >= peer.bar and as_good),
        round(measured.megabytes_per_second, 4),
        round(ratio, 1),
        of_peer,
        of_ours,
    )


def _accuracy(found: Iterable[Planted], planted: Iterable[Planted], elements: frozenset[str], within: int) -> Accuracy:
    said = [one for one in found if one.element in elements and one.end <= within]
    true = [one for one in planted if one.element in elements and one.end <= within]
    right = sum(_met(said, true))
    met = sum(_met(true, said))
    return Accuracy(round(right / max(1, len(said)), 4), round(met / max(1, len(true)), 4))


def _met(some: Sequence[Planted], others: Sequence[Planted]) -> list[bool]:
    """For each of `some`, whether one of `others` of its element shares a byte with it."""
    covered = {(one.element, byte) for one in others for byte in range(one.start, one.end)}
    return [any((one.element, byte) in covered for byte in range(one.start, one.end)) for one in some]


if __name__ == "__main__":
    main()
