"""The finished message files compared with the tables: every message, and some by the standard library's parser.

All bytes of a message are accounted for: its headers, parts and tags are those of its variant, its words those of its
finished text, and what they say of a person what the tables say; its signatures verify. The standard library reads the
first message of every file and one in a hundred in full.
"""

from __future__ import annotations

import email
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from amends.engine import Engine
from amends.errors import EvidenceError
from amends.notices.element_lists import read_back
from amends.notices.emails.markup import markup
from amends.notices.emails.messages import Template
from amends.notices.emails.reading import WRONG, Form, Read, first_message, read_file
from amends.notices.emails.sender import Sender
from amends.notices.emails.verifying import signed_by
from amends.notices.emails.writing import SQL
from amends.notices.texts import languages

_DEFECT: Final = "the e-mails must not be sent and are deleted; please report this as a defect"
_SAMPLE: Final = r"\r\nMessage-ID: <0[0-2]"
"""One message in 85: by what nobody outside can foresee, the keyed hash in its message id."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A variant as its messages are compared with it."""

    variant: str
    template: Template
    sender: Sender


def check_file(db: Engine, path: Path, checked: Checked) -> None:
    """Compare every message of a file, whose plan and pieces are in the engine; keep them in the table `sent`.

    Raises `EvidenceError` with the first message that is wrong and what is wrong with it.
    """
    first = first_message(path)
    form = _form(first, checked.template)
    names, fixed = _headers(first)
    db.run(SQL["make_found"])
    samples: list[tuple[int, bytes]] = []
    keys = checked.sender.keys()
    for number, read in enumerate(read_file(path, form)):
        samples += _samples(read, first=number == 0)
        wrong = _wrong(read)
        if keys:
            bad = [not signed_by(message, keys) for _, message in read.messages()]
            wrong = pc.if_else(pa.array(bad), "the signature", wrong)
        db.add("arrived", read.table.set_column(read.table.schema.get_field_index("wrong"), "wrong", wrong))
        db.run(SQL["find"], file=path.name, variant=checked.variant, names=names, fixed=fixed)
        db.drop("arrived")
    _compare(db, path, checked)
    _compare_samples(db, path, checked, dict(samples))
    db.run(SQL["keep"], variant=checked.variant)


def check_balance(db: Engine) -> None:
    """Raise `EvidenceError` unless every e-mail stands in the files once, under a message id of its own."""
    row = db.fetch(SQL["balance"]).to_pylist()[0]
    if len(set(row.values())) > 1:
        raise EvidenceError(
            f"of {row['wanted']} e-mails {row['pieces']} stand in the files, {row['found']} in all, under"
            f" {row['tokens']} message ids",
            where="export of mail",
            mend=_DEFECT,
        )


def _wrong(read: Read) -> pa.Array:
    return pa.array(WRONG).take(read.table["wrong"].combine_chunks())


def _compare(db: Engine, path: Path, checked: Checked) -> None:
    language = checked.template.envelope.language
    lists = db.fetch(SQL["stated"]).column("words").to_pylist()
    masks = pa.array([read_back(words, language) for words in lists], pa.int64())
    db.add("stated", pa.table({"language": pa.repeat(language, len(lists)), "words": lists, "elements": masks}))
    days = db.fetch(SQL["last_days"]).column("enrol_by").to_pylist()
    words = pa.array([languages()[language].day(day) for day in days], pa.string())
    dates = pa.array(days, pa.date32())
    db.add("last_days", pa.table({"language": pa.repeat(language, len(days)), "enrol_by": dates, "words": words}))
    envelope = checked.template.envelope
    found = db.fetch(SQL["false"], variant=checked.variant, domain=envelope.domain, leave=envelope.leave).to_pylist()
    db.drop("stated")
    db.drop("last_days")
    if found:
        raise _false(found[0]["mismatch"], found[0]["piece_id"], path)


def _compare_samples(db: Engine, path: Path, checked: Checked, samples: Mapping[int, bytes]) -> None:
    for row in db.fetch(SQL["sampled"], piece_ids=list(samples)).to_pylist():
        wrong = differs(samples[row["piece_id"]], row, checked)
        if wrong:
            raise _false(f"as the standard library reads it, {wrong}", row["piece_id"], path)


