"""DKIM: messages signed with RSA-2048 or Ed25519 (RFC 6376, 8463, 8301), relaxed headers over a simple body.

The bodies are quoted-printable and end in one line end, so the simple form of a body is the body itself. Every header
is signed; the names that a reader is shown are signed once more, so that none can be added (RFC 6376, 8.15).
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amends.errors import SettingError
from amends.notices.emails.messages import Batch
from amends.notices.emails.parts import relax

AGAIN: Final = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "mime-version", "content-type")
"""Headers signed as absent beyond those that are there."""

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
_SPACE: Final = re.compile(rb"(?:\r\n)?[ \t]+")
_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = hashes.SHA256()
_FOLD: Final = 72
_HASH: Final = 44


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: domain, selector and private key. Raises `SettingError` for an RSA key below 2,048 bits (RFC 8301)."""

    domain: str
    selector: str
    key: PrivateKey

    def __post_init__(self) -> None:
        """Refuse a weak key."""
        if isinstance(self.key, rsa.RSAPrivateKey) and self.key.key_size < 2048:
            raise SettingError(
                f"the DKIM key has {self.key.key_size:,} bits, not 2,048 (RFC 8301)",
                where="case.toml, notices.dkim_rsa_key",
                mend="make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`",
            )

    @property
    def algorithm(self) -> str:
        """The name of the way to sign (RFC 6376, 3.3; 8463, 3)."""
        return "rsa-sha256" if isinstance(self.key, rsa.RSAPrivateKey) else "ed25519-sha256"

    def record(self) -> str:
        """The text that the domain must publish at <selector>._domainkey."""
        public = self.key.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return f"v=DKIM1; k=ed25519; p={b2a_base64(public.public_bytes_raw(), newline=False).decode()}"
        plain = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={b2a_base64(plain, newline=False).decode()}"

    def seal(self, signed: bytes) -> bytes:
        """The signature of what is signed: the headers in relaxed form."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(signed, _PKCS1, _SHA256)
        return self.key.sign(hashlib.sha256(signed).digest())


@dataclass(frozen=True, slots=True)
class _Stamp:
    """The signature header of one signer around what differs: bytes before and after the hash of the body."""

    signer: Signer
    before: bytes
    after: bytes
    signed_before: bytes
    signed_after: bytes

    def header(self, heads: bytes, digest: bytes) -> bytes:
        """The whole header for a message with these relaxed headers and this hash of its body."""
        sealed = self.signer.seal(b"".join((heads, self.signed_before, digest, self.signed_after)))
        return b"".join((self.before, digest, self.after, _folded(b2a_base64(sealed, newline=False)), b"\r\n"))


@dataclass(slots=True)
class Signing:
    """The signatures on the messages of one variant, one header for each signer; `headers` are those they have."""

    signers: Sequence[Signer]
    headers: Sequence[str]
    room: int = 0
    _stamps: tuple[_Stamp, ...] = ()

    def __post_init__(self) -> None:
        """Compile the signature headers; `room` is how many bytes they take."""
        names = [name.lower() for name in self.headers]
        self._stamps = tuple(_stamp(signer, [*names, *AGAIN]) for signer in self.signers)
        self.room = sum(len(stamp.header(b"", bytes(_HASH))) for stamp in self._stamps)

    def sign(self, batch: Batch) -> None:
        """Write the signatures into the room in front of each message of a batch.

        A signature is one call of the key for each message, which takes longer than all else together.
        """
        starts, bodies, ends = batch.spans[:, 0] + self.room, batch.spans[:, 1].copy(), batch.spans[:, 2]
        heads_at = np.empty(len(starts) + 1, np.int64)
        relaxed = np.empty(int((bodies - starts).sum()), np.uint8)
        relax(batch.data, starts, bodies - 2, relaxed, heads_at)
        heads, plain = memoryview(relaxed), memoryview(batch.data)  # type: ignore[arg-type]
        places = zip(starts.tolist(), bodies.tolist(), ends.tolist(), strict=True)
        for row, (start, body, end) in enumerate(places):
            head = bytes(heads[heads_at[row] : heads_at[row + 1]])
            digest = b2a_base64(hashlib.sha256(plain[body:end]).digest(), newline=False)
            stamped = b"".join([stamp.header(head, digest) for stamp in self._stamps])
            plain[start - self.room : start] = stamped


def _stamp(signer: Signer, names: Sequence[str]) -> _Stamp:
    before = b"DKIM-Signature: v=1; a=%b; c=relaxed/simple;\r\n d=%b; s=%b;\r\n h=%b;\r\n bh=" % (
        signer.algorithm.encode(),
        signer.domain.encode(),
        signer.selector.encode(),
        _names(names),
    )
    after = b";\r\n b="
    value = before.partition(b":")[2].lstrip()
    return _Stamp(signer, before, after, b"dkim-signature:" + _SPACE.sub(b" ", value), _SPACE.sub(b" ", after))


def _names(names: Sequence[str]) -> bytes:
    lines, line = [], " h="
    for name in names:
        if len(line) + len(name) > _FOLD:
            lines.append(line)
            line = " "
        line += f"{name}:"
    return "\r\n".join([*lines, line]).removeprefix(" h=").removesuffix(":").encode()


def _folded(text: bytes) -> bytes:
    return b"\r\n ".join([text[start : start + _FOLD] for start in range(0, len(text), _FOLD)])
