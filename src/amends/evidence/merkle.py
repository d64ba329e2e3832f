"""The Merkle tree of RFC 6962 (section 2.1) over the entries of the log.

Leaf hash: SHA-256(0x00 || entry); node hash: SHA-256(0x01 || left || right). The right edge of the tree is kept as a
list of perfect subtrees, so that appending costs O(log n) and the root of n entries never needs the entries again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps only its perfect subtrees: (height, hash), tallest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash on the right."""
        height, value = 0, leaf
        while self._edge and self._edge[-1][0] == height:
            value = node_hash(self._edge.pop()[1], value)
            height += 1
        self._edge.append((height, value))
        self.size += 1

    def root(self) -> bytes:
        """The tree head: 32 bytes; the hash of nothing for an empty tree."""
        if not self._edge:
            return EMPTY_ROOT
        value = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            value = node_hash(left, value)
        return value


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The audit path of leaf `index` (RFC 6962, section 2.1.1). Raises `IndexError` outside 0 … len - 1."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), Tree(leaves[split:]).root()]
    return [*inclusion_proof(index - split, leaves[split:]), Tree(leaves[:split]).root()]


def root_from_proof(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to (RFC 9162, section 2.1.3.2); compare it with the checkpoint's.

    Raises `ValueError` when the path cannot belong to that index and size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    node, last, value = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ValueError("the audit path is too long")
        if node & 1 or node == last:
            value = node_hash(step, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, step)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the audit path is too short")
    return value
