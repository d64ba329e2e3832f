"""Reader of nmap's XML output: which hosts answered, under which names, with which open services.

The file comes from the network under attack, so it is hostile until read: it is parsed as a stream, and a document
type with an internal or external subset, an entity declaration, a root other than `nmaprun` or one token without end is
refused. Nmap itself writes a bare `<!DOCTYPE nmaprun>`, which is harmless and accepted. (Format: nmap's nmap.dtd.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from amends.trace.exports import NotReadError, printable

_CHUNK: Final = 1 << 16
_LONGEST_TOKEN: Final = 1 << 24
_DEEPEST: Final = 64


@dataclass(frozen=True, slots=True)
class Host:
    """A host that was up: IP addresses, names (reverse DNS first), open services as port/name, and its line."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]
    services: tuple[str, ...]
    line: int


def read(path: Path) -> Iterator[Host]:
    """The hosts of a scan that were up, in the order of the file. Raises `NotReadError` where it breaks."""
    reader = _Reader()
    fed = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            fed += len(chunk)
            reader.feed(chunk, last=False)
            yield from reader.take()
            if fed - reader.position() > _LONGEST_TOKEN:
                raise NotReadError("one XML token is longer than 16 MiB")
        try:
            reader.feed(b"", last=True)
        finally:
            yield from reader.take()


@dataclass(slots=True)
class _Open:
    """The host element that is being read."""

    line: int
    up: bool = True
    addresses: list[str] = field(default_factory=list)
    names: list[tuple[bool, str]] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    port: str = ""
    open: bool = False
    service: str = ""


class _Reader:
    """Gathers hosts from the events of the parser; everything that matters stands in attributes."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _doctype
        self._parser.EntityDeclHandler = _entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._depth = 0
        self._host: _Open | None = None
        self._done: list[Host] = []

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Parse on."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise NotReadError(f"broken XML at line {error.lineno}: {expat.errors.messages[error.code]}") from None
        except LookupError:
            raise NotReadError("XML in an encoding that is not known") from None

    def take(self) -> list[Host]:
        """The hosts finished since the last call."""
        done, self._done = self._done, []
        return done

    def position(self) -> int:
        """Byte at which the last event began."""
        return max(0, self._parser.CurrentByteIndex)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag != "nmaprun":
            raise NotReadError(f"XML, but not an nmap scan: its root is {printable(tag)[:40]}")
        if self._depth > _DEEPEST:
            raise NotReadError("XML elements nested without end")
        if tag == "host":
            self._host = _Open(self._parser.CurrentLineNumber)
        elif self._host is not None:
            _note(self._host, tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        host = self._host
        if host is None:
            return
        if tag == "port" and host.open and host.port:
            host.services.append(f"{host.port}/{host.service or 'unknown'}")
        if tag == "host":
            self._host = None
            if host.up and (host.addresses or host.names):
                names = dict.fromkeys(name for _, name in sorted(host.names, key=lambda entry: not entry[0]))
                services = dict.fromkeys(host.services)
                self._done.append(Host(tuple(dict.fromkeys(host.addresses)), tuple(names), tuple(services), host.line))


def _note(host: _Open, tag: str, attributes: dict[str, str]) -> None:
    """Take over what an element inside a host says."""
    if tag == "status":
        host.up = attributes.get("state", "up") == "up"
    elif tag == "address" and attributes.get("addrtype", "ipv4") in ("ipv4", "ipv6"):
        host.addresses.append(printable(attributes.get("addr", "")).lower())
    elif tag == "hostname":
        host.names.append((attributes.get("type") == "PTR", printable(attributes.get("name", ""))))
    elif tag == "port":
        host.port, host.open, host.service = printable(attributes.get("portid", ""))[:5], False, ""
    elif tag == "state":
        host.open = attributes.get("state") == "open"
    elif tag == "service":
        host.service = printable(attributes.get("name", ""))[:40]


def _doctype(name: str, system: str | None, public: str | None, internal: int) -> None:
    if system or public or internal:
        raise NotReadError(f"XML with a document type definition ({printable(name)[:40]}), which nmap does not write")


def _entity(*_: object) -> None:
    raise NotReadError("XML that declares entities")
