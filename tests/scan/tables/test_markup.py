"""XML and tables of web pages give each human a row; what declares, damages or hides something gains nothing by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from amends.scan.documents.pageremainder import PageRemainder
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from amends.scan.tables.htmltables import page_tables
from amends.scan.tables.xmldoc import xml_tables
from tests.scan.tables_of_rows import Read, read_all


def source(content: bytes | str, folder: Path, chunk: int = 1 << 20) -> Source:
    path = folder / "x"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Source(path, replace(DEFAULT, chunk=chunk))


def xml(content: bytes | str, folder: Path, chunk: int = 1 << 20) -> dict[str, Read]:
    found = xml_tables(source(content, folder, chunk))
    return {table.name: read_all(table.reader) for table in found if table.reader is not None}


def page(content: bytes | str, folder: Path, chunk: int = 1 << 20) -> tuple[list[Read], str]:
    """The tables of a page, and its other text."""
    at = source(content, folder, chunk)
    found = page_tables(at)
    rest = b"".join(passage.text for passage in PageRemainder(at, found.stretches).passages()).decode()
    return [read_all(table.reader) for table in found.tables if table.reader is not None], rest


def as_dicts(read: Read) -> list[dict[str, str | None]]:
    return [{name: cell for name, cell in zip(read.names, row, strict=True) if cell is not None} for row in read.rows]


SOAP = """<?xml version="1.0" encoding="utf-8"?><!-- for Jo Doe -->
<s:Envelope xmlns:s="http://example.org/s"><s:Body><r xmlns:n="urn:n"><n:customer id="1">
  <n:name><n:first>Zo&#235; &amp; Co</n:first><n:last><![CDATA[O'Hara <jr>]]></n:last></n:name>
  <n:phone type="home">1</n:phone><!-- calls: 3 --><n:phone type="cell">2</n:phone>
