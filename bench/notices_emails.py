"""Claims: messages of text and HTML against EmailMessage, and signed with RSA-2048 against the bare signature."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from amends.notices.emails.dkim import Signer
from amends.notices.emails.messages import Envelope, Template
from bench.claim import Claim, versions
from bench.notices_letters import text_of_a_letter

COUNT = 40_000
AT_ONCE = 2_000
PEER = 200
SIGNED = 1_500
COMMAND = "python -m bench.notices_emails"


def values(template: Template, count: int) -> pa.Array:
    """Address, message id and own lines of each message."""
    numbers = pa.array(np.arange(count)).cast(pa.string())
    columns = [
        pc.binary_join_element_wise("person", numbers, "@example.org", ""),
        pc.binary_join_element_wise(numbers, "notices.example", "@"),
        pc.binary_join_element_wise("Reference number: ", numbers, "-2021-08-12", ""),
        pc.binary_join_element_wise("Dear Nguyễn & Sons ", numbers, ":", ""),
        *(
            pc.binary_join_element_wise(f"Own line {number} of the notice, as it is for number", numbers, " ")
            for number in range(len(template.stamped) - 2)
        ),
    ]
    order = (np.arange(count)[:, None] + count * np.arange(len(columns))).ravel()
    return pa.concat_arrays(columns).take(pa.array(order))


def by_the_library(text: str, markup: str, envelope: Envelope, number: int) -> bytes:
    """The same message by the standard library."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{envelope.name} <{envelope.address}>"
    message["To"] = f"person{number}@example.org"
    message["Subject"] = envelope.subject
    message["Message-ID"] = f"<{number}@notices.example>"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(markup, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def parts_of(message: bytes) -> list[str]:
    """The text and the HTML of a message as the standard library reads them."""
    found = message_from_bytes(message, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return [part.get_content() for part in found.iter_parts()]


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second of processor time; the best of three calls."""
    found = 0.0
    for _ in range(3):
        start = time.process_time()
        work()
        found = max(found, count / (time.process_time() - start))
    return found


def main() -> None:
    """Measure and print the claims."""
    text = text_of_a_letter()
    envelope = Envelope(
        "Meridian Mobile", "notice@meridian.example", "Notice of Data Breach", "en", datetime(2021, 8, 17, tzinfo=UTC)
    )
    template = Template(envelope, text)
    some = values(template, AT_ONCE)
    plain = template.messages(some)
    ours = rate(COUNT, lambda: [template.messages(some) for _ in range(COUNT // AT_ONCE)])
    parts = parts_of(plain[0].as_py())
    theirs = rate(PEER, lambda: [by_the_library(*parts, envelope, number) for number in range(PEER)])
    key = rsa.generate_private_key(65537, 2048)
    signer, scheme, digest = Signer("meridian.example", "s1", key), padding.PKCS1v15(), hashes.SHA256()
    signed = rate(
        SIGNED, lambda: [signer.sign(one.as_py()) for one in template.messages(some.slice(0, SIGNED * template.slots))]
    )
    bare = rate(SIGNED, lambda: [key.sign(b"x" * 400, scheme, digest) for _ in range(SIGNED)])
    found = versions("cryptography", "numba")
    peer = f"EmailMessage: {theirs:,.0f}/s"
    Claim("notices_emails", f"{ours:,.0f} messages/s", peer, ours / theirs, 300, COMMAND, found).emit()
    peer = f"RSA-2048 signatures alone: {bare:,.0f}/s"
    Claim("notices_emails_signed", f"{signed:,.0f} messages/s", peer, signed / bare, 0.7, COMMAND, found).emit()


if __name__ == "__main__":
    main()
