"""The commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from amends import __version__
from amends.case import Outcome, new_case, open_case, require_idle, volume_encrypted
from amends.cli import demonstration, law, overview, reviewing
from amends.cli.exporting import EXPORTS, export_letter
from amends.cli.response import BY_NAME, respond
from amends.cli.screen import Progressing, outcome_facts, say, say_error, say_json, show_outcome
from amends.errors import InputError, NotBuiltError
from amends.evidence import verify as verify_evidence
from amends.notices import approve as approve_proofs
from amends.notices import settle, take_back, write_proofs

app = typer.Typer(
    name="amends",
    help="The open breach-response system: whose data, which data, what the law requires, and every person told.",
    epilog="Exit codes: 0 done; 1 done, with findings that need a human; 2 wrong use or bad input.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print the same facts as JSON.")]
Export = Literal["filings", "mail", "letter", "channels", "addresses", "codes", "evidence", "counsel", "unread"]


def _version(wanted: bool) -> None:
    if wanted:
        say(f"amends {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The open breach-response system."""


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=1000, max=80_000_000, help="People of the synthetic carrier.")] = 20_000,
    keep: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep carrier and case in this new folder.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the carrier; the same seed gives the same carrier.")] = 2021,
    ssn_rate: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share with an SSN, where SSNs were held.")] = 0.62,
    json: Json = False,
) -> None:
    """A synthetic carrier is breached; the whole case runs; the outcome is scored against the truth."""
    demonstration.run(people, keep=keep, seed=seed, ssn_rate=ssn_rate, as_json=json)


@app.command()
def new(
    case: CaseFolder,
    name: Annotated[str, typer.Option(help="What the breach is called.")] = "",
    encryption: Annotated[
        Literal["case-key", "volume"], typer.Option(help="Tables under the case key, or left to the volume.")
    ] = "case-key",
    json: Json = False,
) -> None:
    """Make a case."""
    with new_case(case, name=name, encryption=encryption) as made:
        if json:
            say_json(overview.new_facts(made))
            return
        say(f"made case {case}: describe the incident in {case / 'case.toml'}, then run `amends respond {case}`")
        say(f"  taken files go to {made.settings.inputs.taken}")
        say(f"  the registry of people goes to {made.settings.inputs.registry}")
        say(f"  the estate's exports go to {made.settings.inputs.estate}")
        if (case / "case.key").exists():
            say(f"  the case key is {case / 'case.key'}: keep a copy elsewhere (AMENDS_KEY); without it all is lost")
        overview.say_volume(encryption, volume_encrypted(case))


@app.command()
def status(case: CaseFolder, json: Json = False) -> None:
    """Where a case stands, and what is due next."""
    with open_case(case) as opened:
        facts = overview.facts_of(opened)
        if json:
            say_json(facts)
        else:
            overview.show(facts)


def _run_verb(verb: str, case: Path, json: bool) -> None:
    with open_case(case) as opened, Progressing(quiet=json) as progress:
        opened.reporter = progress
        outcome = BY_NAME[verb].run(opened)
    say_json(outcome_facts(outcome)) if json else show_outcome(outcome)
    if outcome.findings:
        raise typer.Exit(1)


@app.command()
def trace(case: CaseFolder, json: Json = False) -> None:
    """Which systems were and could be reached, from the estate's own exports."""
    _run_verb("trace", case, json)


@app.command()
def scan(
    case: CaseFolder,
    json: Json = False,
    review: Annotated[bool, typer.Option("--review", help="Answer the open questions about columns instead.")] = False,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="ID=ANSWER", help="Answer one question: an element, none or unsure.")
    ] = None,
) -> None:
    """What personal data the taken files hold."""
    if review or answer:
        reviewing.columns(case, answer or (), as_json=json)
    else:
        _run_verb("scan", case, json)


@app.command()
def people(
    case: CaseFolder,
    json: Json = False,
    review: Annotated[bool, typer.Option("--review", help="Answer the open questions about persons instead.")] = False,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="ID=ANSWER", help="Answer one question: same, different or unsure.")
    ] = None,
) -> None:
    """Whose data it is: one row per human."""
    if review or answer:
        reviewing.persons(case, answer or (), as_json=json)
    else:
        _run_verb("people", case, json)


