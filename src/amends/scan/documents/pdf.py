"""PDF as text, page by page, with the fields of filled-in forms; scanned pages go through Tesseract if it is there."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, BinaryIO

from amends.scan.documents.document import Attachment, Bounds, Passage, UnreadableError
from amends.scan.documents.image import Picture, tesseract
from amends.scan.documents.mail import clean_name
from amends.scan.documents.passages import Cutter
from amends.scan.files.source import Source

_DPI = 300
_PIXELS = 30_000_000
_LETTERS = 1 << 20
_VALUE = 1 << 20


def missing() -> str:
    """Why PDF files cannot be read here, or ""."""
    return "" if find_spec("pypdfium2") else "it needs amends[pdf]"


class PdfDocument:
    """A PDF file, read by PDFium."""

    encoding = ""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.gaps: list[str] = []
        self._source = source
        self._bounds = bounds

    def passages(self) -> Iterator[Passage]:
        """The text of each page; see `document.Document`."""
        with self._source.open() as file:
            pdf = _opened(file)
            try:
                yield from self._pages(pdf)
            finally:
                pdf.close()
            self._source.check(file)

    def attachments(self) -> Iterator[Attachment]:
        """Files embedded in the PDF."""
        with self._source.open() as file:
            pdf = _opened(file)
            try:
                for index in range(min(pdf.count_attachments(), self._bounds.parts)):
                    inside = pdf.get_attachment(index)
                    name = clean_name(inside.get_name()) or f"attachment {index + 1}"
                    yield Attachment(name, partial(_content, inside, self._bounds.attachment))
            finally:
                pdf.close()

    def _pages(self, pdf: Any) -> Iterator[Passage]:
        cutter = Cutter(self._bounds.passage)
        pages, damaged, scanned, read = len(pdf), 0, 0, 0
        for number in range(pages):
            where, found = f"page {number + 1}", False
            for text in _guarded(pdf, number):
                if text is None:
                    damaged += 1
                elif text.strip():
                    yield from cutter.add(where, text.encode("utf-8", "replace"))
                    found = True
            read += found
            if not found and (picture := _picture(pdf, number)):
                seen = picture.text(self._bounds.seconds)
                scanned += seen is None
                read += seen is not None
                yield from cutter.add(where, (seen or b"") + b"\n")
        yield from cutter.end()
        self._report(pages, damaged, scanned, read)

    def _report(self, pages: int, damaged: int, scanned: int, read: int) -> None:
        why = "could not be recognised" if tesseract() else "need amends[ocr] and the program tesseract"
        if pages and damaged == pages:
            raise UnreadableError("all its pages are damaged")
        if scanned and scanned == pages:
            raise UnreadableError(f"its pages are pictures, which {why}")
        if not read and not scanned:
            raise UnreadableError("none of its pages holds text")
        if damaged:
            self.gaps.append(f"{damaged} of {pages} pages are damaged")
        if scanned:
            self.gaps.append(f"{scanned} of {pages} pages are pictures, which {why}")


def _opened(file: BinaryIO) -> Any:
    pypdfium2 = import_module("pypdfium2")

    try:
        pdf = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        locked = "assword" in str(error)
        raise UnreadableError("it needs a password" if locked else "the file is damaged or cut short") from error
    return pdf


def _guarded(pdf: Any, number: int) -> Iterator[str | None]:
    """The text of a page in pieces, then the values of its form fields; None if the page cannot be read."""
    pypdfium2 = import_module("pypdfium2")

    try:
        page = pdf[number]
        try:
            layer = page.get_textpage()
            letters = layer.count_chars()
            for at in range(0, letters, _LETTERS):
                yield layer.get_text_range(at, min(_LETTERS, letters - at)).replace("\ufffe", "-")
            yield from _fields(page)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        yield None


def _fields(page: Any) -> Iterator[str]:
    """What was typed into form fields and notes, which the text of a page does not hold."""
    raw = import_module("pypdfium2").raw

    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            for key in (b"V", b"Contents"):
                size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
                if 2 < size <= _VALUE:
                    buffer = (ctypes.c_ushort * (size // 2 + 1))()
                    raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
                    yield "\n" + bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _picture(pdf: Any, number: int) -> Picture | None:
    """The page as a grey picture; None if nothing is drawn on it."""
    pypdfium2 = import_module("pypdfium2")
    raw = pypdfium2.raw

    try:
        page = pdf[number]
        try:
            if not raw.FPDFPage_CountObjects(page):
                return None
            if not tesseract():
                return Picture(b"")
            width, height = page.get_size()
            scale = min(_DPI / 72, (_PIXELS / max(1.0, width * height)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True)
            rows = bytes(bitmap.to_numpy().tobytes())
            return Picture(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + rows)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return Picture(b"")


def _content(inside: Any, most: int) -> BinaryIO:
    pypdfium2 = import_module("pypdfium2")

    try:
        data = bytes(inside.get_data())
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("the embedded file is damaged") from error
    if len(data) > most:
        raise UnreadableError(f"the embedded file is larger than {most >> 20} MiB")
    return io.BytesIO(data)
