"""Documents of nested JSON give each human a row, whatever shape the rows have, and lose nothing that is damaged."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.files.unreadable import UnreadableError
from amends.scan.tables.jsondoc import json_tables, line_tables
from amends.scan.tables.reader import NamedReader
from tests.scan.tables_of_rows import Read, read_all

PEOPLE = [{"firstName": f"Ann{i}", "lastName": "Lee", "ssn": f"{i + 100}-45-6788"} for i in range(20)]
ROWS = [list(person.values()) for person in PEOPLE]
KEYS = list(PEOPLE[0])
SHAPES: dict[str, tuple[Any, str]] = {
    "list": (PEOPLE, ""),
    "list below": ({"n": 1, "a": {"b": {"people": PEOPLE}}}, "a.b.people"),
    "lists of pages": ([{"page": i, "items": PEOPLE[i : i + 10]} for i in (0, 10)], "items"),
    "list in lists": ({"all": [[person] for person in PEOPLE]}, "all"),
    "object of objects": ({"n": 1, "people": {f"p{i}": person for i, person in enumerate(PEOPLE)}}, "people"),
    "rows under names": ({"columns": KEYS, "rows": ROWS}, "rows"),
    "rows under fields": ({"fields": [{"name": key, "type": "x"} for key in KEYS], "rows": ROWS}, "rows"),
    "rows under a first row": ([KEYS, *ROWS], ""),
    "columns": ({key: [row[i] for row in ROWS] for i, key in enumerate(KEYS)}, ""),
    "numbered columns": ({key: {str(n): row[i] for n, row in enumerate(ROWS)} for i, key in enumerate(KEYS)}, ""),
}  # fmt: skip


def tables(content: bytes | str, folder: Path, chunk: int = 1 << 20) -> dict[str, Read]:
    path = folder / "x.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return read_tables(json_tables(Source(path, replace(DEFAULT, chunk=chunk))))


def lines(content: str, folder: Path) -> dict[str, Read]:
    path = folder / "x.ndjson"
    path.write_text(content, encoding="utf-8")
    return read_tables(line_tables(Source(path, DEFAULT)))


def read_tables(found: list[NamedReader]) -> dict[str, Read]:
    return {table.name: read_all(table.reader) for table in found if table.reader is not None}


def humans(read: Read) -> list[list[str | None]]:
    return [[row[read.names.index(key)] for key in KEYS] for row in read.rows]


@pytest.mark.parametrize("chunk", [1, 33, 1 << 20])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_human_is_a_row_whatever_the_shape(shape: str, chunk: int, tmp_path: Path) -> None:
    document, name = SHAPES[shape]
    for indent in (None, 2):
        assert humans(tables(json.dumps(document, indent=indent), tmp_path, chunk)[name]) == ROWS


def test_the_key_of_an_object_among_many_is_a_cell(tmp_path: Path) -> None:
    read = tables(json.dumps({f"a{i}@example.org": person for i, person in enumerate(PEOPLE)}), tmp_path)[""]
    assert [row[read.names.index("(key)")] for row in read.rows] == [f"a{i}@example.org" for i in range(20)]


def test_very_many_keys_are_rows(tmp_path: Path) -> None:
    read = tables(json.dumps({f"a{i}@example.org": f"(702) 555-{i:05}" for i in range(100_000)}), tmp_path)[""]
    assert (read.names, len(read.rows)) == (["(key)", "(value)"], 100_000)
    assert read.rows[99_999] == ["a99999@example.org", "(702) 555-99999"]


def test_lists_that_speak_of_the_row_stay_in_it(tmp_path: Path) -> None:
    contacts = [{"type": "phone", "value": "(702) 555-0100"}, {"type": "email", "value": "a@example.org"}]
    people = [{**person, "contacts": contacts, "tags": ["x", "y"], "homes": [{"zip": "1"}]} for person in PEOPLE]
    read = tables(json.dumps({"people": people}), tmp_path)
    assert list(read) == ["people"]
    assert json.loads(read["people"].rows[3][read["people"].names.index("contacts")] or "") == contacts


def test_other_people_within_a_row_are_rows_of_their_own(tmp_path: Path) -> None:
    people = [{**person, "dependents": [{"firstName": "Bo", "lastName": "Lee", "ssn": "1"}]} for person in PEOPLE]
    read = tables(json.dumps({"people": people}), tmp_path)
    assert {name: len(table.rows) for name, table in read.items()} == {"people": 20, "people.dependents": 20}
    assert "Bo" not in str(read["people"].rows)


def test_what_stands_outside_of_lists_is_a_row_of_its_own(tmp_path: Path) -> None:
    read = tables(json.dumps({"by": "Jo Doe", "people": PEOPLE, "end": {"mail": "j@example.org"}}), tmp_path)
    assert {"Jo Doe", "j@example.org"} <= set(read["(document)"].rows[0])


def test_a_row_with_more_cells_than_names_keeps_them(tmp_path: Path) -> None:
    read = tables(json.dumps([KEYS, *ROWS, [*ROWS[0], "x", 7]]), tmp_path)[""]
    assert read.rows[20][3] == '["x",7]'


def test_lists_in_lines_are_rows_and_broken_lines_are_counted(tmp_path: Path) -> None:
    pages = [json.dumps({"page": i, "items": PEOPLE[i : i + 5]}) for i in range(0, 20, 5)]
    read = lines(
        "\n".join([pages[0], pages[1], '{"page": 7, "items": [{"ssn": "un', "what?", pages[2], pages[3]]), tmp_path
    )
    assert humans(read["items"]) == ROWS
    assert (read["items"].tally.rejected, read["(lines)"].tally.rows, read["(lines)"].tally.rejected) == (1, 6, 2)


@pytest.mark.parametrize("shape", [shape for shape, (document, _) in SHAPES.items() if isinstance(document, dict)])
def test_a_document_on_one_line_is_no_line(shape: str, tmp_path: Path) -> None:
    document, name = SHAPES[shape]
    assert humans(lines(json.dumps(document), tmp_path)[name]) == ROWS


def test_plain_lines_are_left_to_their_reader(tmp_path: Path) -> None:
    assert lines("\n".join(json.dumps({**person, "tags": [1, 2]}) for person in PEOPLE), tmp_path) == {}


def test_a_document_that_breaks_off_keeps_its_whole_rows(tmp_path: Path) -> None:
    text = json.dumps({"by": "Jo Doe", "people": PEOPLE})
    for cut in (len(text) - 2, len(text) // 2, len(text) - 30):
        read = tables(text[:cut], tmp_path)
        people = read["people"]
        assert humans(people) == ROWS[: len(people.rows)]
        assert len(people.rows) + people.tally.rejected == people.tally.rows
        assert len(people.rows) >= cut * 20 // len(text) - 1
        assert read["(document)"].rows[0][0] == "Jo Doe"


def test_odd_bytes_and_numbers_are_kept(tmp_path: Path) -> None:
    odd = b'\xef\xbb\xbf{"people": [{"name": "Jos\xe9", "ssn": 12345678},\0 {"name": "a\\"b", "ssn": 1, "ssn": 2}]}'
    read = tables(odd, tmp_path)["people"]
    assert [row[0] for row in read.rows] == ["José", 'a"b']
    assert read.rows[0][1] == "12345678"


def test_ten_thousand_levels_are_refused(tmp_path: Path) -> None:
    for text in ("[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000):
        with pytest.raises(UnreadableError, match="deep"):
            tables(text, tmp_path)


class Endless(Source):
    """A document on one line that is made while it is read."""

    def __init__(self, path: Path, rows: int) -> None:
        super().__init__(path, replace(DEFAULT, chunk=1 << 16))
        self.rows = rows

    def chunks(self, _: int = 0) -> Iterator[bytes]:
        yield b'{"people": ['
        row = json.dumps({**PEOPLE[0], "note": "x" * 1000}).encode() + b","
        for _ in range(self.rows // 64):
            yield row * 64
        yield row[:-1] + b"]}"

    def open(self) -> BinaryIO:
        raise AssertionError("a list of objects needs no seeking")


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    peaks = []
    for rows in (2_000, 16_000):
        tracemalloc.start()
        reader = json_tables(Endless(tmp_path / "x", rows))[0].reader
        assert reader is not None
        assert sum(len(batch.rows) for batch in reader.batches()) >= rows - 64
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
