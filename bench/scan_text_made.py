"""Texts made from a seed for the bench of the text kernel: where each planted value stands is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MEBI: Final = 1 << 20
_PIECE: Final = 4 * _MEBI
_WORDS: Final = """the account holder said that shipping was late and nobody answered so we will look into what happened
with our system during last week before closing the matter for good""".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Planted:
    """A value of an element at the bytes `start:end`."""

    element: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Made:
    """A text and what was planted in its first piece."""

    name: str
    data: bytes
    planted: tuple[Planted, ...] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    """A value with the words before and behind it; `element` is empty for a decoy."""

    element: str
    lead: str
    value: str
    trail: str = ""


def mixed(size: int) -> Made:
    """Prose with a planted value or decoy each dozen words."""
    chance = random.Random(7)
    made: list[str] = []
    planted: list[Planted] = []
    length = 0
    while length < _PIECE:
        value = _value(chance)
        lead = f"{_prose(chance)} {value.lead}"
        end = length + len(lead) + len(value.value)
        if value.element:
            planted.append(Planted(value.element, length + len(lead), end))
        made.append(f"{lead}{value.value}{value.trail}{chance.choice(('. ', ', ', chr(10)))}")
        length += len(made[-1])
    return Made("mixed", _repeated("".join(made), size), tuple(planted))


def prose(size: int) -> Made:
    """Words, points and lines, not one digit."""
    return _of("prose without digits", 11, size, lambda chance: _prose(chance) + chance.choice((". ", ", ", "\n")))


def log(size: int) -> Made:
    """Lines of a web server's log: 14 numbers a line, an address of the network the only value."""
    return _of("log", 12, size, _log_line)


def table(size: int) -> Made:
    """Lines of a CSV export of customers."""
    return _of("CSV", 13, size, _row)


def _of(name: str, seed: int, size: int, line: Callable[[random.Random], str]) -> Made:
    chance = random.Random(seed)
    made: list[str] = []
    length = 0
    while length < _MEBI:
        made.append(line(chance))
        length += len(made[-1])
    return Made(name, _repeated("".join(made), size))


def _repeated(piece: str, size: int) -> bytes:
    return piece.encode() * (size // len(piece) + 1)


def _prose(chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(3, 14)))


def _log_line(chance: random.Random) -> str:
    n = chance.randint
    return (
        f"2024-03-{n(1, 28):02d}T{n(0, 23):02d}:{n(0, 59):02d}:{n(0, 59):02d}.{n(0, 999):03d}Z INFO worker-{n(1, 9)} "
        f"[req={n(10**5, 10**6)}] GET /api/v1/item/{n(1, 10**6)} status=200 took {n(1, 900)} ms "
        f"from 10.0.{n(0, 255)}.{n(0, 255)} bytes {n(100, 99999)}\n"
    )


def _row(chance: random.Random) -> str:
    n = chance.randint
    return (
        f"{n(10**6, 10**7)},Ann{n(1, 99)},Bell,{n(1, 12):02d}/{n(1, 28):02d}/{n(1930, 2005)},"
        f"{n(100, 665):03d}-{n(10, 99)}-{n(1000, 9999)},({n(201, 209)}) {n(212, 299)}-{n(1000, 9999)},"
        f"a{n(1, 9999)}@example.com,{n(1, 9999)} Oak Street,Dallas,TX,{n(10000, 99999)},{n(1, 10**4) / 100}\n"
    )


def _value(chance: random.Random) -> _Value:
    n = chance.randint
    kind = n(0, 9)
    if kind == 0:
        return _Value("ssn", "SSN ", f"{n(1, 665):03d}-{n(1, 99):02d}-{n(1, 9999):04d}")
    if kind == 1:
        return _Value("phone", "call ", f"({_code(chance)}) {_code(chance)}-{n(0, 9999):04d}")
    if kind == 2:
        return _Value("email", "mail ", f"user{n(1, 99999)}@example.com")
    if kind == 3:
        return _Value("dob", "born ", f"{n(1, 12)}/{n(1, 28)}/{n(1930, 2010)}")
    if kind == 4:
        return _Value("payment_card", "card ", with_luhn("4" + str(n(10**13, 10**14 - 1))))
    if kind == 5:
        return _Value("imei", "imei ", with_luhn("35" + str(n(10**11, 10**12 - 1))))
    if kind == 6:
        return _Value("imsi", "imsi ", f"310{n(10**11, 10**12 - 1)}")
    if kind == 7:
        return _Value("", "order ", str(n(10**7, 10**9)))
    if kind == 8:
        return _Value("", "on ", f"2024-{n(1, 12):02d}-{n(1, 28):02d}T12:{n(10, 59)}:00", f" qty {n(1, 99)}")
    return _Value("", "and that was all there is to say about the whole affair at the time of writing", "")


def _code(chance: random.Random) -> int:
    """An area code or exchange of the North American Numbering Plan."""
    code = 0
    while code < 200 or code % 100 == 11 or code // 10 % 10 == 9:
        code = chance.randint(200, 989)
    return code


def with_luhn(digits: str) -> str:
    """Digits with their check digit behind them."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)
