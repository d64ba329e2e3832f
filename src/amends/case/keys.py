"""The case key: one 256-bit key from which every other key of the case is derived.

It comes from the environment (`AMENDS_KEY`, base64 or hexadecimal) or from a key file that `amends new` makes with
mode 600. `case.toml` holds a check value by which a wrong key is told apart from damaged data.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from amends.errors import CaseKeyError
from amends.evidence.files import replace_file

KEY_BYTES = 32
ENVIRONMENT = "AMENDS_KEY"


class CaseKey:
    """The key of one case. Its bytes never leave this object except as derived secrets."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise CaseKeyError(f"the case key has {len(key)} bytes, not {KEY_BYTES}", mend=f"set {ENVIRONMENT} again")
        self._key = key

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, by HKDF-Expand with SHA-256 (RFC 5869, section 2.3)."""
        return HKDFExpand(SHA256(), KEY_BYTES, b"amends " + purpose.encode()).derive(self._key)

    @property
    def check(self) -> str:
        """The check value that `case.toml` holds."""
        return self.secret("key check")[:8].hex()

    def require(self, check: str) -> None:
        """Raise `CaseKeyError` unless this key belongs to the check value."""
        if not hmac.compare_digest(self.check, check):
            raise CaseKeyError(
                "the case key does not open this case", mend=f"set {ENVIRONMENT} or the key file to this case's key"
            )


def key_from_environment() -> CaseKey | None:
    """The key in `AMENDS_KEY`, or None when it is not set. Raises `CaseKeyError` when it cannot be read."""
    text = os.environ.get(ENVIRONMENT, "")
    return _decode(text, f"environment variable {ENVIRONMENT}") if text else None


def read_key_file(path: Path) -> CaseKey:
    """The key in a key file. Raises `CaseKeyError` when it is missing, open to others, or not a key."""
    try:
        text = path.read_text(encoding="ascii")
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise CaseKeyError(
            "the case key is missing", where=path.name, mend=f"set {ENVIRONMENT} or put the key file back"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseKeyError(
            "the key file cannot be read", where=path.name, mend="check the file and its rights"
        ) from error
    if mode & 0o077:
        raise CaseKeyError("the key file is open to other users", where=path.name, mend=f"chmod 600 {path.name}")
    return _decode(text, path.name)


def make_key_file(path: Path) -> CaseKey:
    """Make a new random key and write it with mode 600."""
    key = secrets.token_bytes(KEY_BYTES)
    replace_file(path, base64.b64encode(key) + b"\n", mode=0o600)
    return CaseKey(key)


def _decode(text: str, where: str) -> CaseKey:
    text = text.strip()
    try:
        if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
            return CaseKey(bytes.fromhex(text))
        return CaseKey(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, CaseKeyError) as error:
        raise CaseKeyError(
            "the case key is not 32 bytes in base64 or hexadecimal", where=where, mend="set it to the key of this case"
        ) from error
