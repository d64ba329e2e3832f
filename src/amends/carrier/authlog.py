"""The logon log of the estate: guessing at the router, the intruder's logons, and everybody's daily work around them.

Traditional syslog: stamps without a year or a zone, in order of time; repeated failures are folded into
`message repeated N times: [ … ]` as rsyslog does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from amends.carrier.dice import Dice

ATTACKER: Final = "198.51.100.77"
"""The one address that passwords were guessed from (documentation range, RFC 5737)."""
GUESSES: Final = 340
_BEGIN: Final = datetime(2021, 7, 1)
_DAYS: Final = 44
_ENTRY: Final = datetime(2021, 7, 14, 2, 41, 7)
_WORKERS: Final = ("akim", "bford", "cruz", "dhall", "eng", "fross", "gwu", "hlane", "ivers", "jtate")
_GUESSED: Final = ("root", "admin", "cisco", "ubnt", "support", "oracle")
_BACKGROUND: Final = 6_000

Entry = tuple[datetime, str, str]
"""A line: when, which host, the text after the host."""


def write(dice: Dice, addresses: Mapping[str, str], visits: Sequence[tuple[str, str, str]], router: str) -> str:
    """The log; `visits` are the intruder's logons (from, to, account) in order, `addresses` those of all hosts."""
    entries = [*_work(dice, addresses), *_guessing(router), *_intrusion(addresses, visits, router)]
    entries.sort(key=lambda entry: entry[0])
    return "".join(f"{when:%b} {when.day:2d} {when:%H:%M:%S} {host} {text}\n" for when, host, text in entries)


def _work(dice: Dice, addresses: Mapping[str, str]) -> list[Entry]:
    """Staff log on from their own machines with their own accounts, mistype, run jobs; strangers knock at the edge."""
    servers = sorted(name for name in addresses if not name.startswith(("ws-", "edge-")))
    desks = sorted(name for name in addresses if name.startswith("ws-"))
    keys = np.arange(_BACKGROUND)
    seconds = dice.below("log second", keys, _DAYS * 86_400).tolist()
    picks = dice.bits("log pick", keys).tolist()
    entries: list[Entry] = []
    for second, pick in zip(seconds, picks, strict=True):
        when, kind = _BEGIN + timedelta(seconds=second), pick % 100
        host, user = servers[(pick >> 8) % len(servers)], _WORKERS[(pick >> 24) % len(_WORKERS)]
        desk, port = addresses[desks[(pick >> 32) % len(desks)]], 40_000 + (pick >> 40) % 20_000
        sshd = f"sshd[{1000 + pick % 29_000}]:"
        if kind < 60:
            entries.append((when, host, f"{sshd} Accepted publickey for {user} from {desk} port {port} ssh2"))
            entries.append((when, host, f"{sshd} pam_unix(sshd:session): session opened for user {user} by (uid=0)"))
        elif kind < 66:
            entries.append((when, host, f"{sshd} Failed password for {user} from {desk} port {port} ssh2"))
        elif kind < 90:
            entries.append((when, host, f"CRON[{pick % 30_000}]: pam_unix(cron:session): session closed for user root"))
        elif kind < 96:
            entries.append((when, host, f"sudo: {user} : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true"))
        else:
            guess = f"Failed password for invalid user pi from 192.0.2.{1 + (pick >> 16) % 250} port {port} ssh2"
            entries.append((when, "edge-gw-01", f"{sshd} {guess}"))
    every_host = [
        (_BEGIN + timedelta(days=day, minutes=5, seconds=index), host, "CRON[77]: pam_unix(cron:session): opened")
        for day in (0, _DAYS - 1)
        for index, host in enumerate(sorted(addresses))
    ]
    return entries + every_host


def _guessing(router: str) -> list[Entry]:
    """`GUESSES` failures from one source in a quarter of an hour, some folded, then the right password."""
    entries: list[Entry] = []
    when, left, number = _ENTRY - timedelta(minutes=15), GUESSES, 0
    while left:
        user = _GUESSED[number % len(_GUESSED)]
        unknown = "" if user in ("root", "admin") else "invalid user "
        text = f"Failed password for {unknown}{user} from {ATTACKER} port {50_000 + number} ssh2"
        entries.append((when, router, f"sshd[{9000 + number}]: {text}"))
        left -= 1
        folded = min(left, 5 if number % 4 == 3 else 0)
        if folded:
            again = f"sshd[{9000 + number}]: message repeated {folded} times: [ {text}]"
            entries.append((when + timedelta(seconds=2), router, again))
            left -= folded
        when, number = when + timedelta(seconds=5), number + 1
    entries.append((_ENTRY, router, f"sshd[9999]: Accepted password for admin from {ATTACKER} port 51999 ssh2"))
    return entries


def _intrusion(addresses: Mapping[str, str], visits: Sequence[tuple[str, str, str]], router: str) -> list[Entry]:
    """The intruder's logons hours and days apart, the last before August 4."""
    entries: list[Entry] = []
    for number, (source, target, account) in enumerate(visits):
        when = _ENTRY + timedelta(hours=3 + 30 * number, minutes=7 * number)
        text = f"Accepted password for {account} from {addresses[source]} port {52_000 + number} ssh2"
        entries.append((when, target, f"sshd[{12_000 + number}]: {text}"))
    again = _ENTRY + timedelta(days=1)
    entries.append((again, router, f"sshd[10001]: Accepted password for admin from {ATTACKER} port 52999 ssh2"))
    return entries
