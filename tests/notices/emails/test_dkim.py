"""Signatures as receivers verify them, by dkimpy where it is installed and by our own verifier; keys refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from amends import notices
from amends.errors import SettingError
from amends.notices.emails.dkim import Signer, Signing
from amends.notices.emails.messages import Template
from amends.notices.emails.verifying import Keys, signed_by
from tests.notices.emails.mail_case import BOTH, RSA, NewCase, by_email, mail_case, put_key, raw_messages
from tests.notices.emails.test_messages import ENVELOPE, HOSTILE, TEXT, filled

SIGNERS = (
    Signer("meridian.example", "s1", rsa.generate_private_key(65537, 2048)),
    Signer("meridian.example", "e1", ed25519.Ed25519PrivateKey.generate()),
)


def keys(*signers: Signer) -> Keys:
    return {(one.domain, one.selector): one.key.public_key() for one in signers}


def signed(names: list[str], *signers: Signer) -> list[bytes]:
    values = [value for name in names for value in (name, "a@b.example", "t", *filled(name))]
    template = Template(ENVELOPE, TEXT)
    signing = Signing(signers, template.headers)
    batch = template.messages(pa.array(values), np.arange(len(names)), signing.room)
    signing.sign(batch)
    return [batch.message(row) for row in range(len(names))]


@pytest.mark.parametrize("signers", [SIGNERS[:1], SIGNERS[1:], SIGNERS])
def test_a_signature_verifies_as_a_receiver_does_it(signers: tuple[Signer, ...]) -> None:
    for message in signed([name.strip() for name in HOSTILE], *signers):
        assert signed_by(message, keys(*signers))
        assert max(map(len, message.split(b"\r\n"))) <= 78


def test_another_verifier_accepts_the_signatures() -> None:
    dkim = pytest.importorskip("dkim")
    pytest.importorskip("nacl")
    records = {f"{one.selector}._domainkey.{one.domain}.".encode(): one.record().encode() for one in SIGNERS}
    for message in signed([name.strip() for name in HOSTILE], *SIGNERS):
        verifier = dkim.DKIM(message)
        for number in range(len(SIGNERS)):
            assert verifier.verify(number, dnsfunc=lambda name, **_: records[name])


CHANGES = {
    "another body": lambda message: message.replace(b"Your code: ABC", b"Your code: ABD"),
    "a shorter body": lambda message: message[:-40],
    "another subject": lambda message: message.replace(b"Message-ID: <t", b"Message-ID: <u"),
    "a header added": lambda message: b"Subject: You have won\r\n" + message,
    "a receiver added": lambda message: b"Cc: all@example.org\r\n" + message,
    "a strange header added": lambda message: message.replace(b"MIME-V", b"X-Odd: 1\r\nMIME-V"),
    "no signature": lambda message: message[message.index(b"From:") :],
    "one signature of two": lambda message: message[message.index(b"DKIM", 5) :],
    "a signature twice": lambda message: message[: message.index(b"DKIM", 5)] * 2 + message[message.index(b"From:") :],
    "part of the body": lambda message: message.replace(b" h=from", b" l=100; h=from", 1),
    "another key": lambda message: message.replace(b"s=s1", b"s=s2"),
    "no base64": lambda message: re.sub(rb" b=\w", b" b=*", message, count=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_as_it_was_signed_is_refused(change: str) -> None:
    (message,) = signed(["Ann"], *SIGNERS)
    changed = CHANGES[change](message)
    assert changed != message
    assert not signed_by(changed, keys(*SIGNERS))


def test_the_signature_of_one_message_on_another_is_refused() -> None:
    one, two = signed(["Ann", "Bob"], SIGNERS[0])
    assert not signed_by(one[: one.index(b"From:")] + two[two.index(b"From:") :], keys(SIGNERS[0]))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingError, match="1,024 bits, not 2,048"):
        Signer("m.example", "s1", rsa.generate_private_key(65537, 1024))


WRONG: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "missing": ({"dkim_rsa_key": "none.pem"}, {}, "cannot be read.*notices.dkim_rsa_key"),
    "short": ({"dkim_rsa_key": "short.pem"}, {"kind": "short"}, "1,024 bits"),
    "wrong type": ({"dkim_rsa_key": "ed25519.pem"}, {"kind": "ed25519"}, "not of the kind rsa"),
    "a curve": ({"dkim_rsa_key": "curve.pem"}, {"kind": "curve"}, "not of the kind rsa"),
    "locked": ({}, {"kind": "rsa", "password": b"x"}, "locked with a password"),
    "open": ({}, {"kind": "rsa", "mode": 0o644}, "open to other users"),
    "no key": ({"dkim_rsa_key": "case.toml"}, {"chmod": "case.toml"}, "not a private key in PEM"),
    "no selector": ({"dkim_rsa_selector": ""}, {"kind": "rsa"}, "dkim_rsa_selector is empty"),
    "strange selector": ({"dkim_rsa_selector": "s1; x"}, {"kind": "rsa"}, "dkim_rsa_selector is not a name of DNS"),
    "no domain": ({"dkim_domain": ""}, {"kind": "rsa"}, "dkim_domain is empty"),
    "only a domain": ({"dkim_rsa_selector": "", "dkim_rsa_key": ""}, {}, "dkim_domain is set but no key"),
    "another domain": ({"dkim_domain": "other.example"}, {"kind": "rsa"}, "receivers that check DMARC"),
    "no link": ({"unsubscribe": "http://m.example"}, {"kind": "rsa"}, "not an https address"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_key_or_setting_that_cannot_be_used_is_one_line_and_leaves_nothing(
    new_case: NewCase, tmp_path: Path, wrong: str
) -> None:
    changed, key, said = WRONG[wrong]
    case = mail_case(new_case, [by_email(1)], **RSA | changed)
    if "kind" in key:
        put_key(case, **key)
    if "chmod" in key:
        (case.path / key["chmod"]).chmod(0o600)
    with pytest.raises(SettingError, match=said) as caught:
        notices.export(case, tmp_path / "mail")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "mail").exists()


def test_without_a_key_messages_are_not_signed_and_one_line_says_so(new_case: NewCase, tmp_path: Path) -> None:
    case = mail_case(new_case, [by_email(1)])
    assert "not signed" in notices.export(case, tmp_path / "mail").signed
    assert not (tmp_path / "mail" / "dkim.txt").exists()
    assert all(b"DKIM" not in message for message in raw_messages(tmp_path / "mail").values())


def test_the_keys_of_the_case_sign_every_message(new_case: NewCase, tmp_path: Path) -> None:
    case = mail_case(new_case, [by_email(1), by_email(2, language="es")], **BOTH)
    signers = [
        Signer("meridian.example", "s1", put_key(case, "rsa")),
        Signer("meridian.example", "e1", put_key(case, "ed25519")),
    ]
    exported = notices.export(case, tmp_path / "mail")
    messages = raw_messages(tmp_path / "mail").values()
    assert len(messages) == 2
    assert all(signed_by(message, keys(*signers)) for message in messages)
    assert "rsa-sha256 (s1._domainkey.meridian.example) and ed25519-sha256" in exported.signed
    records = (tmp_path / "mail" / "dkim.txt").read_text()
    assert records.replace('" "', "").count(signers[0].record()) == 1
    assert signers[1].record() in records
