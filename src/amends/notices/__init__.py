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
from amends.notices import told
from amends.notices.addresses import Contacts, make_persons, write_addresses
from amends.notices.addresses.contacts import SQL as ADDRESSES
from amends.notices.channels import write_channels
from amends.notices.channels.by_hand import export_unread, settle, settled
from amends.notices.channels.handover import export_channels
from amends.notices.content import Demand, contacts
from amends.notices.disclosure import DisclosureError, require_silence
from amends.notices.element_lists import in_words, read_back
from amends.notices.export import export, export_letter
from amends.notices.facts import Facts
from amends.notices.mail import FILES, check, pieces, prepare, rendered
from amends.notices.proofs import approve, write_proofs
from amends.notices.texts import TemplateError, languages
from amends.notices.told import take_back
from amends.notices.variants import Variants, build, listing

__all__ = [
    "DisclosureError",
    "TemplateError",
    "approve",
    "export",
    "export_channels",
    "export_letter",
    "export_unread",
    "in_words",
    "read_back",
    "run",
    "settle",
    "take_back",
    "write_addresses",
    "write_proofs",
]

SQL: Final = script(__package__, "plan.sql")
REMARKS: Final = script(__package__, "remarks.sql")
LONGEST_NAME: Final = 60
"""Characters of a name beyond which a line of a letter may be too short for it."""

LETTER_SCRIPTS: Final = r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{M}\p{N}\p{P}\p{Z}\p{Cc}\p{Cf}\p{Sc}\p{Sk}\p{Sm}]*"
"""What names and addresses are made of that the font of the letters has, for the most part."""
_SENTENCES: Final = {
    "substitute": "people can only be reached by substitute notice (page and media)",
    "only_email": "of them have an e-mail address that may be used as a courtesy, not as lawful notice",
    "no_residence": "people of unknown residence would be owed a notice in some state: they get a first notice",
    "other_language": "notices are in English because the wished language has no text yet",
    "no_code": "notices make no offer because protect gave these people no code",
    "several_codes": "people have more than one code: the notice states the first product's",
    "supplementary": "people were told before and get a supplementary notice of what was found since",
    "told_before": "people get no notice because an exported one told them everything: if it was never mailed, say so"
    " with `amends notices CASE --not-mailed NUMBER`",
}
_LOOK_AT: Final = {
    "control_character": "people have a control character in a name or address: it is printed as a space",
    "no_name": "people have no name: the notice greets a customer",
    "long_name": f"people have a name of more than {LONGEST_NAME} characters: a letter may be held back",
    "other_script": "people have a name or address in a script that letters may lack: such a letter is held back",
    "same_person": "people have the name, date of birth and address of another: two letters may go to one person",
    "told_too_much": "people were told of elements that are not theirs by what is known today: counsel must say if"
    " they are told so",
}


def run(case: Case) -> Outcome:
    """Plan a notice for every person and write the text of every letter and e-mail.

    Reads: persons, duties, codes; told and memberships where mail was exported before; files, mentions and reviews,
    where they are there, for the login banner; the files of the address service. Writes: notices, pieces, and the
    outputs mail/letters.parquet, mail/emails.parquet, mail/variants.parquet, mail/remarks.parquet,
    mail/addresses.parquet and channels/*.parquet. Raises `SettingError` when the notices cannot be dated or signed,
    `TemplateError` naming the template and slot, `InputError` naming a file of the address service, and
    `EvidenceError` when a finished text does not say what the tables say.
    """
    back, by_hand = told.withdrawn(case), settled(case)
    said = {"exports that were not mailed": back, "files that were read by hand": by_hand}
    optional = [table for table in ("files", "mentions", "reviews") if case.has(table)]
    step = case.step(
        "notices",
        reads=("persons", "duties", "codes", *optional),
        writes=("notices", "pieces"),
        inputs=[case.settings.inputs.addresses],
        settings=("incident", "organisation", "policy"),
        tools={what: ",".join(map(str, numbers)) for what, numbers in said.items() if numbers},
    )
    if step.done:
        return step.outcome
    with step, open_engine(case) as db:
        for table in ("duties", "codes", *optional):
            db.attach(table)
        for statement in ("make_clean", "make_hostile"):
            db.run(SQL[statement])
        addresses = make_persons(case, db)
        told.attach(case, db)
        plan(db, courtesy=case.settings.policy.courtesy_notices)
        counts = db.fetch(SQL["counts"]).to_pylist()[0]
        facts = _facts(case, counts)
        variants = write_variants(db, facts)
        require_silence(variants.by_name.values(), case.settings.policy.withheld)
        prepare(db, variants)
        written = sum(step.write_output(file, rendered(db, step, channel)) for channel, file in FILES.items())
        check(db, step)
        step.write_output("mail/variants.parquet", listing(variants.by_name.values()))
        channels = write_channels(db, step, facts, demands_of(db), case.settings.policy.withheld, case.has, by_hand)
        db.run(REMARKS["make_remarks"], longest=LONGEST_NAME, script=LETTER_SCRIPTS)
        step.write_output("mail/remarks.parquet", db.stream("select * from remarks"))
        step.write_output("mail/addresses.parquet", db.stream(ADDRESSES["results"]))
        step.write("notices", db.stream(SQL["notices"]))
        step.write("pieces", pieces(db))
        findings = _findings(case, db, counts, variants) + _of_addresses(addresses)
        return step.commit(
            balances=[*_balances(counts, written, addresses), *channels.balances],
            findings=[*findings, *channels.findings],
        )