def differs(message: bytes, piece: Mapping[str, Any], checked: Checked) -> str | None:
    """What is wrong with a message as the standard library's parser reads it, or None. `piece`: a row of `sampled`."""
    envelope, sender = checked.template.envelope, checked.sender
    found = email.message_from_bytes(message, policy=SMTP)
    bound = "|".join(str(piece[key]) for key in ("notice_id", "variant", "sha256", "email"))
    token = hmac.new(sender.secret, bound.encode(), hashlib.sha256).hexdigest()[:32]
    assert isinstance(found, EmailMessage)
    parts = list(found.iter_parts())
    if [part.get_content_type() for part in parts] != ["text/plain", "text/html"]:
        return "a part"
    if found.defects or found.preamble or found.epilogue or any(part.defects for part in parts):
        return "the form"
    if tuple(found) != ("DKIM-Signature",) * len(sender.signers) + checked.template.headers:
        return "a header"
    text, marked = (part.get_content().replace("\r\n", "\n") for part in parts)
    lines = text.removesuffix("\n").split("\n")
    html = "".join(
        f"{line}\n" for line, _ in markup(lines, checked.template.stamped, envelope.language, envelope.subject)
    )
    expected = {
        "the sender": (_mailbox(found, "From"), (envelope.name, envelope.address)),
        "the receiver": (_mailbox(found, "To"), (piece["addressee"], piece["email"])),
        "the subject": (str(found["Subject"]), envelope.subject),
        "the date": (found["Date"].datetime, envelope.date),
        "the Message-ID": (found["Message-ID"], f"<{token}@{envelope.domain}>"),
        "the language": (found["Content-Language"], piece["language"]),
        "the text": (hashlib.sha256(text.encode()).hexdigest(), piece["sha256"]),
        "the HTML": (marked, html),
    }
    return next((what for what, (said, meant) in expected.items() if said != meant), None)


def _mailbox(found: EmailMessage, header: str) -> tuple[str, str]:
    """Name and address in a header. Encoded words are read by `decode_header`, which joins them as RFC 2047 has it."""
    raw = str(dict(found.raw_items())[header])
    address, *others = found[header].addresses
    if others:
        return "", ""
    name = str(make_header(decode_header(raw.rpartition("<")[0].strip()))) if "=?" in raw else address.display_name
    return name, address.addr_spec.encode("utf-8", "surrogateescape").decode()


def _samples(read: Read, *, first: bool) -> list[tuple[int, bytes]]:
    """Some of the messages, and the first if that is wanted."""
    chosen = pc.match_substring_regex(read.table["head"], _SAMPLE)
    some = list(Read(read.table.filter(chosen)).messages())
    return [*some, *(Read(read.table.slice(0, 1)).messages() if first else ())]


def _form(message: bytes, template: Template) -> Form:
    """What the messages of a variant have alike, from its text and the delimiter that the first message names."""
    boundary = (email.message_from_bytes(message).get_boundary() or "").encode()
    lines = template.text.removesuffix("\n").split("\n")
    envelope = template.envelope
    html = "\n".join(line for line, _ in markup(lines, template.stamped, envelope.language, envelope.subject))
    head, body, rest = re.split(r"(<body[^>]*>)", html, maxsplit=1)
    skeleton = head + body + "".join(re.findall(r"<[^>]*>", rest))
    header = b"--%b\r\nContent-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return Form(b"--" + boundary, header % (boundary, b"plain"), header % (boundary, b"html"), skeleton.encode())


def _headers(message: bytes) -> tuple[list[str], list[str]]:
    """The names of the headers, and the headers that do not differ from person to person; signatures left out."""
    head = message.partition(b"\r\n\r\n")[0].decode(errors="replace").replace("\r\n ", " ")
    lines = [line for line in head.split("\r\n") if not line.startswith("DKIM-Signature:")]
    fixed = [line for line in lines if not re.match(r"(To|Message-ID|List-Unsubscribe):", line)]
    return [line.partition(":")[0] for line in lines], fixed


def _false(wrong: str, piece_id: int, path: Path) -> EvidenceError:
    return EvidenceError(f"{wrong} of piece {piece_id} is not what the tables say", where=path.name, mend=_DEFECT)
