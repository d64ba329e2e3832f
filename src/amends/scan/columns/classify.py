"""The verdict on each column of a table: what its header says × what all its cells show × what stands beside it.

A header alone is not believed where values can prove it, and values alone only where chance cannot explain them: one
in ten 15-digit numbers passes Luhn, so a column is of IMEIs when nearly all pass. In doubt there is no element but a
question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from amends.scan.columns.facts import ColumnFacts
from amends.scan.tables.headers import Alone, Rule, Saying, read_header, rules
from amends.scan.values.validators import Kind

_SOMEWHERE = 0.9
"""Share that must be proven when the header holds the words only somewhere."""
_WORTH_ASKING = 0.02
"""Below this share of proven cells a header is simply wrong."""
_PERSONAL = frozenset(
    ("ssn", "email", "phone", "dob", "given_name", "family_name", "driver_license", "imsi", "imei", "address_line")
)
_FEW_ROWS = 8
"""A table of fewer rows cannot prove its columns by their number."""
_OF_ONE = (Kind.SSN_DASHED, Kind.EMAIL, Kind.PHONE_FORMATTED, Kind.ICCID)
_MAYBE_OF_ONE = (
    Kind.SSN, Kind.PHONE, Kind.PHONE_ABROAD, Kind.CARD, Kind.IMEI, Kind.IMSI, Kind.LICENCE, Kind.ADULT, Kind.STREET,
)  # fmt: skip
"""What identifies or describes one human: by its form, and by its form beside a name."""
_PLAIN = 0.9
"""How plainly a header must name a rule to be taken at its word."""
_FULL_NAMES = 0.12
_GIVEN_NAMES = 0.4
_NO_PROSE = (Kind.WORD, Kind.NUMBER, Kind.DATE)
_BIRTH_SPAN = 25
_OF_COMPANIES = 0.3
_SEVERAL_AT_ONCE = 0.5


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """What a column holds: its element or None, confidence 0 to 1, cells that pass the validator, cells filled.

    `field` is the raw field of `records` it fills, `question` what a human should answer first, both or either None.
    `kinds` are the validators that prove its cells. `holds` is the element its values are, also where `element` is None
    because they may belong to another human than the row, or to nobody; context such as a postcode counts too.
    """

    column: str
    element: str | None
    confidence: float
    valid: int
    filled: int
    field: str | None
    decided_by: str
    question: str | None = None
    rule: str | None = None
    kinds: tuple[Kind, ...] = ()
    whose: str | None = None

    @property
    def holds(self) -> str | None:
        """The element that the values are, whoever they belong to."""
        return self.element or self.whose


def classify(table: pa.Table) -> list[ColumnVerdict]:
    """A verdict for each column of a table, in order. Columns that are not text are read as Arrow writes them."""
    found = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        facts = ColumnFacts(name)
        for chunk in column.cast(pa.string()).chunks:
            facts.add(chunk)
        found.append(facts)
    return judge_columns(found, header=True)


def judge_columns(columns: Sequence[ColumnFacts], *, header: bool) -> list[ColumnVerdict]:
    """A verdict for each measured column; `header` is False when the names were not in the file."""
    sayings = [
        read_header(facts.name) if header else Saying(None, 0.0, silent=True, another=False) for facts in columns
    ]
    verdicts = [_by_header(facts, saying) for facts, saying in zip(columns, sayings, strict=True)]
    verdicts = [_if_beside(verdict, facts, verdicts) for verdict, facts in zip(verdicts, columns, strict=True)]
    few = _few_humans(columns)
    for last in (False, False, True) if few else (False, True):
        beside = frozenset(verdict.rule for verdict in verdicts if verdict and verdict.rule and not verdict.question)
        for i, (facts, saying) in enumerate(zip(columns, sayings, strict=True)):
            if verdicts[i] is None:
                verdicts[i] = _by_values(facts, saying, beside, last, few)
        if not last:
            _pair_ssn_with_births(columns, sayings, verdicts)
    _tell_family_from_given(columns, verdicts)
    settled = [verdict or _several(facts) for verdict, facts in zip(verdicts, columns, strict=True)]
    return [_name_of_whom(v, facts, s, settled) for v, facts, s in zip(settled, columns, sayings, strict=True)]


def _by_header(facts: ColumnFacts, saying: Saying) -> ColumnVerdict | None:
    """The verdict where the header names a rule; None to leave it to the values."""
    if saying.rule is None:
        return None
    rule = rules()[saying.rule]
    if not facts.filled:
        return _nothing(facts)
    if not rule.kinds:
        if not rule.element and (saying.another or saying.strength < _PLAIN):
            return _nothing(facts)
        if saying.strength < _PLAIN or saying.another:
            return _of_another(facts, rule, "its header mentions it")
        return _found(facts, rule, rule.kinds, 0.8 * saying.strength, "header")
    found = _proven(facts, rule, saying)
    if found is None and rule.otherwise and saying.strength >= _PLAIN:
        found = _proven(facts, rules()[rule.otherwise], saying)
    if found:
        return found
    share = facts.share(rule.kinds)
    if rule.in_part and saying.strength >= _PLAIN and facts.share(rule.in_part) >= _SOMEWHERE:
        return _of_another(facts, rule, "its header says so, but its cells hold only a part, or another form, of it")
    if rule.element and share >= (_WORTH_ASKING if saying.strength >= _PLAIN else 0.5):
        return _ask(facts, rule, f"its header says so, but only {share:.0%} of its cells look like it")
    if saying.human and rule.id == "full_name" and facts.share(_NO_PROSE) <= 1 - _SOMEWHERE:
        return _of_another(facts, rule, "its header speaks of people, its cells hold more than a name")
    return None


def _proven(facts: ColumnFacts, rule: Rule, saying: Saying) -> ColumnVerdict | None:
    """The verdict where enough cells prove the rule that the header names."""
    needed = rule.share if saying.strength >= _PLAIN else max(rule.share, _SOMEWHERE)
    for kinds, enough, most in ((rule.kinds, needed, 1.0), (rule.loose, rule.loose_share, 0.7)):
        if not kinds or facts.share(kinds) < enough or (kinds == rule.loose and saying.strength < _PLAIN):
            continue
        if saying.another:
            return _of_another(facts, rule, "its header speaks of another person than the row, or of a firm")
        confidence = saying.strength * (0.6 + 0.4 * facts.share(kinds)) * most
        return _found(facts, rule, kinds, confidence, "header and values")
    return None


def _few_humans(columns: Sequence[ColumnFacts]) -> bool:
    """Whether this is a table of few rows that tell of humans: all cells of one column do, alone or beside names."""

    def whole(kind: Kind) -> set[int]:
        return {i for i, facts in enumerate(columns) if facts.share((kind,)) >= 1}

    if max((facts.filled for facts in columns), default=0) >= _FEW_ROWS:
        return False
    given, family, full = whole(Kind.GIVEN), whole(Kind.FAMILY), whole(Kind.FULL_NAME) | whole(Kind.COMMA_NAME)
    named = bool(full) or (len(given | family) > 1 and bool(given) and bool(family))
    others = set[int]().union(*map(whole, _MAYBE_OF_ONE)) - given - family - full
    return any(map(whole, _OF_ONE)) or (named and bool(others))


def _by_values(
    facts: ColumnFacts, saying: Saying, beside: frozenset[str], last: bool, few: bool
) -> ColumnVerdict | None:
    """The verdict where the header names no rule, or one its cells disprove; None when nothing is found (yet).

    `few`: few rows that tell of humans, so all that there are is enough.
    """
    few = few and not (saying.another or saying.spoiled or saying.thing)
    for rule in rules().values():
        alone = rule.alone
        if alone is None:
            continue
        all_of_few = few and (saying.silent or rule.id == "full_name" or not set(_OF_ONE).isdisjoint(alone.sure))
        sure_cells, cells, least = (1, 0, 0) if all_of_few else (alone.sure_cells, alone.cells, alone.few)
        if alone.sure and facts.filled >= sure_cells and facts.share(alone.sure) >= alone.sure_share:
            return _found(facts, rule, alone.sure, 0.9 * facts.share(alone.sure), "values")
        if facts.share(alone.kinds) < alone.share or (rule.id == "dob" and not (all_of_few or _like_births(facts))):
            continue
        company = all(not needed or beside & needed for needed in (alone.beside, alone.person))
        if saying.silent and company and _enough(facts, alone.kinds, alone.share, cells):
            return _found(facts, rule, alone.kinds, 0.4 + 0.4 * facts.share(alone.kinds), "values")
        if _enough(facts, alone.kinds, alone.unknown, least) and not _spoiled(rule, alone, saying):
            if alone.whose:
                return _of_another(facts, rule, "its values are of that form, but no person stands beside it")
            if last:
                return _found(facts, rule, alone.kinds, 0.6 * facts.share(alone.kinds), "values")
            continue
        if last and rule.element and facts.filled >= cells and _worth_a_question(rule, alone, saying, beside):
            return _ask(facts, rule, "its values look like it, but its header does not say so")
    return None


def _enough(facts: ColumnFacts, kinds: Sequence[Kind], share: float, cells: int) -> bool:
    """Whether a share of the cells is proven; cells that are missing to `cells` count as not proven."""
    return facts.filled > 0 and facts.count(kinds) >= share * max(facts.filled, cells)


def _spoiled(rule: Rule, alone: Alone, saying: Saying) -> bool:
    """Whether the header speaks against what the values look like."""
    if alone.whose:
        return saying.version
    return saying.spoiled or saying.another or (rule.element == "name" and saying.thing)


def _pair_ssn_with_births(
    columns: Sequence[ColumnFacts], sayings: Sequence[Saying], verdicts: list[ColumnVerdict | None]
) -> None:
    """Nine bare digits prove little and neither do dates; one column of each beside names support each other."""
    if not any(verdict and verdict.element == "name" and not verdict.question for verdict in verdicts):
        return
    for first, second in (("ssn", "dob"), ("dob", "ssn")):
        open_ones = {rule: _candidates(rule, columns, sayings, verdicts) for rule in (first, second)}
        known = any(verdict and verdict.rule == second and not verdict.question for verdict in verdicts)
        if len(open_ones[first]) == 1 and (known or len(open_ones[second]) == 1):
            at, rule = open_ones[first][0], rules()[first]
            if rule.alone:
                verdicts[at] = _found(columns[at], rule, rule.alone.kinds, 0.7, "values")


def _tell_family_from_given(columns: Sequence[ColumnFacts], verdicts: list[ColumnVerdict | None]) -> None:
    """Of two columns that only their values call given names, the one with more family names holds these."""
    given = [i for i, v in enumerate(verdicts) if v and v.rule == "given_name" and v.decided_by == "values"]
    if len(given) < 2 or any(v and v.rule in ("family_name", "full_name") for v in verdicts):
        return
    at = max(given, key=lambda i: columns[i].share((Kind.FAMILY,)) - columns[i].share((Kind.GIVEN,)))
    rule = rules()["family_name"]
    verdicts[at] = _found(columns[at], rule, rule.kinds, 0.6 * columns[at].share(rule.kinds), "values")


def _candidates(
    rule_id: str, columns: Sequence[ColumnFacts], sayings: Sequence[Saying], verdicts: Sequence[ColumnVerdict | None]
) -> list[int]:
    alone = rules()[rule_id].alone
    return [
        i
        for i, (facts, saying) in enumerate(zip(columns, sayings, strict=True))
        if verdicts[i] is None and saying.silent and alone and facts.filled >= alone.cells
        and facts.share(alone.kinds) >= alone.share and (rule_id != "dob" or _like_births(facts))
    ]  # fmt: skip


def _if_beside(
    verdict: ColumnVerdict | None, facts: ColumnFacts, verdicts: Sequence[ColumnVerdict | None]
) -> ColumnVerdict | None:
    """Turn a verdict that needs company into a question when it stands alone."""
    if verdict is None or verdict.rule is None or verdict.question:
        return verdict
    rule = rules()[verdict.rule]
    if not rule.beside or any(other and other.rule in rule.beside and not other.question for other in verdicts):
        return verdict
    if not rule.asks:
        return _of_another(facts, rule, "") if rule.element else _nothing(facts)
    return _ask(facts, rule, "its header may mean it, but no person stands beside it")


def _worth_a_question(rule: Rule, alone: Alone, saying: Saying, beside: frozenset[str]) -> bool:
    """Whether values that prove nothing by themselves are worth a question: not for a date that its header explains."""
    if rule.id == "dob":
        return saying.silent
    return saying.silent or (saying.rule is None and bool(beside & alone.beside))


def _like_births(facts: ColumnFacts) -> bool:
    """Whether dates are spread as births are: over decades, without times of day."""
    return facts.year_span() >= _BIRTH_SPAN and facts.share((Kind.TIMED,)) < 0.1


def _name_of_whom(
    verdict: ColumnVerdict, facts: ColumnFacts, saying: Saying, all_verdicts: Sequence[ColumnVerdict]
) -> ColumnVerdict:
    """A column called "name" may hold the names of things: it needs names of people in it, or people beside it."""
    if verdict.rule != "full_name" or verdict.question:
        return verdict
    if facts.share((Kind.COMPANY,)) >= _OF_COMPANIES:
        return _nothing(facts)
    share = facts.share((Kind.FULL_NAME,))
    if share >= _FULL_NAMES or facts.share((Kind.GIVEN,)) >= _GIVEN_NAMES or facts.share((Kind.COMMA_NAME,)) >= 0.8:
        return verdict
    personal = any(other.rule in _PERSONAL and not other.question for other in all_verdicts)
    if saying.strength >= 0.9 and (personal or saying.human):
        return verdict
    if share >= 0.03 or personal:
        return _ask(facts, rules()["full_name"], "it holds names, perhaps not of people")
    return _nothing(facts)


def _found(facts: ColumnFacts, rule: Rule, kinds: Sequence[Kind], confidence: float, decided_by: str) -> ColumnVerdict:
    valid = facts.count(kinds) if kinds else facts.filled
    field = None if kinds == rule.loose and rule.field == "phone" else rule.field
    return ColumnVerdict(
        facts.name, rule.element, round(confidence, 3), valid, facts.filled, field, decided_by, None, rule.id,
        tuple(kinds),
    )  # fmt: skip


def _ask(facts: ColumnFacts, rule: Rule, why: str) -> ColumnVerdict:
    valid = facts.count(rule.kinds) if rule.kinds else facts.filled
    shapes = ", ".join(facts.shapes) or "none"
    question = f"Does this column hold {rule.element}? {why[0].upper()}{why[1:]}. Shapes of its values: {shapes}"
    return ColumnVerdict(facts.name, None, 0.0, valid, facts.filled, None, "values", question, rule.id)


def _of_another(facts: ColumnFacts, rule: Rule, why: str) -> ColumnVerdict:
    """No element of the row's human, but what the values are; a question where it may matter whose."""
    verdict = _ask(facts, rule, why) if rule.element and rule.asks else _nothing(facts)
    return replace(verdict, whose=rule.element or rule.field)


def _several(facts: ColumnFacts) -> ColumnVerdict:
    """No element, but a question where most cells hold something of a person beside other words."""
    share = facts.share((Kind.MIXED,))
    if share < _SEVERAL_AT_ONCE:
        return _nothing(facts)
    question = (
        f"What does this column hold? {share:.0%} of its cells hold an SSN, a date or an e-mail address among other"
        f" words. Shapes of its values: {', '.join(facts.shapes) or 'none'}"
    )
    return ColumnVerdict(facts.name, None, 0.0, facts.count((Kind.MIXED,)), facts.filled, None, "values", question)


def _nothing(facts: ColumnFacts) -> ColumnVerdict:
    return ColumnVerdict(facts.name, None, 0.0, 0, facts.filled, None, "header and values")