def _facts(case: Case, counts: Mapping[str, Any]) -> Facts:
    people = counts["people"] - counts["nothing_taken"]
    settings = case.settings
    return Facts(settings.organisation, settings.incident, case.mail_date, people, settings.policy.delay_reason)


def plan(db: Engine, *, courtesy: bool) -> None:
    """Make the table `plan`, one row a person, from `persons`, `told_people` and the views duties and codes.

    Raises `TableError` when a person has an element that the vocabulary does not have.
    """
    db.add("languages", pa.table({"language": list(languages())}))
    db.run(SQL["make_profiles"])
    _require_known_elements(db)
    for statement in ("make_owed", "make_contents", "make_offers"):
        db.run(SQL[statement])
    db.run(SQL["make_plan"], courtesy=courtesy)


def write_variants(db: Engine, facts: Facts) -> Variants:
    """Compose the variants that `plan` needs and make the view `form_variants`."""
    variants = build(db.fetch(SQL["forms"]).to_pylist(), demands_of(db), facts)
    db.add("form_variants", variants.of_form)
    return variants


def demands_of(db: Engine) -> dict[int, Demand]:
    """What the laws ask of the content of a notice, by the number that the plan gives it."""
    return {
        row["content"]: Demand(row["jurisdiction"], tuple(row["required"]), tuple(row["prohibited"]))
        for row in db.fetch(SQL["contents"]).to_pylist()
    }


def _require_known_elements(db: Engine) -> None:
    masks = db.fetch("select distinct elements from profiles").column("elements").to_pylist()
    try:
        for mask in masks:
            in_words(mask, "en")
    except ValueError as error:
        raise TableError(str(error), where="table persons", mend="run `amends people` with this version") from error


def _balances(counts: Mapping[str, Any], written: int, addresses: Contacts) -> list[Balance]:
    noticed = {name: counts[name] for name in ("letters", "emails", "substitute")}
    why_not = {"nothing of theirs was taken": counts["nothing_taken"], "no notice owed": counts["not_owed"]}
    why_not |= {"told before": counts["told_before"]} if counts["told_before"] else {}
    kinds = {"first": counts["first_notices"], "courtesy": counts["courtesy"]}
    kinds |= {"supplementary": counts["supplementary"]} if counts["supplementary"] else {}
    answered = [Balance("answers of the address service", addresses.rows, addresses.outcomes)] if addresses.rows else []
    return [
        Balance("persons", counts["people"], {**noticed, **why_not}),
        Balance("notices", sum(noticed.values()), kinds),
        Balance("pieces", counts["letters"] + counts["emails"], {"written, read back and found true": written}),
        *answered,
    ]


def _of_addresses(found: Contacts) -> list[str]:
    kinds = ("refused", "vacant", "not an address that mail reaches", "moved without a new address", "deceased")
    said = [
        f"{found.outcomes[kind]} answers of the address service: {kind} (outputs/mail/addresses.parquet)"
        for kind in kinds
        if kind in found.outcomes
    ]
    moved = f"{found.moved_away} people moved to another state: bring their addresses to the registry, so that duties"
    return said + ([f"{moved} takes the law of their new state"] if found.moved_away else [])


def _findings(case: Case, db: Engine, counts: Mapping[str, Any], variants: Variants) -> list[str]:
    found = [
        f"a law demands {gap.token} ({gap.jurisdiction}) and the text does not meet it: {people} notices; {gap.mend}"
        for gap, people in sorted(variants.gaps.items())
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
    for row in db.fetch(SQL["embargoes"]).to_pylist():
        found.append(f"{row['notices']} notices must not go out before {row['day'].isoformat()}")
        if case.mail_date < row["day"]:
            found[-1] += f", and they are dated {case.mail_date.isoformat()}: set policy.mail_date"
    if late := db.fetch(SQL["late"], dated=case.mail_date).to_pylist():
        days = "; ".join(f"{row['day'].isoformat()} {row['notices']}" for row in late)
        count = sum(row["notices"] for row in late)
        found.append(f"{count} notices are dated {case.mail_date.isoformat()}, after the last day of their law: {days}")
    looked_at = {row["remark"]: row["people"] for row in db.fetch(REMARKS["counts"]).to_pylist()}
    found += [f"{looked_at[key]} {sentence}" for key, sentence in _LOOK_AT.items() if key in looked_at]
    return found + [f"{counts[key]} {sentence}" for key, sentence in _SENTENCES.items() if counts[key]]
