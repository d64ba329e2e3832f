"""What is told to be JSON can be read as JSON, and only that."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amends.scan.values.nested import is_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def told(text: str) -> bool:
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    return bool(is_json(data, 0, len(data)))


@given(st.dictionaries(st.text("abc", min_size=4, max_size=5), VALUES, min_size=1, max_size=3), st.booleans())
def test_an_object_is_json(value: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert told(text) == ("\\u0000" not in text)


@given(st.text('{}[]":,01.-eu\\ntrl ', min_size=7, max_size=30))
def test_what_is_told_to_be_json_can_be_read(text: str) -> None:
    if told("{" + text + "}"):
        json.loads("{" + text + "}")


@given(st.dictionaries(st.text("abc", min_size=4), VALUES, min_size=1, max_size=2), st.integers(1, 5))
def test_what_breaks_off_is_no_json(value: dict[str, object], missing: int) -> None:
    assert not told(json.dumps(value)[:-missing])
