"""Messages equal what encoding the whole text gives, and any mail reader finds the text in them."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import hashlib
import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.errors import SettingError
from amends.notices.emails.dkim import SIGNED, Signer, relaxed
from amends.notices.emails.messages import Envelope, MessageError, Template

TEXT = """Reference number: {reference}

Notice of Data Breach

Dear {name}:

What we know = little, but the line that says it is much longer than seventy-six characters, señora.
The information about you that was involved: {elements}.
.

Your code: {code}
"""
ENVELOPE = Envelope(
    "Meridian Möbile",
    "notice@meridian.example",
    "Aviso de filtración de datos",
    "es",
    datetime(2021, 8, 17, tzinfo=UTC),
)
NAMES = (
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=90
    )
    .map(str.strip)
    .filter(bool)
)


def filled(name: str, code: str = "ABC") -> list[str]:
    return [
        "Reference number: 1-w",
        f"Dear {name}:",
        "The information about you that was involved: name and PIN.",
        f"Your code: {code}",
    ]


def made(names: list[str]) -> list[bytes]:
    values = [value for number, name in enumerate(names) for value in ("a@b.example", f"{number}@m", *filled(name))]
    return Template(ENVELOPE, TEXT).messages(pa.array(values)).to_pylist()


def whole(name: str) -> str:
    values = iter(filled(name))
    return "\n".join(next(values) if "{" in line else line for line in TEXT.split("\n"))


def parsed(message: bytes) -> EmailMessage:
    found = email.message_from_bytes(message, policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage) and not found.defects
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=3))
def test_a_message_is_byte_for_byte_the_encoding_of_its_whole_text(names: list[str]) -> None:
    for name, message in zip(names, made(names), strict=True):
        body = message.split(b"quoted-printable\r\n\r\n")[1].split(b"\r\n--")[0]
        assert body == binascii.b2a_qp(whole(name).encode()).replace(b"\n", b"\r\n")
        assert max(map(len, message.split(b"\r\n"))) <= 78


@settings(max_examples=40, deadline=None)
@given(NAMES)
def test_a_mail_reader_finds_the_text_and_the_name_cannot_be_markup(name: str) -> None:
    (message,) = made([name])
    plain, marked = parsed(message).iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == whole(name)
    text = re.sub(r"<[^>]*>\n?", "", marked.get_content().replace("\r\n", "\n"))
    assert (
        "Dear "
        + name.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#x27;")
        + ":"
        in text
    )


def test_headers_are_read_as_they_were_meant() -> None:
    found = parsed(made(["Ann"])[0])
    assert (found["From"].addresses[0].display_name, found["Subject"]) == (
        "Meridian Möbile",
        "Aviso de filtración de datos",
    )
    assert (found["To"], found["Message-ID"], found["Content-Language"]) == ("a@b.example", "<0@m>", "es")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\0", "a\x7f", "a\rb"])
def test_a_line_end_in_a_value_is_refused(bad: str) -> None:
    with pytest.raises(MessageError, match="control character"):
        made([bad])
    with pytest.raises(MessageError, match="control character"):
        Envelope(bad, "a@b.example", "s", "en", ENVELOPE.date)


def tags(message: bytes) -> dict[str, bytes]:
    header = re.split(rb"\r\n(?![ \t])", message.partition(b"\r\n\r\n")[0])[0].partition(b":")[2]
    return {
        part.split(b"=", 1)[0].strip().decode(): re.sub(rb"\s+", b"", part.split(b"=", 1)[1])
        for part in header.split(b";")
    }


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signature_verifies_as_a_receiver_does_it(kind: str) -> None:
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    message = Signer("m.example", "s1", key).sign(made(["Ann Ñ"])[0])
    head, _, body = message.partition(b"\r\n\r\n")
    found = tags(message)
    assert base64.b64decode(found["bh"]) == hashlib.sha256(body).digest()
    assert found["h"].decode().split(":") == list(SIGNED)
    first = re.split(rb"\r\n(?![ \t])", head)[0]
    own = b"dkim-signature:" + re.sub(rb"(?:\r\n)?[ \t]+", b" ", first.partition(b":")[2]).strip()
    unsigned = own[: own.rindex(b" b=") + 3]
    signed = relaxed(head) + unsigned
    signature = base64.b64decode(found["b"])
    if isinstance(key, rsa.RSAPrivateKey):
        key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        key.public_key().verify(signature, hashlib.sha256(signed).digest())


def test_headers_are_relaxed_as_in_the_example_of_the_rfc() -> None:
    head = b"A: X\r\nB : Y\t\r\n\tZ  \r\n" + b"".join(f"{name}:  v \t w\r\n".encode() for name in SIGNED)
    assert relaxed(head).startswith(b"from:v w\r\nto:v w\r\n")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingError, match="2,048"):
        Signer("m.example", "s1", rsa.generate_private_key(65537, 1024))
