"""A reader that crashes, swells, hangs or writes costs the file it reads, and the next file finds a new one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from amends.case import Case
from amends.scan.files import guard
from amends.scan.files.frames import Frame
from amends.scan.files.guard import Ration, asked
from amends.scan.files.unreadable import UnreadableError
from amends.scan.verb import run
from tests.scan.documents.test_documents_office import pdf_of
from tests.scan.haul_of import PEOPLE, files, put, rows, ssns

HERE = __name__


def crash(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    yield Frame({"number": os.getpid()})
    os.kill(os.getpid(), signal.SIGSEGV)
    yield Frame({})


def swell(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    yield Frame({"size": len(bytearray(1 << 30))})


def swell_within_a_library(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    try:
        yield Frame({"size": len(bytearray(1 << 30))})
    except MemoryError as error:
        raise UnreadableError("it is damaged") from error


def spin(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    while True:
        pass
    yield Frame({})


def sleep(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    time.sleep(60)
    yield Frame({})


def write(_: BinaryIO, settings: Mapping[str, Any]) -> Iterator[Frame]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    Path(settings["to"]).write_text("x")
    yield Frame({})


def leave(_: BinaryIO, __: Mapping[str, Any]) -> Iterator[Frame]:
    yield Frame({})
    os._exit(0)


def tell(file: BinaryIO, settings: Mapping[str, Any]) -> Iterator[Frame]:
    yield Frame({"number": os.getpid()}, file.read())
    answer = yield Frame({}, question=True)
    yield Frame({"answer": answer, **settings})


@pytest.fixture
def file(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    with path.open("rb", 0) as stream, guard.at_work():
        yield stream


@pytest.mark.parametrize("task", ["crash", "leave"])
def test_a_reader_that_breaks_down_is_named_and_replaced(file: BinaryIO, task: str) -> None:
    with pytest.raises(UnreadableError, match="broke down"):
        list(asked(f"{HERE}:{task}", file, {}))
    file.seek(0)
    assert bytes(next(asked(f"{HERE}:tell", file, {})).data) == b"content"


@pytest.mark.parametrize("task", ["swell", "swell_within_a_library"])
def test_a_reader_that_wants_too_much_memory_is_stopped(file: BinaryIO, task: str) -> None:
    with pytest.raises(UnreadableError, match="768 MiB of memory"):
        list(asked(f"{HERE}:{task}", file, {}))


@pytest.mark.parametrize("task", ["spin", "sleep"])
def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch, file: BinaryIO, task: str) -> None:
    guard.rest()
    monkeypatch.setattr(guard, "RATION", Ration(seconds=1, silence=3))
    with pytest.raises(UnreadableError, match="seconds"):
        list(asked(f"{HERE}:{task}", file, {}))


def test_a_reader_can_write_nothing(file: BinaryIO, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        list(asked(f"{HERE}:write", file, {"to": str(tmp_path / "out")}))
    assert not (tmp_path / "out").exists() or not (tmp_path / "out").read_bytes()


def test_one_child_serves_many_files_and_one_left_in_the_middle_is_ended(file: BinaryIO) -> None:
    numbers = set()
    for _ in range(3):
        talk = asked(f"{HERE}:tell", file, {"more": 1})
        numbers.add(next(talk).facts["number"])
        next(talk)
        assert talk.send("yes").facts == {"answer": "yes", "more": 1}
        assert next(talk, None) is None
    asked_no_more = asked(f"{HERE}:tell", file, {})
    numbers.add(next(asked_no_more).facts["number"])
    next(asked_no_more)
    asked_no_more.close()
    assert len(numbers) == 1
    left = asked(f"{HERE}:tell", file, {})
    assert next(left).facts["number"] in numbers
    left.close()
    assert next(asked(f"{HERE}:tell", file, {})).facts["number"] not in numbers


def test_a_child_killed_in_the_middle_of_a_file_costs_that_file_alone(
    new_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(encryption="volume")
    put(case, "a.pdf", pdf_of("John Doe"))
    put(case, "b.pdf", pdf_of("Jane Roe"))
    put(case, "c.csv", PEOPLE)
    original, killed = guard._Child.next, []

    def next_and_kill(child: guard._Child) -> Frame:
        frame = original(child)
        if frame.facts.get("where") == "page 1" and not killed:
            killed.append(child.number)
            os.kill(child.number, signal.SIGKILL)
        return frame

    monkeypatch.setattr(guard._Child, "next", next_and_kill)
    run(case)
    found = files(case)
    assert killed
    assert found["a.pdf"]["state"] == "failed"
    assert "broke down" in found["a.pdf"]["reason"]
    assert (found["b.pdf"]["state"], found["b.pdf"]["reason"]) == ("read", None)
    assert {"123456788", "223456788"} <= set(ssns(case))
    assert {row["file_id"] for row in rows(case, "mentions")} == {found["b.pdf"]["file_id"]}
