"""The schema of every table that passes between verbs: the contract.

Verbs speak to each other only through these tables (Parquet in `case/tables/`). `conform` refuses a table whose
columns or types differ and names the column; unknown columns are refused too, so that nothing travels unannounced.
Rows are stored in the order of `Table.key`, which is unique: equal inputs give equal files.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from amends.errors import TableError


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Arrow type, what it means, and whether it holds a personal value (masked on every screen)."""

    name: str
    type: pa.DataType
    meaning: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, who writes it, who reads it, its columns and its unique sort key."""

    name: str
    row: str
    written_by: str
    read_by: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])


_TEXT, _LONG, _INT, _DAY = pa.string(), pa.int64(), pa.int32(), pa.date32()
_FLAG, _REAL, _TIME = pa.bool_(), pa.float64(), pa.timestamp("us", tz="UTC")
_TEXTS, _LONGS = pa.list_(pa.string()), pa.list_(pa.int64())


def _c(name: str, type_: pa.DataType, meaning: str) -> Column:
    return Column(name, type_, meaning)


def _p(name: str, meaning: str, type_: pa.DataType = _TEXT) -> Column:
    return Column(name, type_, meaning, personal=True)


_NAME: Final = (
    _p("given_name", "given name as written"),
    _p("middle_name", "middle name or initial"),
    _p("family_name", "family name as written"),
    _p("suffix", "generational suffix, upper case without a point: JR, SR, II, III, IV"),
)
_ADDRESS: Final = (
    _p("address_line", "street, number and unit, or P.O. box"),
    _p("city", "city"),
    _p("region", "state or region; two capital letters in the United States"),
    _p("postcode", "postal code; five digits in the United States"),
    _p("country", "ISO 3166-1 alpha-2 country; null where the source does not say"),
)
_IDENTITY: Final = (
    *_NAME,
    _p("dob", "date of birth", _DAY),
    _p("ssn", "Social Security number, nine digits"),
    _p("email", "e-mail address, lower case"),
    _p("phone", "telephone number, E.164"),
    *_ADDRESS,
    _p("driver_license", "driver's license number, upper case without spaces"),
    _p("government_id", "other government identification number"),
    _p("imei", "device IMEI, 15 digits"),
    _p("imsi", "subscriber IMSI, 15 digits"),
    _p("iccid", "SIM card ICCID, 18 to 20 digits"),
    _p("account_number", "the organisation's own account number of the person"),
)

_TABLES: Final = (
    Table(
        "systems",
        "a system of the estate",
        "trace",
        "duties, console, sample",
        ("system_id",),
        (
            _c("system_id", _TEXT, "stable id: the address, or the name where no address is known"),
            _c("name", _TEXT, "host name as the exports give it"),
            _c("environment", _TEXT, "production, test, edge or unknown, from the exports"),
            _c("services", _TEXTS, "open services, port/name"),
            _c("exposed", _FLAG, "an outside scan reached a service of it"),
            _c("source", _TEXT, "the export and place that names it"),
        ),
    ),
    Table(
        "reach",
        "a system that could be or was reached, and how",
        "trace",
        "duties, console, sample",
        ("system_id",),
        (
            _c("system_id", _TEXT, "the system reached"),
            _c("could", _FLAG, "an exposed entry and stored credentials lead to it"),
            _c("did", _FLAG, "a logon by such a credential from a reached system is in the logs"),
            _c("confidence", _TEXT, "confirmed, corroborated, possible, or cannot_exclude where no logs cover it"),
            _c("hops", _INT, "credentials used from the entry; 0 is the entry itself"),
            _c("path", _TEXTS, "systems from the entry to this one"),
            _c("credentials", _TEXTS, "ids (hashes) of the credentials used, one a hop"),
            _c("first_seen", _TIME, "first logon seen, UTC"),
            _c("last_seen", _TIME, "last logon seen, UTC"),
            _c("evidence", _TEXTS, "export and place of every fact the row rests on"),
        ),
    ),
    Table(
        "accesses",
        "a logon or transfer with its evidence",
        "trace",
        "duties, console, sample",
        ("access_id",),
        (
            _c("access_id", _LONG, "number in order of export, line and repetition"),
            _c("system_id", _TEXT, "the system that logged it"),
            _c("time", _TIME, "when, UTC"),
            _c("kind", _TEXT, "logon, failed_logon or transfer"),
            _c("account", _TEXT, "account name on that system"),
            _c("source_address", _TEXT, "address it came from"),
            _c("bytes", _LONG, "bytes moved, for a transfer"),
            _c("evidence", _TEXT, "export and line"),
        ),
    ),
    Table(
        "files",
        "a taken file or archive member",
        "scan",
        "everything",
        ("file_id",),
        (
            _c("file_id", _INT, "stable number of the file in this case"),
            _c("container_id", _INT, "the archive it is a member of, else null"),
            _c("wave", _TEXT, "the batch it arrived in: its first folder under the taken files"),
            _p("path", "path under the taken files; members after an exclamation mark"),
            _c("bytes", _LONG, "size"),
            _c("sha256", _TEXT, "hash of the content, hexadecimal; null where it could not be read"),
            _c("format", _TEXT, "csv, ndjson, parquet, or what its first bytes say"),
            _c("encoding", _TEXT, "character encoding it was read in"),
            _c("state", _TEXT, "read, empty, not_read, failed or changed (while it was read)"),
            _c("reason", _TEXT, "why it was not read, in a sentence without values"),
            _c("rows", _LONG, "data rows found"),
            _c("rows_recorded", _LONG, "rows that became records"),
            _c("rows_impersonal", _LONG, "rows without any personal value"),
            _c("rows_rejected", _LONG, "rows that could not be taken apart; each is counted, none is guessed"),
            _c("rows_ragged", _LONG, "rows with too few or too many fields, which were kept"),
        ),
    ),
    Table(
        "columns",
        "a column of a taken table, and what it holds",
        "scan",
        "people, console",
        ("file_id", "column"),
        (
            _c("file_id", _INT, "the file"),
            _c("column", _INT, "position, from 0"),
            _p("name", "header as written; column_N where there is none"),
            _c("element", _TEXT, "element it holds, or null"),
            _c("field", _TEXT, "field of `records` it fills, or null"),
            _c("confidence", _REAL, "0 to 1"),
            _c("rows", _LONG, "cells"),
            _c("filled", _LONG, "cells with something in them"),
            _c("valid", _LONG, "cells that pass the element's validator"),
            _c("decided_by", _TEXT, "header and values, values, header, or reviewer"),
        ),
    ),
    Table(
        "mentions",
        "an element found in free text",
        "scan",
        "people, notices",
        ("file_id", "start", "element"),
        (
            _c("file_id", _INT, "the file"),
            _c("start", _LONG, "first byte"),
            _c("end", _LONG, "byte after the last"),
            _c("element", _TEXT, "element found"),
            _c("confidence", _REAL, "0 to 1"),
            _c("record_id", _LONG, "record it was tied to, else null"),
        ),
    ),
    Table(
        "records",
        "one human in one place of the taken files",
        "scan",
        "people",
        ("record_id",),
        (
            _c("record_id", _LONG, "file_id × 2^36 + row: the source pointer itself"),
            _c("file_id", _INT, "the file"),
            _c("row", _LONG, "data row in the file, from 0"),
            _c("wave", _TEXT, "the batch the file arrived in"),
            _c("source", _TEXT, "what kind of source it is: taken, or registry where people joins it"),
            _c("status", _TEXT, "current, former, prospective, where the source says so"),
            *_IDENTITY,
            _c("elements", _LONG, "mask of the elements whose values stand in this place"),
        ),
    ),
    Table(
        "persons",
        "one human whose data was taken",
        "people",
        "duties, protect, notices",
        ("person_id",),
        (
            _c("person_id", _LONG, "stable id; never changes between runs"),
            *_NAME,
            _p("dob", "date of birth", _DAY),
            *_ADDRESS,
            _p("email", "best e-mail address"),
            _p("phone", "best telephone number"),
            _c("address_source", _TEXT, "registry, or taken:<record_id>"),
            _c("email_source", _TEXT, "registry, or taken:<record_id>"),
            _c("phone_source", _TEXT, "registry, or taken:<record_id>"),
            _c("jurisdiction", _TEXT, "where the person lives, as US-CA or an ISO country; null when unknown"),
            _c("language", _TEXT, "language for notices, ISO 639-1; null when unknown"),
            _c("status", _TEXT, "current, former, prospective or unknown"),
            _c("minor", _FLAG, "under 18 when the breach was discovered, by date of birth"),
            _c("deceased", _FLAG, "the registry says so"),
            _p("account_number", "the account by which the registry knows the person"),
            _c("account_holder", _FLAG, "holds that account; null when not in the registry"),
            _c("email_consent", _FLAG, "agreed to notices by e-mail (15 U.S.C. 7001)"),
            _c("registry_matches", _INT, "registry rows that are this person"),
            _c("records", _INT, "taken records that are this person"),
            _c("first_wave", _TEXT, "first wave with a record of the person"),
            _c("last_wave", _TEXT, "last wave with a record of the person"),
            _c("elements", _LONG, "mask: union over the person's taken records"),
        ),
    ),
    Table(
        "memberships",
        "a record and the person it belongs to",
        "people",
        "notices, evidence",
        ("record_id",),
        (
            _c("record_id", _LONG, "taken record"),
            _c("person_id", _LONG, "the person"),
            _c("why", _TEXT, "the agreeing identifiers that tied it to another record, or only_record"),
        ),
    ),
    Table(
        "exposures",
        "an element of a person, and the record that proves it",
        "people",
        "notices, evidence",
        ("person_id", "element"),
        (
            _c("person_id", _LONG, "the person"),
            _c("element", _TEXT, "the element"),
            _c("record_id", _LONG, "the first record that holds it"),
            _c("records", _INT, "records of the person that hold it"),
            _c("first_wave", _TEXT, "wave of the first such record"),
        ),
    ),
    Table(
        "relations",
        "what one person is to another; never a reason to merge the two",
        "people",
        "notices, console",
        ("person_id", "relation", "other_person_id"),
        (
            _c("person_id", _LONG, "the person"),
            _c(
                "relation",
                _TEXT,
                "household (lives at one address with), account_holder (whose account it uses) or guardian (presumed)",
            ),
            _c("other_person_id", _LONG, "the other person; of a household the one with the smallest id"),
            _c("basis", _TEXT, "what says so: address, account, or address and family name"),
        ),
    ),
    Table(
        "reviews",
        "a question only a human should answer",
        "scan, people",
        "console",
        ("review_id",),
        (
            _c("review_id", _TEXT, "stable id"),
            _c("kind", _TEXT, "column (which element?) or same_person"),
            _c("file_id", _INT, "the file of a column question"),
            _c("column", _INT, "the column of a column question"),
            _c("person_id", _LONG, "first person of a same_person question"),
            _c("other_person_id", _LONG, "second person of a same_person question"),
            _c("question", _TEXT, "the question in words, values masked"),
            _c("records", _LONG, "records that wait for the answer"),
            _c("state", _TEXT, "open or decided"),
            _c("decision", _TEXT, "the answer"),
        ),
    ),
    Table(
        "changes",
        "a person new, grown, merged or split since the last run",
        "people",
        "notices",
        ("person_id", "change"),
        (
            _c("person_id", _LONG, "the person"),
            _c("change", _TEXT, "new, grown, merged, split or withdrawn"),
            _c("elements_before", _LONG, "mask before"),
            _c("elements_after", _LONG, "mask after"),
            _c("other_person_id", _LONG, "the person it was merged into or split from"),
            _c("wave", _TEXT, "last wave of the run that brought it"),
            _c("why", _TEXT, "new_records, reviewer, weights (of the whole case, taught anew) or records_gone"),
        ),
    ),
    Table(
        "duties",
        "one obligation of one regime toward one audience",
        "duties",
        "protect, notices, console",
        ("duty_id",),
        (
            _c("duty_id", _TEXT, "regime, audience and addressee, readable and stable"),
            _c("regime", _TEXT, "the regime, as US-CA"),
            _c("jurisdiction", _TEXT, "jurisdiction whose residents it protects; null for all"),
            _c("citation", _TEXT, "statute or rule"),
            _c(
                "audience", _TEXT, "individuals, regulator, consumer_reporting_agencies, law_enforcement, media, market"
            ),
            _c("who", _TEXT, "the addressee by name; null for individuals"),
            _c("state", _TEXT, "owed, waiting (a clock event has not happened), counsel (a fact is missing) or shadow"),
            _c("people", _LONG, "people it counts"),
            _c("due", _DAY, "last day allowed; null where the law sets no number of days"),
            _c("not_before", _DAY, "first day allowed, where there is an embargo"),
            _c("standard", _TEXT, "the qualitative deadline, as without_unreasonable_delay"),
            _c("triggers", _LONGS, "masks: a resident is owed notice if any is a subset of what was exposed"),
            _c("content", _TEXTS, "content the notice must have"),
            _c("content_prohibited", _TEXTS, "content the notice must not have"),
            _c("methods", _TEXTS, "methods allowed"),
            _c("credit_monitoring_months", _INT, "months of identity protection the law requires, else null"),
            _c("derivation", _TEXT, "how the date came about, in words"),
            _c("confidence", _TEXT, "lowest confidence of the facts used: verified, chart or memory"),
            _c("as_of", _DAY, "date to which the facts are known"),
            _c("sources", _TEXTS, "where the facts were read"),
            _c("question", _TEXT, "what counsel must answer before relying on it; null when nothing"),
            _c("status", _TEXT, "in_force, or shadow: the rule is adopted or proposed and binds nobody yet"),
            _c("phase", _TEXT, "initial, final ...: which of several notices to the same addressee"),
            _c("due_at", _TIME, "the last instant, UTC, where the law counts hours from a known hour; else null"),
        ),
    ),
    Table(
        "filings",
        "a regulator form filled from the tables",
        "duties",
        "notices, console",
        ("filing_id",),
        (
            _c("filing_id", _TEXT, "stable id"),
            _c("duty_id", _TEXT, "the duty it answers"),
            _c("who", _TEXT, "the addressee"),
            _c("people", _LONG, "people it states"),
            _c("due", _DAY, "last day allowed"),
            _c("fields", _TEXT, "the filled fields, JSON"),
            _c("blanks", _TEXTS, "fields that only the organisation can fill"),
        ),
    ),
    Table(
        "codes",
        "a person's identity-protection code",
        "protect",
        "notices, web",
        ("person_id", "product"),
        (
            _c("person_id", _LONG, "the person"),
            _c("product", _TEXT, "adult or minor product"),
            _p("code", "twelve symbols and a check symbol"),
            _c("months", _INT, "months of protection offered"),
            _c("enrol_by", _DAY, "last day to enrol"),
        ),
    ),
    Table(
        "authenticators",
        "a way to prove who one is, dead or alive for one person",
        "protect",
        "notices, web",
        ("person_id", "authenticator"),
        (
            _c("person_id", _LONG, "the person"),
            _c("authenticator", _TEXT, "the authenticator, as in the decision table"),
            _c("state", _TEXT, "dead or alive"),
            _c("because", _LONG, "mask of the exposed elements that killed it; 0 when alive"),
        ),
    ),
    Table(
        "notices",
        "what one person is owed on one channel",
        "notices",
        "send, live",
        ("notice_id",),
        (
            _c("notice_id", _TEXT, "stable id: person and wave, and which notice it is where others went before"),
            _c("person_id", _LONG, "the person"),
            _c("kind", _TEXT, "first, supplementary or courtesy (no law requires it)"),
            _c("channel", _TEXT, "letter, email, or substitute (page and media) where no contact is known"),
            _c("addressed_to", _TEXT, "self, guardian or estate"),
            _c("duty_id", _TEXT, "the individuals duty it fulfils; null for a courtesy"),
            _c("due", _DAY, "last day allowed"),
            _c("not_before", _DAY, "first day allowed, where there is an embargo"),
            _c(
                "tranche",
                _INT,
                "who goes first: 1 holds a current account, 2 another current customer, 3 former, 4 anybody else",
            ),
            _c("variant", _TEXT, "the text variant"),
            _c("language", _TEXT, "language of the text"),
            _c("elements", _LONG, "mask of the elements it states"),
            _c("new_elements", _LONG, "mask of those that no notice before it stated"),
            _c("reason", _TEXT, "why this channel and kind, in a few words"),
        ),
    ),
    Table(
        "told",
        "a notice that an export of the mail put out, and what it stated",
        "export",
        "notices",
        ("notice_id", "export"),
        (
            _c("notice_id", _TEXT, "the notice"),
            _c("export", _INT, "number of the export, from 1"),
            _c("person_id", _LONG, "the person, as numbered then"),
            _c("kind", _TEXT, "first, supplementary or courtesy"),
            _c("channel", _TEXT, "letter or email"),
            _c("elements", _LONG, "mask of the elements it stated"),
        ),
    ),
    Table(
        "pieces",
        "one letter or e-mail that carries a notice",
        "notices",
        "send, live",
        ("piece_id",),
        (
            _c("piece_id", _LONG, "number in the order of the mail files"),
            _c("notice_id", _TEXT, "the notice it carries"),
            _c("person_id", _LONG, "the person"),
            _c("channel", _TEXT, "letter or email"),
            _c("variant", _TEXT, "the text variant"),
            _c("language", _TEXT, "language of the text"),
            _p("addressee", "name line"),
            *_ADDRESS,
            _p("email", "e-mail address, for an e-mail"),
            _p("code", "identity-protection code it states"),
            _c("elements", _LONG, "mask of the elements it states"),
            _c("mail_file", _TEXT, "the file in outputs/mail that holds its text"),
            _c("position", _LONG, "row in that file"),
            _c("sha256", _TEXT, "hash of the rendered text, hexadecimal"),
        ),
    ),
)

TABLES: Final = MappingProxyType({table.name: table for table in _TABLES})

REGISTRY: Final = Table(
    "registry",
    "a person on an account of the organisation (an input, not written by amends)",
    "the organisation",
    "people",
    ("account_number", "role", "phone"),
    (
        _c("role", _TEXT, "holder (answers for the account) or user (has a line on it)"),
        _c("status", _TEXT, "current, former or prospective"),
        *_IDENTITY,
        _c("language", _TEXT, "preferred language, ISO 639-1"),
        _c("deceased", _FLAG, "known to have died"),
        _c("email_consent", _FLAG, "agreed to notices by e-mail (15 U.S.C. 7001)"),
    ),
)
"""What the organisation's registry may say. Missing columns are read as null; unknown columns are an error."""


def conform(found: pa.Schema, table: Table, *, where: str = "", missing_ok: bool = False) -> None:
    """Check a schema against the contract.

    Raises `TableError` naming the first column that is missing (unless `missing_ok`), unknown or of another type.
    Column order and nullability are not part of the contract.
    """
    wanted = {column.name: column for column in table.columns}
    place = where or f"table {table.name}"
    for name in found.names:
        if name not in wanted:
            raise TableError(f"unknown column {name!r}", where=place, mend=f"the columns are {', '.join(wanted)}")
    for column in table.columns:
        index = found.get_field_index(column.name)
        if index < 0:
            if missing_ok:
                continue
            raise TableError(f"missing column {column.name!r}", where=place, mend=f"it holds: {column.meaning}")
        if found.field(index).type != column.type:
            raise TableError(
                f"column {column.name!r} is {found.field(index).type}, not {column.type}",
                where=place,
                mend=f"it holds: {column.meaning}",
            )
