"""Frames between the scan and the child process that reads for it: facts as JSON and bytes, over one local socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_HEAD = struct.Struct("<BIQ")
_MOST_FACTS = 64 << 20
_MOST_DATA = 512 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: `facts` are what JSON can say, `data` anything with bytes. A `question` waits for an answer."""

    facts: Mapping[str, Any]
    data: Any = b""
    question: bool = field(default=False)


def send(link: socket.socket, frame: Frame) -> None:
    """Send a frame. Raises `OSError` when nobody takes it."""
    facts = json.dumps(frame.facts).encode()
    data = memoryview(frame.data).cast("B")
    link.sendall(_HEAD.pack(frame.question, len(facts), len(data)) + facts)
    if len(data):
        link.sendall(data)


def receive(link: socket.socket) -> Frame:
    """The next frame. Raises `EOFError` when the other side is gone, `TimeoutError`, or `OSError`."""
    question, facts, data = _HEAD.unpack(_exactly(link, _HEAD.size))
    if facts > _MOST_FACTS or data > _MOST_DATA:
        raise OSError("a frame is too large")
    told = json.loads(_exactly(link, facts))
    return Frame(told, _exactly(link, data), bool(question))


def _exactly(link: socket.socket, size: int) -> bytearray:
    found = bytearray(size)
    rest = memoryview(found)
    while rest:
        count = link.recv_into(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return found
