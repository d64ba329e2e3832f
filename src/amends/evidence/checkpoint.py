"""A checkpoint: the signed head of the log, as a C2SP `tlog-checkpoint` in a signed note with Ed25519.

The note is text: origin, tree size, base64 root, an empty line, and one signature line
`— <name> <base64(key id || signature)>`. The verifier key is the note format's `<name>+<key id>+<base64(0x01 || key)>`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amends.errors import EvidenceError

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, number of entries and root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


class Signer:
    """Signs checkpoints with the Ed25519 key of a 32-byte seed, under a name without spaces or plus signs."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._id = _key_id(name, public)
        self.verifier_key = f"{name}+{self._id.hex()}+{base64.b64encode(_ED25519 + public).decode()}"

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The signed note."""
        body = checkpoint.body()
        signature = base64.b64encode(self._id + self._key.sign(body)).decode()
        return body + f"\n— {self.name} {signature}\n".encode()


def verify_note(note: bytes, verifier_key: bytes) -> Checkpoint:
    """The checkpoint of a signed note. Raises `EvidenceError` when note, key or signature is not exactly right."""
    name, key_id, public = _parse_key(verifier_key)
    body, _, tail = note.partition(b"\n\n")
    body += b"\n"
    line = b"\xe2\x80\x94 " + name + b" "
    if not tail.startswith(line) or not tail.endswith(b"\n"):
        raise EvidenceError("the checkpoint is not a signed note by this log's key", where="evidence/checkpoint")
    try:
        blob = base64.b64decode(tail[len(line) : -1], validate=True)
        if base64.b64encode(blob) != tail[len(line) : -1] or blob[:4] != key_id:
            raise EvidenceError("the checkpoint is signed by another key", where="evidence/checkpoint")
        public.verify(blob[4:], body)
        origin, size, root = body.decode().splitlines()
        return Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise EvidenceError("the checkpoint's signature does not verify", where="evidence/checkpoint") from error


def _parse_key(text: bytes) -> tuple[bytes, bytes, Ed25519PublicKey]:
    try:
        name, key_id, blob = text.strip().split(b"+", 2)
        raw = base64.b64decode(blob, validate=True)
        canonical = b"+".join((name, key_id, base64.b64encode(raw))) + b"\n"
        if text != canonical or raw[:1] != _ED25519 or _key_id(name.decode(), raw[1:]).hex().encode() != key_id:
            raise ValueError("key id")
        return name, bytes.fromhex(key_id.decode()), Ed25519PublicKey.from_public_bytes(raw[1:])
    except (ValueError, binascii.Error) as error:
        raise EvidenceError("the verifier key is damaged", where="evidence/key.pub") from error


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
