"""The guard: readers built on libraries in C or Rust work in a child process, where a file can break nothing else.

A child serves many files. It is handed an open file, has bounded memory and processor time, may not write, and leaves
no memory image. Where it crashes, wants too much or falls silent it is ended, the file is listed with that reason, and
the next file gets a new child.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from amends.scan.files.frames import Frame, receive, send
from amends.scan.files.unreadable import UnreadableError

STOP = "stop"
_OUT_OF_TIME = int(signal.SIGXCPU)
_LEAN = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Settings of libraries in the child: what they set aside counts as memory."""


@dataclass(frozen=True, slots=True)
class Ration:
    """What a child may use: bytes of memory, seconds of processor time and of silence between two frames."""

    memory: int = 768 << 20
    seconds: int = 180
    silence: int = 600


RATION = Ration()


def asked(task: str, file: BinaryIO, settings: Mapping[str, Any]) -> Generator[Frame, str, None]:
    """The frames of a task (`guest`) over an open file; questions take their answer by `send`.

    Raises `UnreadableError` with what the task says of the file, or with how the child came to its end.
    """
    child = _idle() or _Child(RATION)
    intact = waiting = False
    try:
        child.begin(task, file, settings)
        while True:
            frame = child.next()
            reason = frame.facts.get("reason")
            intact = bool(reason or "done" in frame.facts)
            if reason:
                raise UnreadableError(str(reason))
            if "memory" in frame.facts:
                raise UnreadableError(_too_much(child.ration))
            if intact:
                return
            waiting = frame.question
            answer = yield frame
            waiting = False
            if frame.question:
                child.answer(answer)
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableError(child.end(error)) from error
    finally:
        if waiting:
            intact = child.stopped()
        _put_back(child, intact)


@contextmanager
def at_work() -> Iterator[None]:
    """While files are read. Afterwards no child is left."""
    try:
        yield
    finally:
        rest()


def rest() -> None:
    """End the children that wait for work; the next file starts one."""
    while child := _idle():
        child.kill()


class _Child:
    """One child process and the socket to it."""

    def __init__(self, ration: Ration) -> None:
        self.ration = ration
        self._link, theirs = socket.socketpair()
        self._link.settimeout(ration.silence)
        arguments = [str(theirs.fileno()), str(ration.memory), str(ration.seconds)]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "amends.scan.files.guest", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **_LEAN},
            )

    @property
    def number(self) -> int:
        """The process id."""
        return self._process.pid

    def begin(self, task: str, file: BinaryIO, settings: Mapping[str, Any]) -> None:
        """Hand over the file and what to do with it."""
        socket.send_fds(self._link, [b"f"], [file.fileno()])
        send(self._link, Frame({"task": task, "settings": settings}))

    def next(self) -> Frame:
        """The next frame. Raises `EOFError` or `OSError` when there is none."""
        return receive(self._link)

    def answer(self, text: str) -> None:
        """Answer a question."""
        send(self._link, Frame({"answer": text}))

    def stopped(self) -> bool:
        """End the task at a question; whether the child is ready for the next one."""
        try:
            self.answer(STOP)
            return "done" in self.next().facts
        except (OSError, EOFError, ValueError):
            return False

    def end(self, error: Exception) -> str:
        """End the child; how it came to that, as a reason."""
        silent = isinstance(error, TimeoutError)
        if not silent:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                silent = True
        code = self._process.poll()
        self.kill()
        if silent or code == -_OUT_OF_TIME:
            return f"reading it takes more than {self.ration.seconds} seconds a piece"
        return f"its reader broke down over it, or wanted more than {self.ration.memory >> 20} MiB of memory"

    def kill(self) -> None:
        """End it, whatever it does."""
        self._link.close()
        self._process.kill()
        self._process.wait()


_waiting: list[_Child] = []
_lock = threading.Lock()
atexit.register(rest)


def _idle() -> _Child | None:
    with _lock:
        return _waiting.pop() if _waiting else None


def _put_back(child: _Child, intact: bool) -> None:
    if not intact:
        child.kill()
        return
    with _lock:
        _waiting.append(child)


def _too_much(ration: Ration) -> str:
    return f"reading it takes more than {ration.memory >> 20} MiB of memory"