@app.command()
def duties(
    case: Annotated[
        Path | None, typer.Argument(metavar="CASE", help="The case folder, or the rule files' folder.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="What if incident.KEY were so?")
    ] = None,
    rules: Annotated[Path | None, typer.Option(metavar="DIR", help="What if these rule files held?")] = None,
    check_rules: Annotated[
        bool, typer.Option(help="Check rule files (of CASE's place, else the shipped ones).")
    ] = False,
    json: Json = False,
) -> None:
    """What each law requires, of whom, by when; or what other facts or rules would change."""
    if check_rules:
        law.check_rules(case, json)
    elif case is None:
        raise typer.BadParameter("name the case folder")
    elif change or rules:
        law.show_what_if(case, change or [], rules, json)
    else:
        law.run_duties(case, json, _run_verb)


@app.command()
def protect(case: CaseFolder, json: Json = False) -> None:
    """Which authenticators are dead, and a protection code for every person."""
    _run_verb("protect", case, json)


@app.command()
def notices(
    case: CaseFolder,
    proofs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a proof of each variant, for counsel to read.")
    ] = None,
    approve: Annotated[
        list[str] | None, typer.Option(metavar="VARIANT", help="Approve the proof of a variant, or of all of them.")
    ] = None,
    not_mailed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Say that an export of the mail was never mailed.")
    ] = None,
    read_by_hand: Annotated[
        list[int] | None,
        typer.Option(metavar="FILE", help="Say that a human read what is open in a taken file (`export CASE unread`)."),
    ] = None,
    json: Json = False,
) -> None:
    """What every person is owed, and the texts; proofs, and their approval."""
    if proofs is None and not approve and not_mailed is None and not read_by_hand:
        _run_verb("notices", case, json)
        return
    done: dict[str, int] = {}
    said: list[str] = []
    with open_case(case) as opened:
        if proofs is not None:
            done["proofs"] = write_proofs(opened, proofs)
            said.append(f"wrote the proofs of {done['proofs']} variants to {proofs}")
        if not_mailed is not None:
            take_back(opened, not_mailed)
            done["not_mailed"] = not_mailed
            said.append(f"export {not_mailed} was not mailed: the next `amends notices` plans for its people anew")
        if read_by_hand:
            done["read_by_hand"] = settle(opened, read_by_hand)
            said.append(
                f"{done['read_by_hand']} files were read by hand: the next `amends notices` holds nobody back for them"
            )
        if approve:
            done["approved"] = approve_proofs(opened, approve)
            said.append(f"approved {done['approved']} variants")
    if json:
        say_json(done)
    for line in said if not json else ():
        say(line)


@app.command(name="respond")
def respond_(case: CaseFolder, json: Json = False) -> None:
    """Every verb whose inputs are there, in order, resuming where it stopped."""

    def tell(outcome: Outcome) -> None:
        if not json:
            show_outcome(outcome)

    with open_case(case) as opened, Progressing(quiet=json) as progress:
        opened.reporter = progress
        response = respond(opened, tell)
    if json:
        say_json(
            {
                "outcomes": [outcome_facts(outcome) for outcome in response.outcomes],
                "errors": {verb: error.line() for verb, error in response.errors.items()},
                "left_out": response.left_out,
            }
        )
    for verb, reason in response.left_out.items() if not json else ():
        say(f"{verb}: not run, {reason}")
    for verb, error in response.errors.items():
        say_error(f"{verb}: {error.line()}")
    raise typer.Exit(response.exit_code)


@app.command()
def verify(case: CaseFolder, json: Json = False) -> None:
    """Check the evidence log, every table and every reconciliation; needs no key."""
    if not case.is_dir():
        raise InputError("there is no such folder", where=str(case), mend="name a case or an export of its evidence")
    require_idle(case)
    found = verify_evidence(case)
    if json:
        say_json(
            {
                "ok": found.ok,
                "entries": found.entries,
                "files": found.files,
                "balances": found.balances,
                "failures": found.failures,
            }
        )
    elif found.ok:
        say(f"verified: {found.entries} log entries, {found.files} files, {found.balances} reconciliations")
    for failure in found.failures:
        say_error(failure)
    if not found.ok:
        raise typer.Exit(2)


@app.command()
def export(
    case: CaseFolder,
    what: Annotated[Export, typer.Argument(help="What to write out.")],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A new folder for you alone; CASE-WHAT beside you unless given.")
    ] = None,
    piece: Annotated[
        str | None, typer.Option(metavar="REFERENCE", help="Of `letter`: whose tagged copy, by its reference number.")
    ] = None,
    json: Json = False,
) -> None:
    """Write filings, mail, one letter, addresses, codes, the evidence log, what counsel needs or what is unread out."""
    with open_case(case) as opened:
        folder = to or Path(f"{opened.path.resolve().name}-{what}")
        found = export_letter(opened, folder, piece) if what == "letter" else EXPORTS[what](opened, folder)
    if json:
        say_json({"what": what, "count": found.count, "folder": str(folder), "note": found.note})
        return
    if found.note:
        say(found.note)
    say(f"wrote {found.count:,} {what} to {folder}: they are in the clear; keep them on an encrypted volume")


@app.command()
def send(case: CaseFolder) -> None:
    """Deliver the mail; safe to kill at any instant. (Not built yet.)"""
    raise NotBuiltError("amends send is not built yet", where=str(case), mend="use `amends export CASE mail --to DIR`")


@app.command()
def serve(case: CaseFolder) -> None:
    """Public pages, console and APIs. (Not built yet.)"""
    raise NotBuiltError("amends serve is not built yet", where=str(case), mend="use the tables and `amends status`")


@app.command()
def sample(case: CaseFolder, file: Annotated[Path, typer.Argument(help="The data offered for sale.")]) -> None:
    """Whether data offered for sale is ours. (Not built yet.)"""
    raise NotBuiltError("amends sample is not built yet", where=f"{case}, {file.name}", mend="compare by hand for now")
