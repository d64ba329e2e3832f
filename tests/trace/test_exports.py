"""Every export is read or listed with a reason; hostile ones are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.errors import InputError
from amends.trace import nmap, secrets
from amends.trace.documents import items
from amends.trace.exports import Export, Kind, Listed, NotReadError, walk

SCAN = '<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap">\n{}</nmaprun>\n'
HOST = (
    '<host><status state="up"/><address addr="{address}" addrtype="ipv4"/>'
    '<hostnames><hostname name="typed" type="user"/><hostname name="{name}" type="PTR"/></hostnames><ports>'
    '<port protocol="tcp" portid="22"><state state="open"/><service name="ssh"/></port>'
    '<port protocol="tcp" portid="23"><state state="closed"/><service name="telnet"/></port></ports></host>\n'
)
KEY = b"k" * 32


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def reason(folder: Path) -> str:
    """Why the only file of a folder was not read."""
    (found,) = walk(folder)
    assert isinstance(found, Listed)
    return found.reason


def test_a_scan_gives_hosts_with_open_services_and_reverse_names_first(tmp_path: Path) -> None:
    scan = SCAN.format(HOST.format(address="10.0.0.1", name="a.example") + '<host><status state="down"/></host>')
    (host,) = nmap.read(write(tmp_path, "scan.xml", scan))
    assert (host.addresses, host.names, host.services) == (("10.0.0.1",), ("a.example", "typed"), ("22/ssh",))
    assert host.line == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><nmaprun/>', "document type definition"),
        ('<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun/>', "document type definition"),
        ('<!DOCTYPE nmaprun PUBLIC "p" "http://example.test/x.dtd"><nmaprun/>', "document type definition"),
        ("<nmaprun>&undeclared;</nmaprun>", "undefined entity"),
        ("<root/>", "its root is root"),
        ("<nmaprun><host>", "broken XML at line 1"),
        ("<nmaprun>" + "<a>" * 100, "nested"),
        ('<?xml version="1.0" encoding="x-unknown"?><nmaprun/>', "encoding"),
    ],
)
def test_xml_that_is_hostile_or_broken_is_refused_with_the_reason(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(NotReadError, match=says):
        list(nmap.read(write(tmp_path, "scan.xml", content)))


def test_an_xml_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f"<!DOCTYPE nmaprun [{entities}]><nmaprun>&e11;</nmaprun>"
    with pytest.raises(NotReadError, match="document type definition"):
        list(nmap.read(write(tmp_path, "bomb.xml", bomb)))


def test_one_token_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    endless = '<nmaprun args="' + "a" * (18 << 20)
    with pytest.raises(NotReadError, match="16 MiB"):
        list(nmap.read(write(tmp_path, "long.xml", endless)))


def test_hosts_before_a_break_are_kept(tmp_path: Path) -> None:
    found = []
    path = write(tmp_path, "cut.xml", SCAN.format(HOST.format(address="10.0.0.1", name="a.example"))[:-12])
    with pytest.raises(NotReadError, match="broken XML"):
        found.extend(nmap.read(path))
    hosts = nmap.read(path)
    assert next(hosts).addresses == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("anything.txt", SCAN.format(""), Kind.XML),
        ("a", "<nmaprun/>".encode("utf-16"), Kind.XML),
        ("b.csv", "null\n", Kind.JSON),
        ("c", '{"a": 1}\n{"a": 2}\n', Kind.JSON),
        ("d.json", "Aug  5 01:02:03 app01 sshd[1]: x\n", Kind.LOG),
        ("e", "2026-08-05T01:02:03.1+02:00 app01 sshd[1]: x\n", Kind.LOG),
        ("f", "<86>Aug 15 01:02:03 app01 sshd[1]: x\n", Kind.LOG),
    ],
)
def test_the_kind_of_an_export_is_told_by_its_content(
    tmp_path: Path, name: str, content: str | bytes, kind: Kind
) -> None:
    write(tmp_path, name, content)
    (found,) = walk(tmp_path)
    assert isinstance(found, Export)
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x1f\x8b\x08", "gzip: unpack it first"),
        (b"\x00\x01\x02", "binary"),
        (b"host,port\na,1\n", "does not read"),
        ("Aug  5 01:02:03 app01 sshd[1]: x\n".encode("utf-16"), "convert it to UTF-8"),
    ],
)
def test_what_is_no_export_is_listed_with_a_reason(tmp_path: Path, content: bytes, says: str) -> None:
    write(tmp_path, "x", content)
    assert says in reason(tmp_path)


def test_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "scan.xml", SCAN.format(""))
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "file").symlink_to(outside)
    (estate / "folder").symlink_to(outside.parent)
    assert [(found.name, found.reason) for found in walk(estate) if isinstance(found, Listed)] == [
        ("file", "a symbolic link, not followed"),
        ("folder", "a symbolic link, not followed"),
    ]
    assert len(list(walk(estate))) == 2


@pytest.mark.parametrize("make", [False, True])
def test_an_estate_without_exports_says_how_to_mend_it(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "estate"
    if make:
        folder.mkdir()
    with pytest.raises(InputError, match=r"set inputs\.estate"):
        list(walk(folder))


V8 = {"RuleID": "r", "File": "app01/etc/db.ini", "Match": "db_user = svc@db01", "Secret": "hunter2hunter2"}
V7 = {"rule": "r", "offender": "hunter2hunter2", "line": "svc@db01 hunter2hunter2", "file": "app01/x"}
V3 = {
    "SourceMetadata": {"Data": {"Filesystem": {"file": "/srv/collect/app01/etc/db.ini", "line": 4}}},
    "Raw": "hunter2hunter2",
    "ExtraData": {"host": "db01:5432", "username": "svc"},
}
URI = {**V3, "ExtraData": None, "Raw": "postgres://svc:hunter2hunter2@db01:5432/x"}
TF3 = {"rule": {"id": "r"}, "path": "app01/x", "secret": "postgres://svc:hunter2hunter2@db01/x"}


@pytest.mark.parametrize("report", [[V8], [V7], [V3], [URI], [TF3]])
def test_every_generation_of_report_says_the_same_of_the_same_secret(tmp_path: Path, report: list[object]) -> None:
    wanted = secrets.read(write(tmp_path, "v8.json", json.dumps([V8])), KEY)
    (found,) = secrets.read(write(tmp_path, "r.json", json.dumps(report)), KEY)
    (reference,) = wanted
    assert isinstance(found, secrets.Finding)
    assert isinstance(reference, secrets.Finding)
    assert (found.account, found.target, found.credential) == ("svc", "db01", reference.credential)
    assert "app01" in found.place


def test_a_secret_never_stands_in_a_finding(tmp_path: Path) -> None:
    found = list(secrets.read(write(tmp_path, "r.json", json.dumps([V8, V7, V3, URI, TF3])), KEY))
    assert len(found) == 5
    assert "hunter2" not in repr(found)


def test_the_hash_of_a_credential_depends_on_the_key_of_the_case(tmp_path: Path) -> None:
    path = write(tmp_path, "r.json", json.dumps([V8]))
    (first,), (second,) = secrets.read(path, KEY), secrets.read(path, b"l" * 32)
    assert isinstance(first, secrets.Finding)
    assert isinstance(second, secrets.Finding)
    assert first.credential != second.credential


def test_masked_secrets_are_not_taken_for_one_credential(tmp_path: Path) -> None:
    masked = ["REDACTED", "REDACTED", "****", ""]
    report = [{**V8, "Secret": text, "File": f"app0{number}/x"} for number, text in enumerate(masked)]
    found = list(secrets.read(write(tmp_path, "r.json", json.dumps(report)), KEY))
    assert len({one.credential for one in found if isinstance(one, secrets.Finding)}) == 4


@pytest.mark.parametrize("text", ["null", "[]", " [ ] ", "null\n"])
def test_a_report_without_findings_is_read(tmp_path: Path, text: str) -> None:
    assert list(secrets.read(write(tmp_path, "r.json", text), KEY)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"ip": "10.0.0.1", "ports": []}]', "not a report"),
        ("[1, 2]", "not a report"),
        ('[{"RuleID": "r", "Secret": "s"', "broken JSON at item 1"),
        (json.dumps([V8])[:-1], "ends after item 1"),
        (json.dumps([V8])[:-1] + " 7]", "broken JSON after item 1"),
        ("[" * 100_000, "broken JSON"),
    ],
)
def test_a_broken_or_foreign_report_is_refused_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(NotReadError, match=says):
        list(secrets.read(write(tmp_path, "r.json", text), KEY))


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=300_000) | st.integers() | st.none(), max_size=4)),
    st.sampled_from([json.dumps, lambda values: "\n".join(json.dumps(value) for value in values)]),
)
def test_json_is_cut_into_its_items_however_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, values: list[object], spell: object
) -> None:
    path = tmp_path_factory.mktemp("json") / "x"
    path.write_text(spell(values), encoding="utf-8")  # type: ignore[operator]
    assert list(items(path)) == values


def test_long_items_and_many_items_come_through_whole(tmp_path: Path) -> None:
    values = [{"n": n, "text": "x" * (n * 997 % 150_000)} for n in range(300)]
    assert list(items(write(tmp_path, "a", json.dumps(values, indent=1)))) == values


def test_an_item_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path, "a", b'["' + b"x" * (18 << 20))
    with pytest.raises(NotReadError, match="16 MiB"):
        list(items(path))
