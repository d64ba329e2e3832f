"""What a file is: by its first bytes, then by the look of its text, and by its name only where these leave it open."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePath
from typing import Any

from amends.facts import facts_of
from amends.scan.files.encodings import Encoding, tell

ARCHIVES = frozenset(("zip", "tar", "gzip", "bzip2", "xz", "zstd", "7z"))
_PLAIN = Encoding("utf-8", 0)
_LONG_LINE = 1 << 16
"""A first line of JSON that is longer than this and not at its end is taken for a document."""


@dataclass(frozen=True, slots=True)
class Format:
    """`name` as in the `files` table; `reason` why it is not read, or empty; `named` if the file's name says table."""

    name: str
    reason: str
    named: bool = False
    encoding: Encoding = _PLAIN


def named(name: str) -> Format:
    """The format of this name in `formats.yaml`, with its reason."""
    return Format(name, _rules()["reasons"].get(name, ""))


def recognise(sample: bytes, file_name: str) -> Format:
    """The format of a file that begins with `sample`. A text that may be a table is `delimited`."""
    for rule in _rules()["magic"]:
        at = rule.get("at", 0)
        if sample[at : at + len(rule["bytes"])] == rule["bytes"]:
            found = rule["format"]
            return named(_in_zip(sample) if found == "zip" else _in_office(sample) if found == "office" else found)
    encoding = tell(sample)
    if encoding.name == "utf-8" and _is_binary(sample):
        return named("binary")
    text = sample[encoding.skip : 1 << 16].decode(encoding.name, "replace")
    for rule in _rules()["text"]:
        if rule["pattern"].search(text[:4096]):
            return replace(named(rule["format"]), encoding=encoding)
    if text.lstrip()[:1] in ("{", "["):
        return _json_kind(sample, encoding)
    ending = _rules()["endings"].get(PurePath(file_name).suffix.lower().lstrip("."), "")
    if ending == "ndjson":
        return Format("ndjson", "", encoding=encoding)
    if ending and ending != "delimited":
        return replace(named(ending), encoding=encoding)
    return Format("delimited", "", named=ending == "delimited", encoding=encoding)


def _in_zip(sample: bytes) -> str:
    """Office files are zips whose first members have telling names."""
    head = sample[:4096]
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head:
        return "ods"
    signs = {b"xl/": "xlsx", b"word/": "docx", b"ppt/": "pptx", b"mimetypeapplication/vnd.oasis": "odf"}
    for sign, found in signs.items():
        if sign in head:
            return found
    return "xlsx" if b"[Content_Types].xml" in head and b"xl/" in sample else "zip"


def _in_office(sample: bytes) -> str:
    for rule in _rules()["streams"]:
        if rule["stream"] in sample:
            return str(rule["format"])
    return "office"


def _is_binary(sample: bytes) -> bool:
    """Many control characters. NULs are tolerated among clean text: disks leave holes in files."""
    head = sample[: 1 << 16]
    text = head.replace(b"\0", b"")
    control = sum(text.count(byte) for byte in range(1, 32) if byte not in b"\t\n\r\f\x1b")
    holes = len(head) - len(text)
    clean = bool(text) and control <= len(text) // 200
    return control > max(8, len(text) // 10) or (control + holes > max(8, len(head) // 10) and not clean)


def _json_kind(sample: bytes, encoding: Encoding) -> Format:
    text = sample[encoding.skip :].decode(encoding.name, "replace").lstrip()
    first = text.splitlines()[0] if text else ""
    if not first.startswith("{"):
        return replace(named("json"), encoding=encoding)
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines()[:20] if line.strip()]
        if len(sample) > _LONG_LINE and len(lines) == 1:
            return replace(named("json"), encoding=encoding)
        if sum(line.startswith("{") and line.rstrip().endswith("}") for line in lines) * 2 < len(lines):
            return replace(named("json"), encoding=encoding)
    return Format("ndjson", "", encoding=encoding)


@cache
def _rules() -> dict[str, Any]:
    found: dict[str, Any] = facts_of(__package__, "formats.yaml")
    for rule in found["magic"]:
        rule["bytes"] = rule["bytes"].encode("latin-1")
    for rule in found["streams"]:
        rule["stream"] = rule["stream"].encode("utf-16-le")
    for rule in found["text"]:
        rule["pattern"] = re.compile(rule["pattern"], re.IGNORECASE | re.MULTILINE)
    return found
