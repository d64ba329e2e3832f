"""Tables within a text: each is found whole, what stands around it stays text, and prose, code and logs hold none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.case import Case
from amends.scan.documents.document import Attachment, Passage
from amends.scan.documents.passages import cut
from amends.scan.documents.textremainder import TextRemainder
from amends.scan.files.limits import DEFAULT
from amends.scan.tables.blocks import block_reader, find_blocks
from amends.scan.verb import run
from tests.scan.haul_of import balance, files, put, rows, ssns
from tests.scan.tables_of_rows import Read, read_all

HEADER = ["First Name", "Last Name", "SSN"]
PEOPLE = [["Maria", "Lopez", "201-45-6789"], ["Xiu", "Zyxov", "202-45-6789"], ["José", "O'Neil", "203-45-6789"]] * 3


def delimited(mark: str, table: list[list[str]]) -> str:
    return "".join(mark.join(row) + "\n" for row in table)


def barred(table: list[list[str]], rule: str) -> str:
    lines = ["| " + " | ".join(row) + " |\n" for row in table]
    return "".join([lines[0], rule + "\n", *lines[1:]])


def terminal(table: list[list[str]]) -> str:
    lines = [" " + " | ".join(cell.ljust(11) for cell in row) + " \n" for row in table]
    return "".join([lines[0], "-------------+-------------+-------------\n", *lines[1:], "(9 rows)\n"])


FORMS = {
    "markdown": barred([HEADER, *PEOPLE], "|---|:-:|---|"),
    "mysql": "+---+---+---+\n" + barred([HEADER, *PEOPLE], "+---+---+---+") + "+---+---+---+\n9 rows in set\n",
    "psql": terminal([HEADER, *PEOPLE]),
    "commas": delimited(",", [HEADER, *PEOPLE]),
    "tabs": delimited("\t", [HEADER, *PEOPLE]),
    "semicolons": delimited(";", [HEADER, *PEOPLE]),
}


def read(text: bytes, size: int = 1 << 20) -> list[Read]:
    def passages() -> Iterator[bytes]:
        return (part.text for part in cut([text], "", size))

    found = find_blocks((("", part) for part in passages()), DEFAULT)
    return [read_all(block_reader(passages, block, DEFAULT)) for block in found]


@pytest.mark.parametrize("size", [64, 1 << 20])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS)
def test_a_table_within_a_letter_is_found_whole(form: str, ends: str, size: int) -> None:
    text = f"Dear Ann,\nhere, as you asked, is the list:\n{FORMS[form]}\nBest regards,\nBo\n".replace("\n", ends)
    (table,) = read(text.encode(), size)
    assert table.names == HEADER
    assert [row[:3] for row in table.rows] == PEOPLE


@pytest.mark.parametrize("form", FORMS)
def test_a_table_in_an_answered_mail_is_found_whole(form: str) -> None:
    text = "Bo wrote:\n>\n" + "".join(f"> > {line}\n" for line in FORMS[form].splitlines()) + ">\nThanks\n"
    (table,) = read(text.encode())
    assert table.names == HEADER
    assert [row[:3] for row in table.rows] == PEOPLE


def test_windows_1252_and_holes_do_not_hide_a_table() -> None:
    text = b"Ol\xe1\0\0 Ann\n\n" + FORMS["commas"].encode("cp1252") + b"\n\0bye"
    (table,) = read(text)
    assert table.rows == PEOPLE


def test_a_table_cut_off_in_a_row_keeps_the_rows_before() -> None:
    text = "The list\n\n" + FORMS["tabs"]
    (table,) = read(text[:-14].encode())
    assert table.rows[:8] == PEOPLE[:8]


def test_tables_with_other_headers_are_tables_of_their_own() -> None:
    other = [["Surname", "Email", "Given Name", "Phone"], *[["Lee", "ann@example.org", "Ann", "(702) 555-0100"]] * 4]
    first, second = read((FORMS["commas"] + "\n" + delimited(",", other)).encode())
    assert (first.names, len(first.rows)) == (HEADER, 9)
    assert (second.names, len(second.rows)) == (other[0], 4)


def test_the_same_header_again_goes_on_with_its_table() -> None:
    (table,) = read(f"Monday\n\n{FORMS['commas']}\nTuesday\n\n{FORMS['commas']}".encode())
    assert len(table.rows) == 9 + 1 + 9


def test_rows_with_another_number_of_fields_stay_in_their_table() -> None:
    odd = [["Ann", "Lee", "Jr", "204-45-6789"], ["Bo", "205-45-6789"]]
    (table,) = read(("The list\n" + delimited(",", [HEADER, *PEOPLE, *odd, *PEOPLE])).encode())
    assert len(table.rows) == 20
    assert table.tally.ragged == 2


def test_a_table_that_changes_its_number_of_fields_loses_no_row() -> None:
    wider = [[*row, "(702) 555-0100", "ann@example.org"] for row in PEOPLE]
    found = read(("The list\n" + delimited(",", [HEADER, *PEOPLE, *wider])).encode())
    assert [len(table.rows) for table in found] == [9, 9]


@pytest.mark.parametrize("header", [HEADER, None])
def test_a_hundred_thousand_rows_within_a_text(header: list[str] | None) -> None:
    table = [["Ann", "Lee", f"{i // 1000 + 101}-{i % 98 + 1:02}-{i % 998 + 1:04}"] for i in range(100_000)]
    text = "The list\n\n" + delimited(";", ([header] if header else []) + table) + "\nBest regards"
    (found,) = read(text.encode())
    assert found.rows == table
    assert found.tally.rejected == found.tally.ragged == 0


@pytest.mark.parametrize(
    "text",
    [
        "We came, we saw, we won.\nAnn, Bo, and Cy\nred, green, blue\nLondon, Paris, Rome\n" * 5,
        "    draw(1, 2, 3)\n" * 20,
        "        self.set(name, value, 3)\n" * 20,
        "\t\treturn x\n\t\treturn y\n" * 20,
        "2021-08-01 12:00:01,123 INFO server, worker 3, done in 12 ms\n" * 100,
        "1, 2, 3,\n4, 5, 6,\n" * 40,
        "|\n||\n|||\n" * 40,
        "----+----+----\n" * 10,
        "('name', 'email', 'phone'),\n" * 10,
        "x" * 200_000 + "\n",
        ",".join("x" * 100_000) + "\n",
        "",
    ],
)
def test_prose_code_and_logs_hold_no_table(text: str) -> None:
    assert find_blocks([("", text.encode())], DEFAULT) == []


def test_no_table_spans_two_parts_of_a_document() -> None:
    parts = [(f"message {i}", b"Ann,Lee,201-45-6789\nBo,Kim,202-45-6789\n") for i in range(8)]
    assert find_blocks(parts, DEFAULT) == []


def test_every_human_of_a_letter_is_recorded_once(new_case: Callable[..., Case]) -> None:
    case = new_case()
    letter = f"Hello Bo,\n\nCarol Danvers (SSN 212-45-6789) sent this:\n\n{FORMS['commas']}\nBest regards\n"
    put(case, "letter.txt", letter.encode())
    put(case, "mail.eml", ("From: a@example.org\nTo: b@example.org\nSubject: x\n\n" + letter).encode())
    outcome = run(case)
    numbers = [row[2].replace("-", "") for row in PEOPLE]
    assert sorted(filter(None, ssns(case))) == sorted(2 * [*numbers, "212456789"])
    found = files(case)
    assert {path: found[path]["rows"] for path in found if "!" in path} == {
        "letter.txt!table 1": 9,
        "mail.eml!table 1": 9,
    }
    assert sum(balance(outcome, "rows").values()) >= 18
    ends = {row["end"] for row in rows(case, "mentions") if found["letter.txt"]["file_id"] == row["file_id"]}
    assert max(ends) < letter.index(HEADER[0])


def test_tables_one_after_another_in_a_delimited_file_are_parts(new_case: Callable[..., Case]) -> None:
    case = new_case()
    other = [["SSN", "Surname", "Given Name", "Email"], *[["212-45-6789", "Lee", "Ann", "ann@example.org"]] * 4]
    put(case, "both.csv", (FORMS["commas"] + "\n" + delimited(",", other)).encode())
    run(case)
    assert {path: row["rows"] for path, row in files(case).items() if "!" in path} == {
        "both.csv!table 1": 9,
        "both.csv!table 2": 4,
    }
    assert len(ssns(case)) == 13


LINES = st.sampled_from(
    [
        "",
        "\r",
        "Ann,Lee,201-45-6789",
        "Bo|Kim|202-45-6789",
        "a,b",
        "---+---",
        '"x,y',
        "| a | b |",
        "First Name,SSN,x",
        "\0,\0,;",
    ]
)


class Text:
    """A text as a document of passages of a size."""

    encoding = "utf-8"

    def __init__(self, text: bytes, size: int) -> None:
        self.gaps: list[str] = []
        self._text, self._size = text, size

    def passages(self) -> Iterator[Passage]:
        for at in range(0, len(self._text), self._size):
            yield Passage("", self._text[at : at + self._size])

    def attachments(self) -> Iterator[Attachment]:
        return iter(())


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(LINES, st.integers(1, 6)), max_size=12), st.integers(1, 40))
def test_tables_and_the_text_around_them_are_the_whole_text(lines: list[tuple[str, int]], size: int) -> None:
    text = "".join((line + "\n") * times for line, times in lines).encode()
    whole = find_blocks([("", text)], DEFAULT)
    parts = find_blocks([("", text[at : at + size]) for at in range(0, len(text), size)], DEFAULT)
    assert parts == whole
    places = sorted(place for block in whole for place in block.places)
    around = b"".join(part.text for part in TextRemainder(Text(text, size), places).passages())
    assert len(around) == len(text)
    assert all(around[i] in (text[i], 32) for i in range(len(text)))
    for block in whole:
        held = b"".join(text[start:end] for start, end in block.places)
        rows_there = [line for line in held.splitlines() if line.strip(b"-+|:=_ \t\0")]
        found = read_all(block_reader(lambda: iter([text]), block, DEFAULT))
        assert found.tally.rows + block.layout.above >= len(rows_there) - held.count(b'"')
