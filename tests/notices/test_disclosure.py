"""What a notice must not say: withheld facts, prohibited content, words that nobody approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from amends import notices
from amends.case import Case
from amends.errors import EvidenceError
from amends.notices import content, texts
from amends.notices.disclosure import DisclosureError
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables

NewCase = Callable[..., Case]
MASSACHUSETTS = {"jurisdiction": "US-MA", "region": "MA", "postcode": "02108", "city": "Boston"}


def made(new_case: NewCase, *people: dict[str, Any], **given: Any) -> Case:
    return new_case(tables=tables(list(people)), organisation=ORGANISATION, incident=INCIDENT, **given)


@pytest.mark.parametrize("secret", ["got into OUR computer\n systems", "1-800-555-0100", "August 12, 2021"])
def test_a_withheld_fact_stops_the_run_and_is_not_repeated(new_case: NewCase, secret: str) -> None:
    case = made(new_case, person(1), policy={"withheld": ["not in any text", secret]})
    with pytest.raises(DisclosureError, match=r"entry 2 of policy\.withheld stands in variant letter") as caught:
        notices.run(case)
    assert secret not in str(caught.value)
    assert case.outcome("notices") is None


def test_a_withheld_fact_that_no_text_states_stops_nothing(new_case: NewCase) -> None:
    notices.run(made(new_case, person(1), policy={"withheld": ["lab router", "our computer sys"]}))


def test_prohibited_content_that_slips_into_a_template_stops_the_run(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    language = texts.languages()["en"]
    leaked = language.blocks["what_happened"]
    words = leaked if isinstance(leaked, str) else next(iter(leaked.values()))
    monkeypatch.setitem(language.blocks, "doing", words)
    with pytest.raises(DisclosureError, match="block what_happened, which its law prohibits"):
        notices.run(made(new_case, person(1, **MASSACHUSETTS)))
    assert "what_happened" in content.prohibitions()["nature_of_breach"]


def planted(new_case: NewCase, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[pa.Array], pa.Array]) -> None:
    original = notices.rendered

    def spoiled(*given: Any) -> pa.RecordBatchReader:
        table = original(*given).read_all()
        table = table.set_column(5, "text", spoil(table.column("text")))
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())

    monkeypatch.setattr(notices, "rendered", spoiled)
    notices.run(made(new_case, person(1, **MASSACHUSETTS), person(2, language="es")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What We Are Doing", "Someone copied files. What We Are Doing"),
        ("Sincerely,", "Atentamente,"),
        ("1-800-555-0100", "1-900-555-0100"),
        ("Police", "Pol"),
        ("You can freeze your credit.", ""),
        ("Aviso de", "Notice of"),
    ],
)
def test_changed_fixed_words_of_a_finished_text_stop_the_run(
    new_case: NewCase, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    if old == "Police":
        old, new = "your local police", "the police"
    with pytest.raises(EvidenceError, match=r"pieces do not say what the tables say: fixed words"):
        planted(new_case, monkeypatch, lambda text: pc.replace_substring(text, old, new))
