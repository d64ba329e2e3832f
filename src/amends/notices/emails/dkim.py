"""DKIM: a message signed with RSA-2048 or Ed25519 (RFC 6376, 8463, 8301), relaxed headers over a simple body.

The bodies are quoted-printable and end in one line end, so the simple form of a body is the body itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amends.errors import SettingError

SIGNED: Final = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
_SPACE: Final = re.compile(rb"(?:\r\n)?[ \t]+")
_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = hashes.SHA256()
_FOLD: Final = 72


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: domain, selector and private key. Raises `SettingError` for an RSA key below 2,048 bits (RFC 8301)."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

    def __post_init__(self) -> None:
        """Refuse a weak key."""
        if isinstance(self.key, rsa.RSAPrivateKey) and self.key.key_size < 2048:
            raise SettingError("the DKIM key is shorter than 2,048 bits", where="notices, e-mail")

    def sign(self, message: bytes) -> bytes:
        """The message with its signature in front."""
        head, _, body = message.partition(b"\r\n\r\n")
        digest = base64.b64encode(hashlib.sha256(body).digest())
        signature = b"v=1; a=%b; c=relaxed/simple; d=%b; s=%b;\r\n h=%b;\r\n bh=%b;\r\n b=" % (
            b"rsa-sha256" if isinstance(self.key, rsa.RSAPrivateKey) else b"ed25519-sha256",
            self.domain.encode(),
            self.selector.encode(),
            ":".join(SIGNED).encode(),
            digest,
        )
        signed = relaxed(head) + b"dkim-signature:" + _SPACE.sub(b" ", signature)
        return b"DKIM-Signature: " + signature + _folded(base64.b64encode(self._sealed(signed))) + b"\r\n" + message

    def record(self) -> str:
        """The text that the domain must publish at <selector>._domainkey."""
        public = self.key.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return f"v=DKIM1; k=ed25519; p={base64.b64encode(public.public_bytes_raw()).decode()}"
        plain = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(plain).decode()}"

    def _sealed(self, signed: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(signed, _PKCS1, _SHA256)
        return self.key.sign(hashlib.sha256(signed).digest())


def relaxed(head: bytes) -> bytes:
    """The signed headers in relaxed form, in the order of `SIGNED` (RFC 6376, 3.4.2)."""
    found = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        found[name.lower().decode("latin-1")] = _SPACE.sub(b" ", value).strip()
    return b"".join(b"%b:%b\r\n" % (name.encode(), found[name]) for name in SIGNED)


def _folded(text: bytes) -> bytes:
    return b"\r\n ".join(text[start : start + _FOLD] for start in range(0, len(text), _FOLD))
