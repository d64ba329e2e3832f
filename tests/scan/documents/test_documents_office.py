"""Office files, PDF, Outlook files and pictures: their text and what is embedded, or the reason why not."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from amends.scan.documents import image
from amends.scan.documents.document import Bounds, UnreadableError, open_document, reason_for
from amends.scan.files.limits import DEFAULT
from amends.scan.files.source import Source
from tests.scan.documents.documents_at_hand import files_of, opened, places_of, text_of, zipped

DATA = Path(os.environ.get("AMENDS_DATA", Path(__file__).parents[4] / "shared" / "data")) / "scan" / "files"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here (AMENDS_DATA)")

WORD = b"""<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:wp="wp"><w:body><w:p><w:r><w:t>Jo</w:t>
</w:r><w:r><w:t>hn Doe</w:t><w:tab/><w:t>078-05-1120</w:t></w:r></w:p><wp:posOffset>7771234</wp:posOffset><w:p><w:r>
<w:delText>struck out</w:delText></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p>
<w:r><w:t>b &amp; c</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"""
NOTE = b'<w:footnotes xmlns:w="w"><w:p><w:t>a note</w:t></w:p></w:footnotes>'
ODT = b"""<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t"><office:body><text:p>Zo\xc3\xab
<text:s text:c="3"/>x<text:tab/>y<text:line-break/>z</text:p><text:h>end</text:h></office:body>
</office:document-content>"""


def test_a_word_file_gives_its_text_notes_and_embedded_files(tmp_path: Path) -> None:
    members = {
        "word/document.xml": WORD,
        "word/footnotes.xml": NOTE,
        "word/embeddings/a.xlsx": b"PK",
        "word/x.xml": NOTE,
    }
    document = opened(tmp_path, "docx", zipped(members))
    places = places_of(document)
    assert set(places) == {"", "notes"}
    assert "John Doe\t078-05-1120\n" in places[""] and "struck out" in places[""] and "b & c" in places[""]
    assert "7771234" not in places[""]
    assert places["notes"].startswith("a note\n")
    assert files_of(document) == {"a.xlsx": b"PK"}


def test_slides_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    slide = b'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>number %d</a:t></a:p></p:sld>'
    members = {f"ppt/slides/slide{number}.xml": slide % number for number in (10, 2, 1)}
    places = places_of(opened(tmp_path, "pptx", zipped({**members, "ppt/notesSlides/notesSlide2.xml": slide % 99})))
    assert list(places) == ["slide 1", "slide 2", "slide 10", "notes 2"]


def test_an_open_document_gives_its_text(tmp_path: Path) -> None:
    text = text_of(opened(tmp_path, "odf", zipped({"content.xml": ODT, "Pictures/a.png": b"x"})))
    assert "Zoë\n   x\ty\nz\nend\n" in text


def test_an_open_document_with_a_password_says_so(tmp_path: Path) -> None:
    manifest = b"<m><manifest:encryption-data/></m>"
    with pytest.raises(UnreadableError, match="password"):
        text_of(opened(tmp_path, "odf", zipped({"META-INF/manifest.xml": manifest, "content.xml": b"\x93\x01"})))


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        (b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w>&b;</w>', "declares"),
        (b'<!DOCTYPE w SYSTEM "file:///etc/passwd"><w/>', "declares"),
        (b"<w><t>cut", "damaged"),
        (b"<w>" + b"<a>" * 10_000, "nested deeper"),
        (b"<w a='" + b"x" * (9 << 20) + b"'/>", "longer than|more than"),
        (b"", "damaged"),
        (b"<w>&unknown;</w>", "damaged"),
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, inner: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        text_of(opened(tmp_path, "docx", zipped({"word/document.xml": inner})))


def test_a_bomb_in_one_part_is_stopped_and_the_others_are_read(tmp_path: Path) -> None:
    bomb = b"<w:document xmlns:w='w'>" + b" " * (64 << 20) + b"</w:document>"
    document = opened(tmp_path, "docx", zipped({"word/document.xml": bomb, "word/header1.xml": NOTE}))
    assert "a note" in text_of(document)
    assert document.gaps == ["1 of 2 parts are damaged or unpack to too much"]


def test_what_all_parts_unpack_to_together_is_bounded(tmp_path: Path) -> None:
    part = b"<w:document xmlns:w='w'><w:p><w:t>" + os.urandom(300_000).hex().encode() + b"</w:t></w:p></w:document>"
    members = {f"word/document{number}.xml": part for number in range(4)}
    document = opened(tmp_path, "docx", zipped(members), Bounds(unpacked=1_500_000))
    assert len(text_of(document)) < 1_600_000
    assert document.gaps


def test_a_damaged_or_locked_member_is_told(tmp_path: Path) -> None:
    content = bytearray(zipped({"word/document.xml": WORD}))
    for at in (6, content.rindex(b"PK\1\2") + 8):
        content[at] |= 1
    with pytest.raises(UnreadableError, match="password"):
        text_of(opened(tmp_path, "docx", bytes(content)))
    for damaged in (zipped({"word/document.xml": WORD})[:-40], b"PK\3\4", b"", zipped({}), zipped({"a": b"b"})):
        with pytest.raises(UnreadableError):
            text_of(opened(tmp_path, "docx", damaged))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="members"):
        text_of(opened(tmp_path, "docx", zipped({f"a{number}": b"" for number in range(11_000)})))


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def test_an_old_office_file_gives_the_runs_of_letters_in_it(tmp_path: Path) -> None:
    wide = "Zoë Müller\r078-05-1120".encode("utf-16-le")
    document = opened(tmp_path, "office", OLD + b"\1\2" + wide + b"\0\0\7\xfeJohn Doe, 555-0100\7\0\0ab\0\0")
    assert text_of(document) == "Zoë Müller\n078-05-1120\nJohn Doe, 555-0100\n"
    assert document.gaps


def test_an_old_office_file_reads_the_same_across_blocks(tmp_path: Path) -> None:
    content = OLD + b"".join(b"person number %d\0\0" % number for number in range(200_000))
    text = text_of(opened(tmp_path, "office", content))
    assert text == "".join(f"person number {number}\n" for number in range(200_000))


def test_an_old_office_file_with_a_password_says_so(tmp_path: Path) -> None:
    for locked in ("EncryptedPackage".encode("utf-16-le"), b"\xec\xa5" + b"\0" * 9 + b"\1" + b"\0" * 20):
        with pytest.raises(UnreadableError, match="password"):
            text_of(opened(tmp_path, "office", OLD + locked))


def pdf_of(*texts: str, key: str = "") -> bytes:
    """A PDF with one line of text on each page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    pages = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(texts)))
    objects += [f"<< /Type /Pages /Kids [{pages}] /Count {len(texts)} >>"]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for number, text in enumerate(texts):
        content = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" if text else "0 0 m"
        field = "[<< /Type /Annot /Subtype /Widget /FT /Tx /T (ssn) /V (078-05-1120) /Rect [0 0 9 9] >>]"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R /Annots {field}"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {key}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


