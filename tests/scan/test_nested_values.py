"""What is told to be JSON can be read as JSON, and only that; what PHP serialised becomes JSON or, broken, a text."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.values.nested import is_json
from amends.scan.values.serialised import DEEPEST, is_serialised, serialised_as_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def told(text: str) -> bool:
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    return bool(is_json(data, 0, len(data)))


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", min_size=4, max_size=5), VALUES, min_size=1, max_size=3), st.booleans())
def test_an_object_is_json(value: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert told(text) == ("\\u0000" not in text)


@settings(deadline=None)
@given(st.text('{}[]":,01.-eu\\ntrl ', min_size=7, max_size=30))
def test_what_is_told_to_be_json_can_be_read(text: str) -> None:
    if told("{" + text + "}"):
        json.loads("{" + text + "}")


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", min_size=4), VALUES, min_size=1, max_size=2), st.integers(1, 5))
def test_what_breaks_off_is_no_json(value: dict[str, object], missing: int) -> None:
    assert not told(json.dumps(value)[:-missing])


TEXTS = st.text('ab"\\{};:é ', max_size=6)
ARRAYS = st.recursive(TEXTS, lambda inner: st.dictionaries(TEXTS, inner, min_size=1, max_size=3), max_leaves=5).filter(
    lambda value: isinstance(value, dict)
)


def serialised(value: object) -> bytes:
    if isinstance(value, dict):
        inside = b"".join(serialised(key) + serialised(one) for key, one in value.items())
        return b"a:%d:{%s}" % (len(value), inside)
    text = str(value).encode()
    return b's:%d:"%s";' % (len(text), text)


def as_json(text: bytes) -> object:
    data = np.frombuffer(text, np.uint8)
    out = np.zeros(2 * len(text) + 16, np.uint8)
    used = serialised_as_json(data, 0, len(data), np.empty(DEEPEST + 1, np.int64), out)
    return json.loads(out[:used].tobytes().decode("utf-8", "replace"))


@settings(deadline=None)
@given(ARRAYS)
def test_what_php_serialised_becomes_json(value: object) -> None:
    text = serialised(value)
    assert is_serialised(np.frombuffer(text, np.uint8), 0, len(text))
    assert as_json(text) == value


@settings(deadline=None)
@given(ARRAYS, st.integers(0, 200), st.sampled_from(b'0a:;{}"sN'))
def test_what_is_broken_stays_a_text(value: object, place: int, byte: int) -> None:
    text = bytearray(serialised(value))
    text[place % len(text)] = byte
    assert isinstance(as_json(bytes(text)), dict)
    assert as_json(b'a:2:{s:3:"ssn";') == {"text": 'a:2:{s:3:"ssn";'}
