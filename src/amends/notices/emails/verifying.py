"""Signatures verified as a receiver does it (RFC 6376, section 6), from the message alone and the public keys.

It shares no code with what signs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey
Keys = Mapping[tuple[str, str], PublicKey]
"""The public key of each domain and selector."""

_HEADERS: Final = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_SIGNATURE: Final = re.compile(rb"=.*", re.DOTALL)
_SPACE: Final = re.compile(rb"[ \t\r\n]+")
_MUST: Final = frozenset({b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"})


def signed_by(message: bytes, keys: Keys) -> bool:
    """Whether a message has exactly one good signature for each key, over all its headers and its whole body."""
    head, _, body = message.partition(b"\r\n\r\n")
    headers = [(name.lower(), value) for name, value in _HEADERS.findall(head + b"\r\n")]
    signatures = [value for name, value in headers if name == b"dkim-signature"]
    others = [one for one in headers if one[0] != b"dkim-signature"]
    digest = base64.b64encode(hashlib.sha256(body).digest())
    found = [_signer(value, others, digest, keys) for value in signatures]
    return None not in found and len(set(found)) == len(found) == len(keys)


def _signer(value: bytes, headers: list[tuple[bytes, bytes]], digest: bytes, keys: Keys) -> tuple[str, str] | None:
    """The domain and selector of a good signature, or None."""
    tags = {name.strip(): _SPACE.sub(b"", rest) for name, _, rest in (tag.partition(b"=") for tag in value.split(b";"))}
    who = (tags.get(b"d", b"").decode("latin-1"), tags.get(b"s", b"").decode("latin-1"))
    names = tags.get(b"h", b"").lower().split(b":")
    key = keys.get(who)
    if (
        key is None
        or tags.get(b"bh") != digest
        or tags.get(b"c") != b"relaxed/simple"
        or b"l" in tags
        or not set(names) >= _MUST
        or {name for name, _ in headers} - set(names)
    ):
        return None
    signed = _relaxed(names, headers) + b"dkim-signature:" + _without_signature(value)
    try:
        _verify(key, base64.b64decode(tags.get(b"b", b""), validate=True), signed)
    except (InvalidSignature, binascii.Error):
        return None
    return who


def _relaxed(names: list[bytes], headers: list[tuple[bytes, bytes]]) -> bytes:
    """The headers that are signed, the last of a name first; a name without one left is nothing (RFC 6376, 5.4.2)."""
    left: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        left.setdefault(name, []).append(value)
    chosen = [(name, left[name].pop()) for name in names if left.get(name)]
    return b"".join(b"%b:%b\r\n" % (name, _SPACE.sub(b" ", value).strip()) for name, value in chosen)


def _without_signature(value: bytes) -> bytes:
    """The signature header in relaxed form with an empty signature."""
    tags = [_SIGNATURE.sub(b"=", tag) if tag.lstrip().startswith(b"b=") else tag for tag in value.split(b";")]
    return _SPACE.sub(b" ", b";".join(tags)).strip()


def _verify(key: PublicKey, signature: bytes, signed: bytes) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    else:
        key.verify(signature, hashlib.sha256(signed).digest())
