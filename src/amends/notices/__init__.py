"""notices: the right words to every person, exactly.

Who is owed what, over which channel, to whom and in which language; and the finished text of every letter and e-mail,
each statement of it compared with the tables before anything is committed. Sending them is another verb.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from amends.case import Balance, Case, Outcome
from amends.engine import Engine, open_engine, script
from amends.errors import TableError
from amends.notices.content import Demand, contacts
from amends.notices.disclosure import DisclosureError, require_silence
from amends.notices.element_lists import in_words, read_back
from amends.notices.export import export, export_letter
from amends.notices.facts import Facts
from amends.notices.mail import FILES, check, pieces, prepare, rendered
from amends.notices.proofs import approve, write_proofs
from amends.notices.texts import TemplateError, languages
from amends.notices.variants import Variants, build, listing

__all__ = [
    "DisclosureError",
    "TemplateError",
    "approve",
    "export",
    "export_letter",
    "in_words",
    "read_back",
    "run",
    "write_proofs",
]

SQL: Final = script(__package__, "plan.sql")
_SENTENCES: Final = {
    "substitute": "people can only be reached by substitute notice (page and media)",
    "only_email": "of them have an e-mail address that may be used as a courtesy, not as lawful notice",
    "no_residence": "people of unknown residence would be owed a notice in some state: they get a first notice",
    "other_language": "notices are in English because the wished language has no text yet",
    "no_code": "notices make no offer because protect gave these people no code",
    "several_codes": "people have more than one code: the notice states the first product's",
    "hostile": "people have a control character in a name or address: it is printed as a space",
}


def run(case: Case) -> Outcome:
    """Plan a notice for every person and write the text of every letter and e-mail.

    Reads: persons, duties, codes. Writes: notices, pieces, and the outputs mail/letters.parquet, mail/emails.parquet
    and mail/variants.parquet. First and courtesy notices only: a supplementary notice depends on what was sent.
    Raises `SettingError` when the notices cannot be dated or signed, `TemplateError` naming template and slot, and
    `EvidenceError` when a finished text does not say what the tables say.
    """
    step = case.step(
        "notices",
        reads=("persons", "duties", "codes"),
        writes=("notices", "pieces"),
        settings=("incident", "organisation", "policy"),
    )
    if step.done:
        return step.outcome
    with step, open_engine(case) as db:
        for table in ("persons", "duties", "codes"):
            db.attach(table)
        plan(db, courtesy=case.settings.policy.courtesy_notices)
        counts = db.fetch(SQL["counts"]).to_pylist()[0]
        facts = Facts(
            case.settings.organisation,
            case.settings.incident,
            case.mail_date,
            counts["people"] - counts["nothing_taken"],
        )
        variants = write_variants(db, facts)
        require_silence(variants.by_name.values(), case.settings.policy.withheld)
        prepare(db, variants)
        written = sum(step.write_output(file, rendered(db, step, channel)) for channel, file in FILES.items())
        check(db, step)
        step.write_output("mail/variants.parquet", listing(variants.by_name.values()))
        step.write("notices", db.stream(SQL["notices"]))
        step.write("pieces", pieces(db))
        return step.commit(balances=_balances(counts, written), findings=_findings(db, counts, variants))


def plan(db: Engine, *, courtesy: bool) -> None:
    """Make the temporary table `plan`, one row a person, from the views persons, duties and codes.

    Raises `TableError` when a person has an element that the vocabulary does not have.
    """
    db.add("languages", pa.table({"language": list(languages())}))
    for statement in ("make_clean", "make_hostile", "make_profiles"):
        db.run(SQL[statement])
    _require_known_elements(db)
    for statement in ("make_owed", "make_contents", "make_offers"):
        db.run(SQL[statement])
    db.run(SQL["make_plan"], courtesy=courtesy)


def write_variants(db: Engine, facts: Facts) -> Variants:
    """Compose the variants that `plan` needs and make the view `form_variants`."""
    demands = {
        row["content"]: Demand(row["jurisdiction"], tuple(row["required"]), tuple(row["prohibited"]))
        for row in db.fetch(SQL["contents"]).to_pylist()
    }
    variants = build(db.fetch(SQL["forms"]).to_pylist(), demands, facts)
    db.add("form_variants", variants.of_form)
    return variants


def _require_known_elements(db: Engine) -> None:
    masks = db.fetch("select distinct elements from profiles").column("elements").to_pylist()
    try:
        for mask in masks:
            in_words(mask, "en")
    except ValueError as error:
        raise TableError(str(error), where="table persons", mend="run `amends people` with this version") from error


def _balances(counts: Mapping[str, Any], written: int) -> list[Balance]:
    noticed = {name: counts[name] for name in ("letters", "emails", "substitute")}
    why_not = {"nothing of theirs was taken": counts["nothing_taken"], "no notice owed": counts["not_owed"]}
    return [
        Balance("persons", counts["people"], {**noticed, **why_not}),
        Balance(
            "notices",
            sum(noticed.values()),
            {"first": counts["first_notices"], "courtesy": counts["courtesy"]},
        ),
        Balance("pieces", counts["letters"] + counts["emails"], {"written, read back and found true": written}),
    ]


def _findings(db: Engine, counts: Mapping[str, Any], variants: Variants) -> list[str]:
    found = [
        f"a law demands {token} and the text does not meet it: {people} notices"
        for token, people in sorted(variants.gaps.items())
    ]
    found += [
        f"{slot} is not set in case.toml: the line that states it is left out of {people} notices"
        for slot, people in sorted(variants.missing.items())
    ]
    found += [
        f"the office of {office} in contacts.yaml was not seen in a source in every part: confirm it before mailing"
        for office in sorted({variant.content.office or "" for variant in variants.by_name.values()} - {""})
        if "memory" in contacts()["states"][office]["seen"]
    ]
    found += [
        f"{row['notices']} notices must not go out before {row['day'].isoformat()}"
        for row in db.fetch(SQL["embargoes"]).to_pylist()
    ]
    return found + [f"{counts[key]} {sentence}" for key, sentence in _SENTENCES.items() if counts[key]]