pdf = pytest.mark.skipif(bool(reason_for("pdf")), reason="pypdfium2 is not installed")


@pdf
def test_a_pdf_gives_its_pages_and_the_fields_of_its_forms(tmp_path: Path) -> None:
    places = places_of(opened(tmp_path, "pdf", pdf_of("John Doe", "second")))
    assert places["page 1"].startswith("John Doe") and "078-05-1120" in places["page 1"]
    assert places["page 2"].startswith("second")


@pdf
def test_a_pdf_that_is_cut_damaged_or_locked_says_so(tmp_path: Path) -> None:
    lock = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + "ab" * 32
        + "> /U <"
        + "cd" * 32
        + "> >> /ID [<00> <00>] "
    )
    with pytest.raises(UnreadableError, match="password"):
        text_of(opened(tmp_path, "pdf", pdf_of("x", key=lock)))
    for broken in (b"%PDF-1.4", b"%PDF-" + b"\0" * 5000, b"no pdf", b""):
        with pytest.raises(UnreadableError, match="damaged"):
            text_of(opened(tmp_path, "pdf", broken))


def test_without_their_packages_formats_name_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in ("pdf", "outlook"):
        monkeypatch.setattr(f"amends.scan.documents.{module}.find_spec", lambda _name: None)
    monkeypatch.setattr("amends.scan.documents.image.tesseract", lambda: "")
    for format_name, extra in (("pdf", "amends[pdf]"), ("pst", "amends[pst]"), ("image", "amends[ocr]")):
        assert open_document(format_name, Source(tmp_path, DEFAULT)) is None
        assert extra in reason_for(format_name)


def stand_in(folder: Path, script: str) -> str:
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return str(program)


def test_a_picture_is_read_by_the_program_from_its_bytes_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = stand_in(tmp_path, 'test "$*" = "stdin stdout" && head -c 4 && echo " 078-05-1120"')
    monkeypatch.setattr(image, "tesseract", lambda: program)
    assert text_of(opened(tmp_path, "image", b"\x89PNG....")) == "\ufffdPNG 078-05-1120\n".replace("\ufffd", "‰")


@pytest.mark.parametrize("script", ["exit 1", "sleep 30"])
def test_a_picture_that_fails_or_takes_too_long_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    program = stand_in(tmp_path, script.replace("sleep", "exec sleep"))
    monkeypatch.setattr(image, "tesseract", lambda: program)
    with pytest.raises(UnreadableError):
        text_of(opened(tmp_path, "image", b"x", Bounds(seconds=0.3)))


@needs_data
@pytest.mark.skipif(bool(reason_for("pst")), reason="libpff-python is not installed")
def test_an_outlook_file_gives_its_mail(tmp_path: Path) -> None:
    content = (DATA / "outlook.pst").read_bytes()
    places = places_of(opened(tmp_path, "pst", content))
    assert "user@outlook.com" in places["message 1: header"]
    assert places["message 1: body"].startswith("This is a test outlook message.")
    for broken in (content[:1000], content[:4], b"!BDN" + b"\xff" * 5000):
        with pytest.raises(UnreadableError):
            text_of(opened(tmp_path, "pst", broken))
    cut = opened(tmp_path, "pst", content[:200_000])
    try:
        assert text_of(cut) is not None
    except UnreadableError as error:
        assert "damaged" in str(error)


@needs_data
def test_every_document_of_the_mail_corpus_gives_the_address_in_it(tmp_path: Path) -> None:
    read = 0
    kinds = {
        ".txt": "text",
        ".rtf": "rtf",
        ".docx": "docx",
        ".doc": "doc",
        ".pdf": "" if reason_for("pdf") else "pdf",
    }
    with zipfile.ZipFile(DATA / "nps-2010-emails.zip") as archive:
        for name in archive.namelist():
            if kind := kinds.get(Path(name).suffix):
                text = all_text(archive.read(name), kind, tmp_path)
                assert "@" in text or "xlsx_within" in name
                read += 1
    assert read >= 11


def all_text(content: bytes, kind: str, folder: Path) -> str:
    """The text of a document and of the office files embedded in it."""
    inner_folder = Path(tempfile.mkdtemp(dir=folder))
    document = opened(inner_folder, kind, content)
    text = text_of(document)
    for name, inner in files_of(document).items():
        if name.endswith((".docx", ".pptx")) and zipfile.is_zipfile(io.BytesIO(inner)):
            text += all_text(inner, Path(name).suffix[1:], folder)
    return text
