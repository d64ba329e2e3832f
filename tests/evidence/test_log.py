"""The log: what is appended verifies; what is flipped, cut or torn is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.errors import EvidenceError
from amends.evidence import Log, Signer, read_entries, verify

SIGNER = Signer("test", bytes(range(32)))
FILES = ("log.jsonl", "leaves", "checkpoint", "key.pub")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case folder with a log of five entries."""
    log = Log(tmp_path / "evidence", SIGNER)
    for number in range(5):
        log.append(
            "end", {"verb": "scan", "outputs": [], "balances": [{"what": "x", "in": number, "out": {"y": number}}]}
        )
    return tmp_path


def test_what_was_logged_can_be_read_back(folder: Path) -> None:
    head, entries = read_entries(folder / "evidence")
    assert head.size == 5
    assert [entry["n"] for entry in entries] == [0, 1, 2, 3, 4]
    assert verify(folder).ok


def test_a_log_goes_on_where_it_stopped(folder: Path) -> None:
    assert Log(folder / "evidence", SIGNER).append("end", {"verb": "people"}) == 5
    assert verify(folder).entries == 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_found_and_the_place_is_named(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "evidence", copy / "evidence")
    path = copy / "evidence" / name
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    found = verify(copy)
    assert not found.ok
    expected = {"log.jsonl": "evidence/log.jsonl", "leaves": "evidence/leaves"}.get(name, "evidence/")
    assert expected in found.failures[0]
    if name == "log.jsonl":
        line = bytes(content[:place]).count(b"\n")
        assert f"entry {line}" in found.failures[0] or f"entry {line - 1}" in found.failures[0]


def test_a_count_that_does_not_add_up_is_named(folder: Path) -> None:
    log = Log(folder / "evidence", SIGNER)
    log.append("end", {"verb": "people", "balances": [{"what": "records", "in": 7, "out": {"kept": 4, "lost": 2}}]})
    assert verify(folder).failures == ("records: 7 in but 6 explained (log entry 5)",)


def test_a_missing_file_and_a_shortened_one_are_named(folder: Path) -> None:
    (folder / "evidence" / "leaves").write_bytes(b"")
    assert "leaves" in verify(folder).failures[0]
    (folder / "evidence" / "key.pub").unlink()
    assert "key.pub is missing" in verify(folder).failures[0]


@pytest.mark.parametrize("tail", [b'{"n":5,"ki', b'{"n":5,"kind":"end"}\n'])
def test_an_entry_torn_by_a_kill_is_dropped_when_the_log_goes_on(folder: Path, tail: bytes) -> None:
    with (folder / "evidence" / "log.jsonl").open("ab") as file:
        file.write(tail)
    assert not verify(folder).ok
    Log(folder / "evidence", SIGNER)
    assert verify(folder).ok
    assert verify(folder).entries == 5


def test_a_log_signed_by_another_key_is_refused(folder: Path) -> None:
    other = Signer("test", bytes(32))
    (folder / "evidence" / "key.pub").write_text(other.verifier_key + "\n")
    with pytest.raises(EvidenceError, match=r"another key|not a signed note"):
        read_entries(folder / "evidence")
