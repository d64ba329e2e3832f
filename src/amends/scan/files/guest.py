"""The child process of `guard`: reads file after file for the scan, with bounded memory and time, writing nothing.

It is handed open files, never paths. A task is a generator function `module:name` of (file, settings) that gives
frames; the answer to a question comes back as the value of its `yield`.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Generator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from amends.scan.files.frames import Frame, receive, send
from amends.scan.files.limits import Limits
from amends.scan.files.source import Source
from amends.scan.files.unpacking import DAMAGED
from amends.scan.files.unreadable import UnreadableError

Work = Generator[Frame, str, None]
Task = Callable[[BinaryIO, Mapping[str, Any]], Work]


class OpenFile(Source):
    """An open file with the interface of a file on disk."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        super().__init__(Path(), limits)
        self._file = file

    def open(self) -> BinaryIO:
        """The file from its beginning, to be closed by the caller."""
        copy = os.fdopen(os.dup(self._file.fileno()), "rb", 0)
        copy.seek(0)
        return copy

    def check(self, _: BinaryIO) -> None:
        """The scan itself watches the file."""


def main() -> None:
    """Serve until the scan closes the socket."""
    link = socket.socket(fileno=int(sys.argv[1]))
    memory, seconds = int(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
    while True:
        try:
            _, handles, _, _ = socket.recv_fds(link, 1, 1)
            if not handles:
                return
            asked = receive(link)
        except (EOFError, OSError):
            return
        with os.fdopen(handles[0], "rb", 0) as file:
            _serve(link, file, asked.facts, seconds)


def _serve(link: socket.socket, file: BinaryIO, asked: Mapping[str, Any], seconds: int) -> None:
    try:
        module, _, name = str(asked["task"]).partition(":")
        task: Task = getattr(import_module(module), name)
        _give(link, task(file, asked["settings"]), seconds)
    except UnreadableError as error:
        swollen = isinstance(error.__cause__, MemoryError)
        send(link, Frame({"memory": True} if swollen else {"reason": str(error)}))
    except MemoryError:
        send(link, Frame({"memory": True}))
    except (BrokenPipeError, EOFError, ConnectionError):
        raise SystemExit from None
    except Exception:
        send(link, Frame({"reason": DAMAGED}))
    else:
        send(link, Frame({"done": True}))


def _give(link: socket.socket, work: Work, seconds: int) -> None:
    """Send what the task gives; each frame may take so much processor time."""
    answer: str | None = None
    try:
        while True:
            _renew(seconds)
            frame = work.send(answer) if answer is not None else next(work)
            send(link, frame)
            answer = str(receive(link).facts["answer"]) if frame.question else None
            if answer == "stop":
                return
    except StopIteration:
        return
    finally:
        work.close()


def _renew(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
