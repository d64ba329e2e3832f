"""Names by a language model: runs where `amends[nlp]` is installed."""

from __future__ import annotations

import warnings
from importlib.util import find_spec

import numpy as np
import pytest

from amends.errors import InputError
from amends.scan.text.find import find, hits_of
from amends.scan.text.nlp import find_with_nlp, hits_with_nlp, require_model

installed = pytest.mark.skipif(find_spec("spacy") is None, reason="spaCy is not installed (amends[nlp])")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.skipif(find_spec("spacy") is not None, reason="spaCy is installed")
def test_without_the_extra_one_line_says_what_to_install() -> None:
    with pytest.raises(InputError, match="spaCy is not installed") as error:
        require_model()
    assert "amends[nlp]" in str(error.value)


@installed
def test_the_model_adds_to_what_the_rules_find_and_takes_nothing_away() -> None:
    text = "Jürgen Müller — SSN 123-45-6788 — met the new novelist Okonkwo Adeyemi near Wrocław.\n\udce9 bytes"
    ours = {(m.element, m.start, m.end) for m in find(text)}
    theirs = find_with_nlp(text)
    assert ours <= {(m.element, m.start, m.end) for m in theirs}
    assert all(text[m.start : m.end] == m.text for m in theirs)
    assert [m.start for m in theirs] == sorted(m.start for m in theirs)


@installed
def test_bytes_that_are_no_utf8_do_not_shift_what_is_found() -> None:
    data = np.frombuffer(b"\xff\xfe caf\xe9 \xf0\x9f\x98\x80 then Angela Merkel spoke with Obama yesterday", np.uint8)
    hits = hits_with_nlp(data)
    words = [bytes(data[a:b]) for a, b in zip(hits.start, hits.end, strict=True)]
    assert b"Angela Merkel" in words
    assert len(hits) >= len(hits_of(data))


@installed
def test_a_long_text_is_read_in_pieces_and_gives_the_same_twice() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = np.frombuffer(b"Angela Merkel met Barack Obama in Berlin yesterday.\n" * 900, np.uint8)
        first, second = hits_with_nlp(data), hits_with_nlp(data)
    assert len(first) >= 2700
    assert np.array_equal(first.start, second.start)
