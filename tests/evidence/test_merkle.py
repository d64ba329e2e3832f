"""The Merkle tree against RFC 6962 and against a slow tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.evidence.merkle import EMPTY_ROOT, Tree, inclusion_proof, leaf_hash, node_hash, root_from_proof

ENTRIES = st.lists(st.binary(max_size=20), min_size=1, max_size=40)


def slow_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


def test_the_roots_are_those_of_the_public_test_vectors() -> None:
    inputs = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43"]
    tree = Tree(leaf_hash(entry) for entry in inputs[:3])
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root().hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@given(ENTRIES)
def test_the_growing_tree_has_the_root_of_the_definition(entries: list[bytes]) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    assert Tree(leaves).root() == slow_root(leaves)


@given(ENTRIES, st.data())
def test_every_entry_can_be_proved_and_no_other(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(index, leaves)
    root = Tree(leaves).root()
    assert root_from_proof(index, len(leaves), leaves[index], proof) == root
    assert root_from_proof(index, len(leaves), leaf_hash(b"another" * 4), proof) != root


def test_a_proof_of_the_wrong_length_is_refused() -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(5)]
    proof = inclusion_proof(1, leaves)
    with pytest.raises(ValueError, match="too short"):
        root_from_proof(1, 5, leaves[1], proof[:-1])
    with pytest.raises(ValueError, match="too long"):
        root_from_proof(1, 5, leaves[1], [*proof, leaves[0]])
    with pytest.raises(IndexError):
        inclusion_proof(5, leaves)