</n:customer><n:customer id="2"><n:name><n:first>Bo</n:first></n:name></n:customer></r></s:Body></s:Envelope>"""


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_repeated_elements_are_rows_without_their_namespaces(chunk: int, tmp_path: Path) -> None:
    read = xml(SOAP, tmp_path, chunk)
    assert as_dicts(read["Body.r.customer"]) == [
        {
            "id": "1", "name.first": "Zoë & Co", "name.last": "O'Hara <jr>", "(comment)": " calls: 3 ",
            "phone": '[{"type":"home","value":"1"},{"type":"cell","value":"2"}]',
        },
        {"id": "2", "name.first": "Bo"},
    ]  # fmt: skip
    assert read["(document)"].rows == [[" for Jo Doe "]]


def test_attributes_alone_are_columns(tmp_path: Path) -> None:
    read = xml("<?xml version='1.0'?><l><c n='A &lt; B' s=\"1\"/><c n='C>D' s='2'/></l>", tmp_path)["c"]
    assert (read.names, read.rows) == (["n", "s"], [["A < B", "1"], ["C>D", "2"]])


def test_cells_of_spreadsheets_and_of_database_exports_have_the_names_of_their_columns(tmp_path: Path) -> None:
    sheet = (
        "<?xml version='1.0'?><Workbook xmlns:ss='u'><Worksheet ss:Name='S'><Table>"
        "<Row><Cell><Data ss:Type='String'>First Name</Data></Cell><Cell><Data>Phone</Data></Cell>"
        "<Cell><Data>SSN</Data></Cell></Row>"
        "<Row ss:Height='9'><Cell><Data>Ann</Data></Cell><Cell ss:Index='3'><Data>123-45-6788</Data></Cell></Row>"
        "<Row><Cell><Data>Bob</Data></Cell><Cell><Data>5</Data></Cell><Cell><Data>223-45-6788</Data></Cell></Row>"
        "</Table></Worksheet></Workbook>"
    )
    read = xml(sheet, tmp_path)["Worksheet.Table.Row"]
    assert (read.names, [row[2] for row in read.rows]) == (
        ["First Name", "Phone", "SSN"],
        ["123-45-6788", "223-45-6788"],
    )
    export = "<row><field name='first'>Ann</field><field name='ssn'>1</field></row>" * 3
    read = xml("<?xml version='1.0'?><resultset>" + export + "</resultset>", tmp_path)["row"]
    assert (read.names, read.rows) == (["first", "ssn"], [["Ann", "1"]] * 3)
    properties = "<dict><key>First Name</key><string>Ann</string><key>SSN</key><integer>1</integer></dict>"
    read = xml("<?xml version='1.0'?><plist><array>" + properties * 2 + "</array></plist>", tmp_path)["array.dict"]
    assert (read.names, read.rows) == (["First Name", "SSN"], [["Ann", "1"]] * 2)


def test_texts_with_markup_in_them_are_no_tables(tmp_path: Path) -> None:
    book = (
        "<?xml version='1.0'?><book>" + "<para>Once <b>Ann</b> said to <b>Bo</b> that it rained.</para>" * 9 + "</book>"
    )
    assert xml(book, tmp_path) == {}


LAUGHS = "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
ROW = "<p><first>Ann</first><ssn>123-45-6788</ssn></p>"


@pytest.mark.parametrize(
    "bomb",
    [
        "<!DOCTYPE l [<!ENTITY a 'xxxxxxxxxx'>" + LAUGHS + "]><l>&i;",
        "<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/x.dtd'><l>",
        "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l>&x;",
        "<l>" + "<!--" * 100_000 + "-->",
        "<l><![CDATA[" + "<![CDATA[" * 100_000 + "]]>",
        "<l a='" + "\"'" * 100_000 + "'>",
        "<l>" + "<" * 100_000 + "&" * 100_000,
    ],
)  # fmt: skip
def test_bombs_and_declarations_change_nothing(bomb: str, tmp_path: Path) -> None:
    tables = xml("<?xml version='1.0'?>" + bomb + ROW * 20 + "</l>", tmp_path)
    rows = [row for name, read in tables.items() if name.endswith("p") for row in read.rows]
    assert sum("123-45-6788" in row for row in rows) == 20
    assert "root:" not in str([read.rows for read in tables.values()])


def test_damaged_xml_keeps_its_rows(tmp_path: Path) -> None:
    whole = "<?xml version='1.0'?><l>" + ROW * 20 + "</l>"
    assert len(xml(whole[:-30], tmp_path)["p"].rows) == 20
    odd = whole.replace("Ann", "Jos\xe9 & R&D", 1).encode("cp1252").replace(b"<ssn>", b"\0<ssn>", 3)
    assert xml(odd, tmp_path)["p"].rows[0][0] == "José & R&D"
    assert len(xml(whole.replace("</first>", "", 1), tmp_path)["p"].rows) == 20
    for codec in ("utf-16", "utf-8-sig"):
        assert len(xml(whole.encode(codec), tmp_path)["p"].rows) == 20
    assert xml("<?xml version='1.0'?>" + "<a>" * 10_000 + "x" + "</a>" * 10_000, tmp_path) == {}


HEAD = "<tr><th>First Name<th>SSN</tr>"


@pytest.mark.parametrize("chunk", [1, 50, 1 << 20])
def test_a_table_of_a_page_is_a_table_and_the_rest_is_text(chunk: int, tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Ann<b>a</b>{i}<td>{i + 100}-45-6788" for i in range(9))
    found, rest = page(f"<html><p>before</p><TABLE border=1>{HEAD}{rows}</TABLE><p>after</html>", tmp_path, chunk)
    assert found[0].names == ["First Name", "SSN"]
    assert found[0].rows == [[f"Anna{i}", f"{i + 100}-45-6788"] for i in range(9)]
    assert rest.split() == ["before", "after"]


def test_cells_that_span_and_tables_within_tables(tmp_path: Path) -> None:
    inner = (
        "<table><thead><tr><th>Last Name<th colspan=2>Phone</thead><tr><td rowspan=2>Lee<td>1<td>2<tr><td>3"
        "<td><a href='mailto:a@example.org'>write</a><table><tr><td>x<td>y</table></table>"
    )
    found, rest = page(f"<html><table><tr><td>menu<td>{inner}</table>", tmp_path)
    assert [read.rows for read in found] == [[["Lee", "1", "2"], ["Lee", "3", "write x y a@example.org"]]]
    assert rest.split() == ["menu"]


def test_forms_and_layouts_stay_text(tmp_path: Path) -> None:
    form = "<table><tr><td>First Name:<td>Ann<tr><td>Last Name:<td>Lee<tr><td>SSN:<td>123-45-6788</table>"
    found, rest = page("<html>" + form, tmp_path)
    assert (found, "123-45-6788" in rest) == ([], True)


def test_a_table_that_does_not_end_and_one_too_deep_are_read(tmp_path: Path) -> None:
    found, _ = page(f"<html><table>{HEAD}<tr><td>Ann<td>123-45-6788<tr><td>Bo<td>223-45-6788", tmp_path)
    assert len(found[0].rows) == 2
    found, rest = page("<html>" + "<table><tr><td>" * 10_000 + "deep", tmp_path)
    assert "deep" in rest
