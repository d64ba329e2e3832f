"""Reader of secret-finder reports: gitleaks 7 and 8, trufflehog 2 and 3, trufflehog3.

A finding says where a secret lies and, at best, which account it opens on which host. The secret itself is used for
one thing, its keyed hash, by which two findings of the same secret are known to be one credential; it is never kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amends.trace.documents import items
from amends.trace.exports import NotReadError, printable

_ID_LENGTH: Final = 16
_LONGEST_TEXT: Final = 4096
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://([^\s:/@]{1,128}):([^\s@/]{1,512})@(\[[0-9A-Fa-f:]+\]|[\w.-]+)"
)
_ACCOUNT_AT_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,64})@((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+)")
_LONGEST_MASK: Final = 64
_MASKED: Final = re.compile(r"[\W_]*(?:redacted\w*|x+)?[\W_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret that lies in `place` (a path as the finder gives it).

    `credential` is the keyed hash of the secret. `account` and `target` are what it opens, where the report says so;
    `stated` is true when it says so in fields or in a URI, false when it was read off text such as `user@host`.
    """

    credential: str
    place: str
    account: str
    target: str
    stated: bool
    item: int


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """An item of a report that is not a finding of a known shape."""

    item: int


@dataclass(frozen=True, slots=True)
class _Opens:
    """What a text says that a secret opens."""

    account: str = ""
    target: str = ""
    stated: bool = False
    password: str = ""


def read(path: Path, key: bytes) -> Iterator[Finding | NotUnderstood]:
    """The findings of a report, in order; `key` is that of the keyed hash.

    Raises `NotReadError` when its first item is of no known finder, or where the file breaks.
    """
    known = False
    for number, item in enumerate(items(path), start=1):
        found = list(_findings(item, number, key))
        if not found and not known:
            raise NotReadError("JSON, but not a report of a secret finder that trace reads")
        known = True
        if found:
            yield from found
        else:
            yield NotUnderstood(number)


def _findings(item: Any, number: int, key: bytes) -> Iterator[Finding]:
    """The findings of one item, whichever tool wrote it; none when no known one did."""
    if not isinstance(item, dict):
        return
    if "RuleID" in item and ("Secret" in item or "Match" in item):
        said = _opens(_text(item, "Match")) or _opens(_text(item, "Line"))
        yield _finding(key, number, _text(item, "Secret") or _text(item, "Match"), _text(item, "File"), said)
    elif "offender" in item and "rule" in item:
        said = _opens(_text(item, "line")) or _opens(_text(item, "offender"))
        yield _finding(key, number, _text(item, "offender"), _text(item, "file"), said)
    elif "SourceMetadata" in item and "Raw" in item:
        yield _finding(key, number, _text(item, "Raw"), _place_of_source(item["SourceMetadata"]), _opens_of_extra(item))
    elif isinstance(item.get("stringsFound"), list):
        for text in item["stringsFound"]:
            yield _finding(key, number, str(text), _text(item, "path"), _opens(str(text)))
    elif "secret" in item and "path" in item and isinstance(item.get("rule"), dict):
        yield _finding(key, number, _text(item, "secret"), _text(item, "path"), _opens(_text(item, "secret")))


def _finding(key: bytes, number: int, secret: str, place: str, said: _Opens | None) -> Finding:
    said = said or _Opens()
    basis = said.password or secret
    if len(basis) <= _LONGEST_MASK and _MASKED.fullmatch(basis):
        basis = f"masked\0{place}\0{number}\0{said.account}\0{said.target}"
    digest = hmac.new(key, basis.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_ID_LENGTH]
    return Finding(digest, printable(place), printable(said.account), printable(said.target), said.stated, number)


def _opens(text: str) -> _Opens | None:
    """What a URI with a password, or else `account@host`, in a text says that it opens."""
    text = text[:_LONGEST_TEXT]
    if uri := _URI.search(text):
        return _Opens(uri[1], uri[3].strip("[]"), True, uri[2])
    if plain := _ACCOUNT_AT_HOST.search(text):
        return _Opens(plain[1], plain[2])
    return None


def _opens_of_extra(item: dict[str, Any]) -> _Opens | None:
    """What a trufflehog 3 finding opens: its ExtraData, else its secret where that is a URI (plain or in base64)."""
    extra = item.get("ExtraData")
    if isinstance(extra, dict):
        account, target = _text(extra, "username") or _text(extra, "user"), _text(extra, "host")
        if account and target:
            return _Opens(account, re.sub(r":\d+$", "", target), True)
    raw = _text(item, "Raw")
    for text in (raw, _decoded(raw)):
        said = _opens(text)
        if said and said.stated:
            return said
    return None


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text[:_LONGEST_TEXT], validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _place_of_source(metadata: Any) -> str:
    """The file that a trufflehog 3 finding names, whatever the source."""
    data = metadata.get("Data") if isinstance(metadata, dict) else None
    for source in data.values() if isinstance(data, dict) else ():
        if isinstance(source, dict) and (place := _text(source, "file") or _text(source, "path")):
            return place
    return ""


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
