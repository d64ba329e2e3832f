"""When a law that a breach would trigger asks for no notice, and which facts that answer leans on."""

from __future__ import annotations

from dataclasses import dataclass

from amends.case import Incident
from amends.duties.duty import Question, Reason, Topic
from amends.duties.law.regime import Regime
from amends.duties.law.words import Audience, Confidence, FactGroup


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why some audiences need not be told under a regime."""

    reason: Reason
    spares: frozenset[Audience]
    words: str
    questions: tuple[Question, ...]


def exemption(regime: Regime, incident: Incident) -> Exemption | None:
    """The exemption that the incident's facts give, or None. A safe key counts before unlikely harm."""
    if regime.encryption.safe_harbour and incident.encrypted is True and incident.key_compromised is False:
        doubt = _from_memory(regime, FactGroup.ENCRYPTION, "the safe harbour for encrypted data")
        note = f" ({regime.encryption.note})" if regime.encryption.note else ""
        words = f"the data was encrypted{note} and its key is safe ({regime.citation})"
        return Exemption(Reason.SAFE_HARBOUR, frozenset(regime.encryption.spares), words, doubt)
    if regime.risk_of_harm.excuses and incident.harm_likely is False:
        doubt = _from_memory(regime, FactGroup.RISK_OF_HARM, "the excuse for unlikely harm")
        return Exemption(Reason.NO_HARM, frozenset(regime.risk_of_harm.spares), _no_harm(regime), doubt)
    return None


def sectors_of(incident: Incident) -> frozenset[str]:
    """The incident's sectors, with those that a licence or a trade named on its own implies."""
    found = set(incident.sectors)
    if incident.dfs_licensed:
        found |= {"ny_dfs_licensee", "dfs_covered_entity"}
    if incident.information_broker:
        found.add("information_broker")
    return frozenset(found)


def reaches(regime: Regime, incident: Incident) -> bool:
    """Whether the law binds an organisation of the incident's sectors."""
    sectors = sectors_of(incident)
    if sectors & set(regime.reaches.excluded):
        return False
    if "sec_registrant_domestic" in regime.reaches.sectors and incident.sec_registrant is False:
        return False
    return regime.reaches.everyone or bool(set(regime.reaches.sectors) & sectors)


def open_facts(regime: Regime, incident: Incident) -> tuple[Question, ...]:
    """The facts of the incident that are not known and would remove or keep the duties of a regime."""
    questions = []
    if regime.encryption.safe_harbour and incident.encrypted is None:
        text = "incident.encrypted is not set: treated as not encrypted; encrypted with a safe key, nothing is owed"
        questions.append(Question(Topic.ENCRYPTED, text, "encrypted"))
    if regime.encryption.safe_harbour and incident.encrypted is True and incident.key_compromised is None:
        text = "incident.key_compromised is not set: treated as compromised; with a safe key, nothing is owed"
        questions.append(Question(Topic.KEY, text, "key_compromised"))
    if incident.encrypted is True and incident.key_compromised is True and regime.encryption.lost_with_key is None:
        text = "the facts do not say that a compromised key ends the safe harbour for encrypted data: taken as ended"
        questions.append(Question(Topic.KEY, text))
    if regime.risk_of_harm.excuses and incident.harm_likely is None:
        test = f" ({regime.risk_of_harm.text})" if regime.risk_of_harm.text else ""
        text = f"incident.harm_likely is not set: treated as likely; the law excuses where it is not{test}"
        questions.append(Question(Topic.HARM, text, "harm_likely"))
    if not regime.risk_of_harm.excuses and incident.harm_likely is False and regime.risk_of_harm.standard != "none":
        text = f"unlikely harm is not taken as an excuse here: {regime.risk_of_harm.text}"
        questions.append(Question(Topic.HARM, text))
    return tuple(questions)


def not_reached(regime: Regime) -> str:
    """Why a law does not concern the organisation, in words."""
    return f"{regime.reaches.note or 'the law binds other kinds of organisation'} ({regime.citation})"


def sector_question(regime: Regime, incident: Incident) -> tuple[Question, ...]:
    """The question that a law of some sectors asks where no sector is set."""
    if incident.sectors:
        return ()
    kinds = " or ".join(regime.reaches.sectors)
    text = f"{regime.id} binds only {kinds}: incident.sectors is not set, taken as none of them"
    return (Question(Topic.SECTORS, text, "sectors"),)


def _no_harm(regime: Regime) -> str:
    risk = regime.risk_of_harm
    parts = [f"harm is unlikely: {risk.text or 'the law excuses'} ({regime.citation})"]
    if risk.consult:
        parts.append(f"the law asks to consult or tell: {risk.consult}")
    if risk.submit:
        parts.append(f"the law asks to submit: {risk.submit}")
    if risk.keep_years is not None:
        parts.append(f"keep the written finding {risk.keep_years} years")
    return "; ".join(parts)


def _from_memory(regime: Regime, group: FactGroup, what: str) -> tuple[Question, ...]:
    if regime.known[group].level is not Confidence.MEMORY:
        return ()
    return (Question(Topic.MEMORY, f"needs confirmation: {what} of {regime.id} is known from memory only"),)
