"""Old Office files and messages: text in order by kreuzberg, all else beside it; without it, the runs of letters."""

from __future__ import annotations

import os
import signal
import struct
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from amends.case import Case
from amends.scan.documents import oldoffice
from amends.scan.documents.document import Passage, UnreadableError
from amends.scan.documents.structured import BESIDE, StructuredDocument
from amends.scan.files import guard
from amends.scan.files.formats import recognise
from amends.scan.verb import run
from tests.scan.documents.compound_files import compound
from tests.scan.documents.documents_at_hand import opened, places_of, text_of
from tests.scan.haul_of import files, put

DATA = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[4] / "shared" / "data")) / "scan" / "files"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here (AMENDS_DATA)")
with_kreuzberg = pytest.mark.skipif(not find_spec("kreuzberg"), reason="kreuzberg is not installed")


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    with guard.at_work():
        yield


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def message() -> bytes:
    """An Outlook message with a file attached."""
    return compound(
        {
            "__nameid_version1.0": {},
            "__properties_version1.0": bytes(32),
            "__substg1.0_001A001F": wide("IPM.Note"),
            "__substg1.0_0037001F": wide("My account"),
            "__substg1.0_0C1A001F": wide("Ann Lee"),
            "__substg1.0_0C1F001F": wide("ann@example.org"),
            "__substg1.0_1000001F": wide("Zoë Lee, SSN 123-45-6788,\r\ncalled about it."),
            "__attach_version1.0_#00000000": {
                "__properties_version1.0": bytes(8),
                "__substg1.0_3707001F": wide("list.csv"),
                "__substg1.0_37010102": b"name,ssn\nBob Kim,223-45-6788\n",
            },
        }
    )


def record(kind: int, content: bytes, version: int = 15) -> bytes:
    return struct.pack("<HHI", version, kind, len(content)) + content


def slides() -> bytes:
    """A presentation of one slide, with a note to it and a comment that its text does not hold."""
    outline = record(4080, record(4000, wide("The people"), 0))
    slide = record(1006, record(1036, record(0xF00D, record(4000, wide("Ann Lee SSN 123-45-6788"), 0))))
    note = record(1008, record(0xF00D, record(4008, b"Bob Kim 223-45-6788", 0)))
    comment = record(12000, record(4026, wide("Eve Fox 323-45-6788"), 0))
    return compound({"PowerPoint Document": record(1000, outline) + slide + note + comment, "Current User": bytes(40)})


@with_kreuzberg
def test_a_message_gives_its_head_and_text_in_order_and_what_is_attached_beside_it(tmp_path: Path) -> None:
    document = opened(tmp_path, "msg", message())
    places = places_of(document)
    text = places[""]
    assert text.index("My account") < text.index("ann@example.org") < text.index("Zoë Lee, SSN 123-45-6788,\ncalled")
    assert "Bob Kim,223-45-6788" in places[BESIDE] and "SSN 123-45-6788" not in places[BESIDE]
    assert document.gaps == ["what is embedded in it: read as the runs of letters in it, without its structure"]


@with_kreuzberg
def test_a_presentation_gives_slides_and_notes_and_then_what_else_it_holds(tmp_path: Path) -> None:
    document = opened(tmp_path, "ppt", slides())
    places = places_of(document)
    assert places[""].index("Ann Lee SSN 123-45-6788") < places[""].index("Bob Kim 223-45-6788")
    assert "Eve Fox 323-45-6788" in places[BESIDE] and "Bob Kim" not in places[BESIDE]
    assert document.gaps == []


@with_kreuzberg
def test_notes_that_kreuzberg_passes_over_are_read_beside_the_text(tmp_path: Path) -> None:
    note = record(1008, record(0xF00D, record(4008, b"Bob Kim 223-45-6788", 0)))
    slide = record(1006, record(0xF00D, record(4000, wide("Ann Lee SSN 123-45-6788"), 0)))
    content = compound({"PowerPoint Document": record(1000, b"") + slide + note})
    places = places_of(opened(tmp_path, "ppt", content))
    assert "Ann Lee SSN 123-45-6788" in places[""]
    assert "Bob Kim 223-45-6788" in places[""] + places[BESIDE]


@with_kreuzberg
def test_a_message_that_carries_a_word_file_is_read_as_a_message(tmp_path: Path) -> None:
    content = message() + wide("WordDocument")
    assert recognise(content, "a.doc").name == "msg"
    assert "My account" in places_of(opened(tmp_path, "msg", content))[""]


@with_kreuzberg
@needs_data
def test_a_word_file_is_read_whole_and_what_lies_in_it_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(DATA / "nps-2010-emails.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".doc")]
        for name in names:
            content = archive.read(name)
            assert recognise(content[: 1 << 20], name).name == "doc"
            document = opened(tmp_path, "doc", content)
            places = places_of(document)
            assert "@" in places[BESIDE if "within" in name else ""]
            assert bool(document.gaps) == ("within" in name)
    assert len(names) == 4


@with_kreuzberg
@pytest.mark.parametrize("cut", [600, 1400])
def test_a_file_that_is_cut_short_is_read_as_runs_of_letters(tmp_path: Path, cut: int) -> None:
    content = message()
    document = opened(tmp_path, "msg", content[:cut] + wide("Ann Lee, SSN 123-45-6788") + content[-512:])
    assert "Ann Lee, SSN 123-45-6788" in text_of(document)
    assert "not understood" in document.gaps[0] or "broke down" in document.gaps[0]


class Breaking(StructuredDocument):
    """A reader that brings its process down."""

    def passages(self) -> Iterator[Passage]:
        os.kill(os.getpid(), signal.SIGSEGV)
        return super().passages()


@with_kreuzberg
def test_a_file_that_breaks_its_reader_is_read_as_runs_of_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oldoffice, "_READER", f"{__name__}:Breaking")
    document = opened(tmp_path, "msg", message())
    assert "SSN 123-45-6788" in text_of(document)
    assert "broke down" in document.gaps[0]


def test_without_kreuzberg_the_runs_of_letters_are_read_and_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oldoffice, "find_spec", lambda _name: None)
    for kind, content in (("msg", message()), ("ppt", slides())):
        document = opened(tmp_path, kind, content)
        text = text_of(document)
        assert "SSN 123-45-6788" in text and "Bob Kim" in text
        assert len(document.gaps) == 1 and "amends[documents]" in document.gaps[0]


def test_with_or_without_kreuzberg_a_password_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = compound({"EncryptedPackage": bytes(100), "WordDocument": bytes(100)})
    for found in (find_spec, lambda _name: None):
        monkeypatch.setattr(oldoffice, "find_spec", found)
        with pytest.raises(UnreadableError, match="password"):
            text_of(opened(tmp_path, "doc", locked))


def test_scan_lists_what_is_missing(new_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oldoffice, "find_spec", lambda _name: None)
    case = new_case(encryption="volume")
    put(case, "a.msg", message())
    run(case)
    found = files(case)["a.msg"]
    assert (found["format"], found["state"]) == ("msg", "read")
    assert "amends[documents]" in found["reason"]
