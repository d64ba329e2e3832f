"""A case whose people get e-mails, and its messages as the standard library finds them in the files."""

from __future__ import annotations

import email
import email.policy
import tarfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from amends import notices
from amends.case import Case
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables

NewCase = Callable[..., Case]
KEYS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "short": lambda: rsa.generate_private_key(65537, 1024),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "curve": lambda: ec.generate_private_key(ec.SECP256R1()),
}
RSA = {"dkim_domain": "meridian.example", "dkim_rsa_selector": "s1", "dkim_rsa_key": "rsa.pem"}
BOTH = RSA | {"dkim_ed25519_selector": "e1", "dkim_ed25519_key": "ed25519.pem"}


def by_email(person_id: int, **given: Any) -> dict[str, Any]:
    """A person who is reached by e-mail alone."""
    mailbox = {"address_line": None, "email": f"person{person_id}@example.org", "email_consent": True}
    return person(person_id, **{**mailbox, **given})


def mail_case(new_case: NewCase, people: list[dict[str, Any]], **notices_settings: str) -> Case:
    """A case after notices, all proofs approved."""
    settings = {"notices": notices_settings} if notices_settings else {}
    case = new_case(
        tables=tables(people), organisation=ORGANISATION, incident=INCIDENT, engine={"threads": 2}, **settings
    )
    notices.run(case)
    notices.approve(case, ["all"])
    return case


def put_key(case: Case, kind: str, name: str = "", *, password: bytes = b"", mode: int = 0o600) -> Any:
    """Write a new private key of a kind into the case folder; the key."""
    key = KEYS[kind]()
    path = case.path / (name or f"{kind}.pem")
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    path.chmod(mode)
    return key


def raw_messages(folder: Path) -> dict[int, bytes]:
    """The messages in the archives of an export, by number of the piece."""
    found = {}
    for path in sorted(folder.glob("emails_*.tar")):
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member)
                assert file is not None
                found[int(member.name.removesuffix(".eml"))] = file.read()
    return found


def parsed(message: bytes) -> EmailMessage:
    """A message as the standard library reads it."""
    found = email.message_from_bytes(message, policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage) and not found.defects
    return found
