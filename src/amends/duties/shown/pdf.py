"""Plain text as a PDF in a typewriter face, set by PDFium: enough for a form to be printed, signed and kept."""

from __future__ import annotations

import ctypes
import hashlib
import io
import re
import textwrap
from collections.abc import Sequence
from importlib import import_module
from typing import Any

_WIDTH, _HEIGHT, _MARGIN = 612, 792, 54
_SIZE, _LEADING = 9, 12
_COLUMNS = int((_WIDTH - 2 * _MARGIN) / (_SIZE * 0.6))
_ROWS = (_HEIGHT - 2 * _MARGIN) // _LEADING


def text_pdf(lines: Sequence[str]) -> bytes:
    """Lines as pages of US letter, long ones wrapped. Characters outside Windows-1252 become a question mark: the
    standard faces of PDF have no others, and the JSON beside it keeps them."""
    wrapped = [part for line in lines for part in textwrap.wrap(line, _COLUMNS, subsequent_indent="    ") or [""]]
    document = import_module("pypdfium2").PdfDocument.new()
    for start in range(0, max(1, len(wrapped)), _ROWS):
        page = document.new_page(_WIDTH, _HEIGHT)
        for index, line in enumerate(wrapped[start : start + _ROWS]):
            if line:
                _set(document, page, line, _HEIGHT - _MARGIN - (index + 1) * _LEADING)
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return _settled(out.getvalue())


def _settled(content: bytes) -> bytes:
    """The same file without the hour it was made, its id a hash of what it holds; no offset in it moves."""
    content = re.sub(rb"(?<=/CreationDate\(D:)\d{14}", b"19700101000000", content)
    name = hashlib.sha256(re.sub(rb"/ID\[<\w{32}><\w{32}>\]", b"", content)).hexdigest()[:32].encode()
    return re.sub(rb"/ID\[<\w{32}><\w{32}>\]", b"/ID[<" + name + b"><" + name + b">]", content)


def _set(document: Any, page: Any, line: str, height: int) -> None:
    """Put one line on a page, `height` points above its foot."""
    raw = import_module("pypdfium2").raw
    known = line.encode("cp1252", "replace").decode("cp1252")
    encoded = (known + "\0").encode("utf-16-le")
    text = raw.FPDFPageObj_NewTextObj(document, b"Courier", ctypes.c_float(_SIZE))
    raw.FPDFText_SetText(text, ctypes.cast(ctypes.create_string_buffer(encoded), ctypes.POINTER(ctypes.c_ushort)))
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, _MARGIN, height)
    raw.FPDFPage_InsertObject(page, text)
