"""The evidence log: what was done, to which bytes, with which counts, in an order that cannot be changed later.

An RFC 6962 Merkle log of hashes and counts with an Ed25519-signed checkpoint. Knows paths and hashes, not verbs, and
holds no personal value, so that shredding a case's keys never breaks its log.
"""

from amends.evidence.checkpoint import Checkpoint, Signer
from amends.evidence.log import Log, read_entries
from amends.evidence.verification import Verification, verify

__all__ = ["Checkpoint", "Log", "Signer", "Verification", "read_entries", "verify"]
