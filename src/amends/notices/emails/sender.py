"""Who sends the messages of a case: name, address, date, keys that sign, all from `case.toml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from amends.case import Case
from amends.errors import SettingError
from amends.notices.emails.dkim import PrivateKey, Signer
from amends.notices.emails.messages import Envelope
from amends.notices.emails.verifying import Keys

_LABELS: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
_ADDRESS: Final = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABELS}")
_LINK: Final = re.compile(r"https://[!-;=?-~]+")
_MAKE: Final = {
    "rsa": "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE",
    "ed25519": "openssl genpkey -algorithm ED25519 -out FILE",
}
_KINDS: Final[dict[str, type[rsa.RSAPrivateKey] | type[ed25519.Ed25519PrivateKey]]] = {
    "rsa": rsa.RSAPrivateKey,
    "ed25519": ed25519.Ed25519PrivateKey,
}


@dataclass(frozen=True, slots=True)
class Sender:
    """What every message says of its sender, the keys that sign, and the secret of message ids."""

    name: str
    address: str
    date: datetime
    signers: Sequence[Signer]
    leave: str
    secret: bytes

    @property
    def domain(self) -> str:
        """The right side of message ids."""
        return self.address.rpartition("@")[2]

    def envelope(self, kind: str, subject: str, language: str) -> Envelope:
        """The envelope of a variant. Only a courtesy notice can be left: the law requires the others."""
        leave = self.leave if kind == "courtesy" else ""
        return Envelope(self.name, self.address, subject, language, self.date, leave, bool(leave and self.signers))

    def keys(self) -> Keys:
        """The public keys."""
        return {(signer.domain, signer.selector): signer.key.public_key() for signer in self.signers}

    def said(self) -> str:
        """One line on how the messages are signed."""
        if not self.signers:
            return "the e-mails are not signed: no DKIM key is named in case.toml, section notices"
        ways = " and ".join(f"{one.algorithm} ({one.selector}._domainkey.{one.domain})" for one in self.signers)
        return f"the e-mails are signed: {ways}"

    def records(self) -> str:
        """The DNS records that receivers look up, one a line; texts in pieces of at most 255 (RFC 1035, 3.3.14)."""
        lines = []
        for one in self.signers:
            text = one.record()
            pieces = " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))
            lines.append(f"{one.selector}._domainkey.{one.domain}. IN TXT ( {pieces} )\n")
        return "".join(lines)


def sender_of(case: Case) -> Sender:
    """The sender of a case's e-mails, dated noon UTC of the day of the notices: that day on nearly every clock.

    Raises `SettingError` for an address, key or setting that cannot be used.
    """
    us, ours = case.settings.organisation, case.settings.notices
    if not _ADDRESS.fullmatch(us.email):
        raise SettingError(
            "organisation.email is not an address that e-mails can come from"
            if us.email
            else "organisation.email is empty",
            where="case.toml",
            mend="some notices go by e-mail: set it, such as notice@example.org",
        )
    if ours.unsubscribe and not _LINK.fullmatch(ours.unsubscribe):
        raise SettingError("notices.unsubscribe is not an https address", where="case.toml", mend="see docs/case.md")
    signers = _signers(case)
    domain = us.email.rpartition("@")[2].lower()
    for signer in signers:
        if not (
            f".{domain}".endswith(f".{signer.domain.lower()}") or f".{signer.domain.lower()}".endswith(f".{domain}")
        ):
            raise SettingError(
                "notices.dkim_domain is another domain than that of organisation.email: receivers that check DMARC"
                " would refuse the e-mails",
                where="case.toml",
                mend="sign with a key of the domain in organisation.email",
            )
    date = datetime.combine(case.mail_date, time(12), UTC)
    return Sender(us.name, us.email, date, signers, ours.unsubscribe, case.secret("message ids"))


def _signers(case: Case) -> tuple[Signer, ...]:
    ours = case.settings.notices
    given = {
        "rsa": (ours.dkim_rsa_selector, ours.dkim_rsa_key),
        "ed25519": (ours.dkim_ed25519_selector, ours.dkim_ed25519_key),
    }
    found = []
    for kind, (selector, file) in given.items():
        if not selector and not file:
            continue
        for name, value in (("domain", ours.dkim_domain), (f"{kind}_selector", selector), (f"{kind}_key", file)):
            if not value or (name != f"{kind}_key" and not re.fullmatch(_LABELS, value)):
                raise SettingError(
                    f"notices.dkim_{name} is {'not a name of DNS' if value else 'empty'}",
                    where="case.toml",
                    mend=f"to sign, set dkim_domain, dkim_{kind}_selector and dkim_{kind}_key",
                )
        found.append(Signer(ours.dkim_domain, selector, _key(case.path / file, kind)))
    if ours.dkim_domain and not found:
        raise SettingError(
            "notices.dkim_domain is set but no key", where="case.toml", mend="set dkim_rsa_key and dkim_rsa_selector"
        )
    if len({signer.selector for signer in found}) < len(found):
        raise SettingError("both DKIM keys have one selector", where="case.toml", mend="give each one of its own")
    return tuple(found)


def _key(path: Path, kind: str) -> PrivateKey:
    where = f"case.toml, notices.dkim_{kind}_key"
    try:
        content = path.read_bytes()
        open_to = path.stat().st_mode & 0o077
    except OSError as error:
        raise SettingError(
            "the DKIM key cannot be read", where=where, mend="name its file, from the case folder"
        ) from error
    if open_to:
        raise SettingError("the DKIM key is open to other users", where=where, mend="chmod 600 its file")
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError as error:
        raise SettingError(
            "the DKIM key is locked with a password",
            where=where,
            mend="unlock it on the encrypted volume: `openssl pkey -in FILE -out NEW`",
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingError(
            "the file is not a private key in PEM", where=where, mend=f"make one: `{_MAKE[kind]}`"
        ) from error
    if not isinstance(key, _KINDS[kind]):
        raise SettingError(f"the key is not of the kind {kind}", where=where, mend=f"make one: `{_MAKE[kind]}`")
    return key
