"""Strange files as exports, mails and printers make them: each human in them is one whole record."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import pytest

from amends.scan.files.formats import recognise
from amends.scan.tables.unfolding import is_folded
from tests.scan.humans import TITLES, Found, Human, Made, found_in

XML = '<?xml version="1.0"?>\n'
MAIL = "From: a@example.com\nTo: b@example.com\nSubject: list\nMIME-Version: 1.0\nContent-Type: text/%s\n\n"


def row(cells: Sequence[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>\n"


def table(people: Sequence[Human]) -> str:
    return "<table>" + row(TITLES, "th") + "".join(row(one.cells) for one in people) + "</table>"


def page(body: str) -> str:
    return f"<html><body>{body}</body></html>"


def boxes(outer: str, inner: str, people: Sequence[Human]) -> str:
    """Each value beside its label."""
    parts = ("".join(inner % pair for pair in zip(TITLES, one.cells, strict=True)) for one in people)
    return page("".join(outer % part for part in parts))


def printed(cells: Sequence[str]) -> str:
    widths = (12, 14, 14, 16, 40, 12)
    return "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() + "\n"


def pages(people: Sequence[Human]) -> str:
    head = f"\nRUN DATE 01/02/2024\n\n{printed(TITLES)}{printed(['----'] * 6)}"
    return "".join(
        f"\fACME CORP     CUSTOMER LISTING       PAGE {at}{head}"
        + "".join(printed(one.cells) for one in people[at : at + 30]) + "\nSUBTOTAL 30\n"
        for at in range(0, len(people), 30)
    )  # fmt: skip


def messages(people: Sequence[Human], marks: Sequence[str] = ("|^~\\&",), lead: str = "", end: str = "\r") -> str:
    """HL7: numbers in PID-3 by their types, telephones in two components."""
    out = ""
    for one in people:
        field, part, again, escape, sub = marks[one.number % len(marks)]
        given, family, ssn, phone, mail, born = one.cells
        numbers = again.join([f"M1{part * 4}MR", f"X1{part * 4}PI", f"{ssn.replace('-', '')}{part * 4}SS"])
        dialled = f"{part * 5}{phone[1:4]}{part}{phone[6:]}{again}{part}NET{part}Internet{part}{mail}"
        day = f"{born[6:]}{born[:2]}{born[3:5]}"
        pid = ["PID", "1", "", numbers, "", f"{family}{part}{given}", "", day, "F", "", "", "", "", dialled]
        out += f"{lead}MSH{field}{part}{again}{escape}{sub}{field}A{field}B{end}{field.join(pid)}{end}"
    return out


def sheet(people: Sequence[Human], order: Sequence[int]) -> str:
    cells = (
        ["".join(f"<Cell><Data>{line[i]}</Data></Cell>" for i in order)]
        for line in (TITLES, *(p.cells for p in people))
    )
    return "<Worksheet><Table>" + "".join(f"<Row>{line[0]}</Row>" for line in cells) + "</Table></Worksheet>"


def spans(people: Sequence[Human]) -> str:
    head = "<tr><th>A</th><th>B</th>" + row(TITLES, "th")[4:]
    lead = ('<td colspan="2" rowspan="3">Group</td>', "", "")
    body = (row(one.cells).replace("<tr>", "<tr>" + lead[i % 3]) for i, one in enumerate(people))
    return page(f"<table>{head}{''.join(body)}</table>")


def answers(people: Sequence[Human]) -> str:
    half = [{"columns": [*people[0].json], "rows": [one.cells for one in part]} for part in (people[:6], people[6:])]
    return json.dumps({"results": half})


def bundle(people: Sequence[Human]) -> str:
    return json.dumps({"took": 5, "hits": [{"_id": str(one.number), "_source": one.json} for one in people]})


def outlook(people: Sequence[Human]) -> str:
    cell = "<td width=9>\n<p class=MsoNormal><span>{}</span></p>\n</td>\n"
    lines = ([cell.format(value) for value in line] for line in (TITLES, *(one.cells for one in people)))
    return MAIL % "html" + page("<table>" + "".join(f"<tr>\n{''.join(line)}</tr>\n" for line in lines) + "</table>")


def exported(people: Sequence[Human], order: Sequence[int]) -> str:
    return "".join(",".join(line[i] for i in order) + "\n" for line in (TITLES, *(one.cells for one in people)))


FILES: dict[str, Made] = {
    "one after another.xml": lambda people: "".join(f"{XML}<customer>{one.xml}</customer>\n" for one in people),
    "one record.xml": lambda people: f"{XML}<e><b><answer><customer>{people[0].xml}</customer></answer></b></e>",
    "keyed.xml": lambda people: f"{XML}<all>{''.join(f'<c{p.number}>{p.xml}</c{p.number}>' for p in people)}</all>",
    "with notes.xml": lambda people: XML + "<all>" + "".join(
        f"<c>{one.xml}<note><b>Called</b> twice on the order of Monday, see the <i>ticket</i> on it.</note></c>"
        for one in people) + "</all>",
    "under things.xml": lambda people: f"{XML}<org>" + "".join(
        f"<team><event><person>{one.xml}</person></event><n>{one.number}</n></team>" for one in people) + "</org>",
    "sheets.xml": lambda people: XML + "<Workbook>" + sheet(people[:6], range(6))
    + sheet(people[6:], (2, 1, 0, 5, 4, 3)) + "</Workbook>",
    "spans.html": spans,
    "caption.html": lambda people: page(table(people[1:]).replace(
        "<table>", "<table><caption>{} {}, SSN {}, phone {}, mail {}, born {}</caption>".format(*people[0].cells))),
    "two headers.html": lambda people: page("<table><tr><th colspan=6>Customers</th></tr>" + table(people)[7:]),
    "within cells.html": lambda people: page("<table>" + row(["Household", "Members"], "th") + "".join(
        row([str(at), table(people[at : at + 3])]) for at in range(0, 12, 3)) + "</table>"),
    "boxes.html": lambda people: boxes("<div>%s</div>", "<div><span>%s:</span> <b>%s</b></div>\n", people),
    "definitions.html": lambda people: boxes("<dl>%s</dl>", "<dt>%s</dt>\n<dd>%s</dd>", people),
    "labels.html": lambda people: boxes("<table>%s</table>", "<tr><th>%s</th><td>%s</td></tr>", people),
    "pre.html": lambda people: page(
        "<pre>" + "\n".join(",".join(c) for c in (TITLES, *(p.cells for p in people))) + "\n</pre>"),
    "outlook.eml": outlook,
    "one row.eml": lambda people: MAIL % "html" + page("<p>Hi</p>" + table(people[:1])),
    "one row.txt": lambda people: "Hi,\n\n"
    + f"| {' | '.join(TITLES)} |\n{'|---' * 6}|\n| {' | '.join(people[0].cells)} |\n\nAnn\n",
    "called.json": lambda people: f"callback({json.dumps([one.json for one in people])});\n",
    "on one line.json": lambda people: "".join(json.dumps(one.json) for one in people),
    "the same key.json": lambda people: "{" + ",".join(f'"customer": {json.dumps(one.json)}' for one in people) + "}",
    "results.json": answers,
    "search.json": bundle,
    "buyers.json": lambda people: json.dumps(
        [{"buyer": one.json, "seller": other.json} for one, other in zip(people[:6], people[6:], strict=True)]),
    "marks.hl7": lambda people: messages(people, ("|^~\\&", "#*~\\&")),
    "feed.log": lambda people: messages(people, lead="2024-01-01 10:00:00 INFO received\n", end="\n"),
    "one behind the other.csv": lambda people: exported(people[:6], range(6))
    + exported(people[6:], (2, 1, 0, 5, 4, 3)),
    "notes of several lines.csv": lambda people: "".join(
        exported(part, order).replace("\n", ',"called,\ntwice"\n')
        for part, order in ((people[:11], range(6)), (people[11:], (2, 1, 0, 5, 4, 3)))),
    "the same header.csv": lambda people: exported(people[:6], range(6)) + exported(people[6:], range(6)),
    "psql.txt": lambda people: "".join(
        f"-[ RECORD {at} ]---------\n" + "".join(f"{key:<10} | {value}\n" for key, value in one.json.items())
        for at, one in enumerate(people, 1)),
    "mysql.out": lambda people: "".join(
        f"{'*' * 27} {at}. row {'*' * 27}\n" + "".join(f"{key:>10}: {value}\n" for key, value in one.json.items())
        for at, one in enumerate(people, 1)),
    "pages.prn": pages,
    "titles.prn": lambda people: "CUSTOMERS AS OF JANUARY OF ALL BRANCHES IN COLORADO AND TEXAS\n\n" + printed(TITLES)
    + "".join(printed(one.cells) for one in people) + "\n\tend\nTOTAL\n",
}  # fmt: skip
COUNTS = {"pages.prn": 120, "titles.prn": 60, "one record.xml": 1, "one row.eml": 1, "one row.txt": 1}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """The humans and the records of each file."""
    return found_in(FILES, COUNTS, tmp_path_factory.mktemp("haul"))


@pytest.mark.parametrize("name", FILES)
def test_each_human_is_one_whole_record(found: dict[str, Found], name: str) -> None:
    whole = {one.record for one in found[name].humans}
    assert whole - set(found[name].records) == set()
    assert [one for one in found[name].records if one not in whole and one[2] is not None] == []


@pytest.mark.parametrize(
    "head", [b"\n" * 4000, b"<!---->" * 500, b" \n" * 2000, b"#\n" * 2000], ids=["lines", "comments", "blanks", "marks"]
)
def test_the_head_of_a_file_costs_no_time(head: bytes) -> None:
    began = time.process_time()
    recognise(head + b"x", "x.txt")
    assert not is_folded(head + b"x")
    assert time.process_time() - began < 3
