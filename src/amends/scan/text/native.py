"""How the functions of the text kernel are compiled.

They own no memory: every array belongs to the caller. So numba need not count references, which it otherwise does
atomically at every call between compiled functions, and which costs a kernel of small functions more than its work.
"""

from __future__ import annotations

from numba import njit

native = njit(cache=True, nogil=True, _nrt=False)
