"""Claims: messages of text and HTML against EmailMessage, and signed with RSA-2048 against the bare signature."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from amends.case import Incident, Organisation
from amends.notices.emails.dkim import Signer, Signing
from amends.notices.emails.messages import Envelope, Template
from amends.notices.facts import Facts
from amends.notices.texts import Facets, compose
from bench.claim import Claim, versions

COUNT = 40_000
AT_ONCE = 2_000
PEER = 200
SIGNED = 1_000
COMMAND = "python -m bench.notices_emails"


def text_of_an_email() -> str:
    """A first notice with an offer, from the templates, with slots in braces."""
    organisation = Organisation(
        "Meridian Mobile", "100 Main Street", "Springfield", "IL", "62701", "1-800-555-0100", "www.meridian.example"
    )
    days = {"began": date(2021, 3, 18), "ended": date(2021, 8, 4), "discovered": date(2021, 8, 12)}
    facts = Facts(organisation, Incident(**days), date(2021, 8, 17), 1_000_000)
    facets = Facets("email", "first", "self", "en", offer=True, line=True, login=False)
    return compose(facets, facts.words(), frozenset(), frozenset(), facts.slots("en", None)).text


def values(template: Template, count: int) -> pa.Array:
    """Name, address, token and own lines of each message."""
    numbers = pa.array(np.arange(count)).cast(pa.string())
    columns = [
        pc.binary_join_element_wise("Nguyễn & Sons ", numbers, ""),
        pc.binary_join_element_wise("person", numbers, "@example.org", ""),
        pc.utf8_lpad(numbers, 32, "0"),
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
    message["To"] = Address(f"Nguyễn & Sons {number}", addr_spec=f"person{number}@example.org")
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
    """How many a second of processor time, of one call."""
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def main() -> None:
    """Measure and print the claims."""
    envelope = Envelope(
        "Meridian Mobile", "notice@meridian.example", "Notice of Data Breach", "en", datetime(2021, 8, 17, tzinfo=UTC)
    )
    template = Template(envelope, text_of_an_email())
    key = rsa.generate_private_key(65537, 2048)
    signing = Signing([Signer("meridian.example", "s1", key)], template.headers)
    some, pieces = values(template, AT_ONCE), np.arange(AT_ONCE)
    few = some.slice(0, SIGNED * template.slots)
    parts = parts_of(template.messages(some, pieces).message(0))
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    signing.sign(template.messages(few, pieces, signing.room))
    ours = theirs = signed = bare = 0.0
    for _ in range(3):
        theirs = max(theirs, rate(PEER, lambda: [by_the_library(*parts, envelope, number) for number in range(PEER)]))
        ours = max(ours, rate(COUNT, lambda: [template.messages(some, pieces) for _ in range(COUNT // AT_ONCE)]))
        bare = max(bare, rate(SIGNED, lambda: [key.sign(b"x" * 400, scheme, digest) for _ in range(SIGNED)]))
        signed = max(signed, rate(SIGNED, lambda: signing.sign(template.messages(few, pieces, signing.room))))
    found = versions("cryptography", "numba")
    peer = f"EmailMessage: {theirs:,.0f}/s"
    Claim("notices_emails", f"{ours:,.0f} messages/s", peer, ours / theirs, 300, COMMAND, found).emit()
    peer = f"RSA-2048 signatures alone: {bare:,.0f}/s"
    Claim("notices_emails_signed", f"{signed:,.0f} messages/s", peer, signed / bare, 0.7, COMMAND, found).emit()


if __name__ == "__main__":
    main()
