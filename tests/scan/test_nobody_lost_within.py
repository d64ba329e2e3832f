"""Humans within cells, strings, scripts, keys and odd records: each is one whole record; plain data is nobody."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

import pytest

from amends import scan
from amends.case import Case
from tests.scan.haul_of import files, put, rows
from tests.scan.humans import TITLES, Found, Human, Made, found_in


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def groups(people: Sequence[Human], size: int) -> list[list[Human]]:
    return [list(people[at : at + size]) for at in range(0, len(people), size)]


def many(people: Sequence[Human]) -> str:
    return json.dumps([one.json for one in people])


def lines(cells: Sequence[str], head: str = "id,created,payload") -> str:
    return head + "\n" + "".join(f"{at},2024-01-01,{quoted(cell)}\n" for at, cell in enumerate(cells))


def prose(one: Human) -> str:
    given, family, ssn, phone, mail, born = one.cells
    return f"{given} {family} (SSN {ssn}, DOB {born}, phone {phone}, {mail})"


def labelled(one: Human) -> str:
    given, family, ssn, phone, mail, born = one.cells
    return f"Name: {given} {family} SSN: {ssn} Phone: {phone} Email: {mail} DOB: {born}"


def notes(people: Sequence[Human], written: Callable[[Human], str], between: str) -> str:
    return lines([written(one) + between + written(other) for one, other in groups(people, 2)], "id,opened,notes")


def named_rows(people: Sequence[Human]) -> str:
    pairs = groups(people, 2)
    return "first_name,last_name,ssn,phone,email,dob,notes\n" + "".join(
        ",".join(map(quoted, one.cells)) + f",{quoted('called with her husband ' + prose(other) + ' on the line')}\n"
        for one, other in pairs
    )


def keyed(people: Sequence[Human], key: Callable[[Human], str], without: str) -> str:
    return json.dumps({key(one): {k: v for k, v in one.json.items() if without not in k} for one in people})


def script(assigned: str) -> str:
    return f"<html><head><script>\nvar state = {assigned};\n</script></head><body><p>Hello</p></body></html>"


def padded(one: Human) -> str:
    widths = (15, 20, 11, 14, 40, 10)
    return "".join(cell.ljust(width) for cell, width in zip(one.cells, widths, strict=True)).ljust(200)


def copied(one: Human, between: str) -> str:
    return "".join(f"{title}{between}{value}\n" for title, value in zip(TITLES, one.cells, strict=True)) + "\n"


def calls(people: Sequence[Human]) -> str:
    head = "call_id,a_number,b_number,start,seconds,subscriber\n"
    return head + "".join(
        f"{at},{one.record[3][2:]},17205550{at:03},2024-01-01T10:00:{at:02}Z,{at * 3},"
        f"{quoted(f'{one.cells[0]} {one.cells[1]} <{one.cells[4]}> SSN {one.cells[2]} DOB {one.cells[5]}')}\n"
        for at, one in enumerate(people)
    )


FILES: dict[str, Made] = {
    "payload.json": lambda people: json.dumps([{"id": 7, "payload": json.dumps(one.json)} for one in people]),
    "twice.ndjson": lambda people: "".join(
        json.dumps({"m": json.dumps({"inner": json.dumps(one.json)})}) + "\n" for one in people),
    "several in a cell.csv": lambda people: lines([many(part) for part in groups(people, 3)]),
    "beside an agent.csv": lambda people: "agent_email,first_name,last_name,payload\n" + "".join(
        f"a@carrier.example,Zed,Quark,{quoted(many(part))}\n" for part in groups(people, 3)),
    "in a dump.sql": lambda people: "INSERT INTO events (id, body) VALUES\n" + ",\n".join(
        f"({at},'{many(part)}')" for at, part in enumerate(groups(people, 3))) + ";\n",
    "within a string.log": lambda people: "".join(
        f"2024-01-01 10:00:{at:02} INFO payload={json.dumps(json.dumps(one.json))}\n" for at, one in enumerate(people)),
    "answers.har": lambda people: json.dumps({"log": {"entries": [
        {"request": {"method": "POST", "postData": {"text": json.dumps(one.json)}}} for one in people]}}),
    "xml in a cell.csv": lambda people: lines(
        ["<batch>" + "".join(f"<customer>{one.xml}</customer>" for one in part) + "</batch>"
         for part in groups(people, 2)]),
    "serialised in a cell.csv": lambda people: lines(
        ["a:6:{" + "".join(f's:{len(k)}:"{k}";s:{len(v)}:"{v}";' for k, v in one.json.items()) + "}"
         for one in people]),
    "by e-mail.json": lambda people: keyed(people, lambda one: one.cells[4], "email"),
    "by name.json": lambda people: json.dumps(
        {"users": {" ".join(one.cells[:2]): {**one.json, "first_name": None, "last_name": None} for one in people}}),
    "prose.csv": lambda people: notes(people, prose, " and her husband "),
    "labels.csv": lambda people: notes(people, labelled, " "),
    "notes beside a human.csv": named_rows,
    "records.dat": lambda people: "".join(map(padded, people)),
    "script.html": lambda people: script(json.dumps({"page": 1, "customers": [one.json for one in people]})),
    "parsed.html": lambda people: script(f"JSON.parse({json.dumps(many(people))})"),
    "words of a program.html": lambda people: script("[" + ",\n".join(
        "{" + ", ".join(f"{k}: '{v}'" for k, v in one.json.items()) + "}" for one in people) + "]"),
    "data.js": lambda people: f"window.DATA = {many(people)};\n",
    "types.json": lambda people: "".join(
        json.dumps({"Item": {key: {"S": value} for key, value in one.json.items()}}) + "\n" for one in people),
    "commands.txt": lambda people: "".join(
        f"HSET user:{one.number} " + " ".join(f'{k} "{v}"' for k, v in one.json.items()) + "\n" for one in people),
    "set.txt": lambda people: "".join(
        f'SET "cust:{one.number}" {json.dumps(json.dumps(one.json))}\n' for one in people),
    "copied.txt": lambda people: "".join(copied(one, "\n") for one in people),
    "copied with blanks.txt": lambda people: "".join(copied(one, ":\n\n") for one in people),
    "calls.csv": calls,
}  # fmt: skip
COUNTS = {"records.dat": 40, "by name.json": 5, "by e-mail.json": 3}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """The humans and the records of each file."""
    return found_in(FILES, COUNTS, tmp_path_factory.mktemp("haul"))


@pytest.mark.parametrize("name", FILES)
def test_each_human_is_one_whole_record(found: dict[str, Found], name: str) -> None:
    whole = {one.record for one in found[name].humans}
    assert whole - set(found[name].records) == set()
    assert [one for one in found[name].records if one not in whole and one[2] is not None] == []


def told(case: Case, name: str, content: str | bytes) -> list[tuple[str | None, ...]]:
    """The name and SSN of each record of a file, in capitals."""
    put(case, name, content if isinstance(content, bytes) else content.encode())
    scan.run(case)
    return [
        tuple(one[key] and one[key].upper() for key in ("given_name", "family_name", "ssn"))
        for one in rows(case, "records")
    ]


@pytest.fixture
def case(new_case: Callable[..., Case]) -> Case:
    return new_case(encryption="volume")


PEOPLE = [Human(number) for number in range(40)]


def names_and_ssns(people: Sequence[Human]) -> set[tuple[str, ...]]:
    return {(one.cells[0].upper(), one.cells[1].upper(), one.cells[2].replace("-", "")) for one in people}


def test_names_that_no_list_knows_are_known_by_their_keys_in_a_cell(case: Case) -> None:
    names = (("Xqurv", "Zzyrk"), ("Wvolm", "Qaxtu"), ("Yjorb", "Pfemk"))
    cells = [json.dumps({"firstName": a, "lastName": b, "taxId": "219-09-0001"}) for a, b in names]
    assert [(a, b) for a, b, _ in told(case, "a.csv", lines(cells))] == [(a.upper(), b.upper()) for a, b in names]


def test_a_cell_of_json_that_tells_more_of_the_rows_human_is_no_human_of_its_own(case: Case) -> None:
    content = "first_name,last_name,email,profile\n" + "".join(
        ",".join((one.cells[0], one.cells[1], one.cells[4], quoted(json.dumps(one.json)))) + "\n" for one in PEOPLE
    )
    found = told(case, "a.csv", content)
    assert (len(found), set(found)) == (len(PEOPLE), names_and_ssns(PEOPLE))


def test_a_map_from_names_to_numbers_is_a_row_a_human(case: Case) -> None:
    people = {" ".join(one.cells[:2]): one.cells[2] for one in PEOPLE}
    assert set(told(case, "a.json", json.dumps(people))) == names_and_ssns(PEOPLE)


def test_a_map_whose_keys_are_addresses_of_mail_is_a_row_a_human(case: Case) -> None:
    put(case, "a.json", json.dumps({"seen": {one.cells[4]: "yes" for one in PEOPLE}}).encode())
    scan.run(case)
    assert {one["email"] for one in rows(case, "records")} == {one.cells[4] for one in PEOPLE}


def test_the_phones_of_a_human_are_no_humans(case: Case) -> None:
    people = [{**one.json, "seen": {"(303) 555-9990": "home", "(303) 555-9991": "work"}} for one in PEOPLE]
    assert len(told(case, "a.json", json.dumps(people))) == len(PEOPLE)


def mainframe(one: Human) -> str:
    given, family, ssn, phone, mail, born = one.cells
    digits = "".join(c for c in phone if c.isdigit())
    names = given.upper().ljust(15) + family.upper().ljust(20)
    numbers = ssn.replace("-", "") + born[6:] + born[:2] + born[3:5] + digits
    return f"{one.number:010}{names}{numbers}{mail.ljust(40)}".ljust(180)


@pytest.mark.parametrize("encoding", ["ascii", "cp037"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_records_of_a_mainframe_are_a_row_a_human(case: Case, encoding: str, end: str) -> None:
    content = "".join(mainframe(one) + end for one in PEOPLE).encode(encoding)
    assert set(told(case, "extract.dat", content)) == names_and_ssns(PEOPLE)
    assert {one["dob"] for one in rows(case, "records")} == {one.record[5] for one in PEOPLE}


def test_each_kind_of_record_of_a_file_is_a_table(case: Case) -> None:
    content = "H|20240101|EXPORT|2\n"
    for one in PEOPLE:
        given, family, ssn, phone, mail, _ = one.cells
        content += f"S|{one.number}|{given}|{family}|{ssn}|{phone}|{mail}\n" + "C|720|20240101T100000|37|LTE\n" * 3
    content += "X|" + "|".join(PEOPLE[0].cells[:3]) + "|and what no other line says\n"
    assert set(told(case, "feed.txt", content)) >= names_and_ssns(PEOPLE)
    assert {path.partition("!")[2] for path in files(case)} == {"", "H", "S", "C", "X"}


def test_a_header_beyond_the_first_megabyte_begins_a_table(case: Case) -> None:
    order = (2, 1, 0, 5, 4, 3)
    first = ",".join(TITLES) + "\n" + "".join(",".join(one.cells) + "\n" for one in PEOPLE[:20])
    filling = "Zed,Quark,,,,note of a row that says nothing else\n" * 24_000
    second = "".join(",".join(cells[at] for at in order) + "\n" for cells in (TITLES, *(p.cells for p in PEOPLE[20:])))
    assert set(told(case, "a.csv", first + filling + second)) >= names_and_ssns(PEOPLE)


def test_two_humans_of_one_name_with_numbers_of_their_own_are_two(case: Case) -> None:
    found = told(case, "a.txt", "Notes\n\nJohn Smith 219-09-0001 called.\nJohn Smith 219-09-0002 wrote.\n")
    assert found == [("JOHN", "SMITH", "219090001"), ("JOHN", "SMITH", "219090002")]


@pytest.mark.parametrize(
    "text",
    [
        "Mary Smith and Ana Diaz called, SSN 219-09-0001",
        "Mary Smith asked Ana Diaz for the file of 219-09-0001",
    ],
)
def test_a_value_behind_two_names_and_other_words_is_nobodys(case: Case, text: str) -> None:
    assert [ssn for _, _, ssn in told(case, "a.csv", lines([text], "id,opened,notes"))] == [None, None]


def test_a_line_that_holds_a_persons_number_is_no_header(case: Case) -> None:
    content = "".join(f"add first_name {p.cells[0]},the ssn {p.cells[2]},x {p.cells[4]}\n" for p in PEOPLE)
    put(case, "a.csv", content.encode())
    scan.run(case)
    assert len({one["email"] for one in rows(case, "records")}) == len(PEOPLE)


CHANCE = random.Random(7)


def digits(count: int) -> str:
    return "".join(CHANCE.choice("0123456789") for _ in range(count))


ANALYTICS = (
    'ga(\'create\',\'UA-12345678-1\',\'auto\');window.cfg={"build":"202401021234567","flags":{"checkout":true,'
    '"retries":3}};!function(){var e=1234567890,t=[1,2,3];console.log("@version 1.2.3")}();'
)
PLACES = ("New York", "Los Angeles", "San Jose", "Fort Worth", "Jersey City", "Virginia Beach", "Saint Paul")
NOBODY: dict[str, str | bytes] = {
    "settings.json": json.dumps({f"svc-{n}": {"host": f"10.0.{n}.1", "port": 80, "wait": 30_000} for n in range(12)}),
    "places.json": json.dumps({place: {"population": 1_000_000, "zip": digits(5)} for place in PLACES}),
    "counts.json": json.dumps(dict.fromkeys(PLACES, 10)),
    "ids.json": json.dumps({digits(12): {"status": "ok", "count": 3} for _ in range(30)}),
    "words.json": json.dumps({"Save Changes": "Speichern", "Log Out": "Abmelden", "Card Holder": "Inhaber"}),
    "events.csv": lines([json.dumps({"service": {"name": "billing"}, "build": digits(9)}) for _ in range(40)]),
    "pages.csv": lines(["<p>Dear reader,</p><p>see <a href='x'>our plans</a></p>" for _ in range(40)]),
    "page.html": f"<html><head><script>{ANALYTICS}</script></head><body><p>Plans from $30</p></body></html>",
    "app.js": f"const sizes = {json.dumps([{'w': n, 'label': f'size {n}'} for n in range(20)])};\n",
    "parts.dat": "".join(f"{n:08}NODE{digits(12)}{n:06}UP  ".ljust(60) for n in range(200)),
    "parts.ebc": "".join(f"{n:08}PORT{digits(12)}{n:06}UP  ".ljust(60) for n in range(200)).encode("cp037"),
    "kinds.txt": "".join(f"N|{n}|cell|310|{n * 7}\nL|{n}|{n + 1}\n" for n in range(40)),
    "columns.txt": "first_name\nvarchar\nlast_name\nvarchar\nssn\nchar\n" * 5,
}


def test_plain_data_is_nobody(case: Case) -> None:
    for name, content in NOBODY.items():
        put(case, name, content if isinstance(content, bytes) else content.encode())
    scan.run(case)
    paths = {one["file_id"]: one["path"] for one in rows(case, "files")}
    assert {paths[one["record_id"] >> 36] for one in rows(case, "records")} == set()


MARIA, JOHN = ("MARIA", "GONZALEZ", "219095678"), ("JOHN", "OKAFOR", "412559012")


@pytest.mark.parametrize(
    ("content", "humans"),
    [
        ("key,value\nname,Maria Gonzalez\nssn,219-09-5678\ndob,1980-04-12\n", [MARIA]),
        ("Name,Maria Gonzalez,John Okafor\nSSN,219-09-5678,412-55-9012\nCity,Seattle,Salem\n", [MARIA, JOHN]),
        (
            "Field;Value\nFirst name;Maria\nLast name;Gonzalez\nSSN;219-09-5678\n"
            "First name;John\nLast name;Okafor\nSSN;412-55-9012\n",
            [MARIA, JOHN],
        ),
        (
            ",Customer 1,Customer 2\nFirst Name,Maria,John\nLast Name,Gonzalez,Okafor\nSSN,219-09-5678,412-55-9012\n"
            'Notes,"likes ""x"", y",\n',
            [MARIA, JOHN],
        ),
        ("name,ssn\nMaria Gonzalez,219-09-5678\nJohn Okafor,412-55-9012\n", [MARIA, JOHN]),
        ("column,type,null\nname,varchar(40),no\nssn,char(11),yes\ndob,date,yes\n", []),
    ],
    ids=["one human", "a human a column", "one behind the other", "titles above", "a human a row", "a schema"],
)
def test_a_table_whose_first_column_names_the_fields_is_read_by_humans(
    case: Case, content: str, humans: list[tuple[str, str, str]]
) -> None:
    assert told(case, "a.csv", content) == humans
