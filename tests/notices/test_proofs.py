"""Proofs: what counsel reads, and that nothing goes out before it is approved."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from amends import notices
from amends.case import Case
from amends.errors import CaseError
from amends.notices.proofs import approved
from tests.notices.people_who_lost import INCIDENT, ORGANISATION, person, tables
from tests.notices.test_run import EMAIL

NewCase = Callable[..., Case]


@pytest.fixture
def case(new_case: NewCase) -> Case:
    people = [person(1), person(2, language="es"), person(3, **EMAIL), person(4, deceased=True)]
    made = new_case(tables=tables(people), organisation=ORGANISATION, incident=INCIDENT, engine={"threads": 2})
    notices.run(made)
    return made


def names(case: Case) -> list[str]:
    return sorted(row["variant"] for row in case.output("mail/variants.parquet").to_table().to_pylist())


def public(case: Case) -> list[str]:
    return [row["variant"] for row in case.output("channels/texts.parquet").to_table().to_pylist()]


def test_each_variant_has_a_proof_with_its_whole_text(case: Case, tmp_path: Path) -> None:
    assert notices.write_proofs(case, tmp_path / "proofs") == 4 + len(public(case))
    for row in case.output("mail/variants.parquet").to_table().to_pylist():
        if row["channel"] == "letter":
            document = pdfium.PdfDocument(tmp_path / "proofs" / f"proof_{row['variant']}.pdf")
            said = " ".join(page.get_textpage().get_text_bounded() for page in document)
            document.close()
        else:
            message = email.message_from_bytes(
                (tmp_path / "proofs" / f"proof_{row['variant']}.eml").read_bytes(), policy=email.policy.default
            )
            said = message.get_body(("plain",)).get_content()
        fixed = [word for word in row["text"].split() if "{" not in word]
        assert not set(fixed) - set(said.split())
        assert "[elements]" in said


def test_nothing_goes_out_before_every_proof_is_approved(case: Case, tmp_path: Path) -> None:
    first, *others = names(case)
    with pytest.raises(CaseError, match=f"{first} is not approved, nor of 3 more"):
        notices.export(case, tmp_path / "mail")
    assert not (tmp_path / "mail").exists()
    assert notices.approve(case, others) == 3
    with pytest.raises(CaseError, match=f"{first} is not approved, nor of 0 more"):
        notices.export(case, tmp_path / "mail")
    assert notices.approve(case, ["all"]) == 1 + len(public(case))
    assert notices.export(case, tmp_path / "mail").pieces == 4


def test_an_approval_does_not_hold_for_other_words(case: Case, new_case: NewCase) -> None:
    notices.approve(case, ["all"])
    assert approved(case) == {*names(case), *public(case)}
    changed = new_case(
        tables=tables([person(1)]), organisation=ORGANISATION | {"phone": "1-800-555-0199"}, incident=INCIDENT
    )
    notices.run(changed)
    assert not approved(changed)
    assert not set(names(changed)) & set(names(case))


def test_a_name_that_is_no_variant_is_refused(case: Case) -> None:
    with pytest.raises(CaseError, match="no variant has this name"):
        notices.approve(case, ["letter-nobody"])
