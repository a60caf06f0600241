"""Compare two engines on one document.

The finding list is the sorted set of (rule id, location): what is found twice on one node is one finding. Equal lists
whose flags or texts differ are an outcome of their own, because a sender reads the text.
"""

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from documents.adapters.rule_gate.engines import Engine, EngineFailed, RawFinding

_MAX_REASON = 300


class Outcome(StrEnum):
    EQUAL = "equal"
    TEXTS_DIFFER = "texts-differ"
    DIFFERENT = "different"
    ERRORED_BY_OURS_ONLY = "errored-by-ours-only"
    ERRORED_BY_REFERENCE_ONLY = "errored-by-reference-only"
    ERRORED_BY_BOTH = "errored-by-both"
    CRASHED = "crashed"


FindingList = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two engines said of a document; lists are empty where they agree, reasons where nothing went wrong."""

    outcome: Outcome
    only_ours: tuple[str, ...] = ()
    only_reference: tuple[str, ...] = ()
    ours_reason: str = ""
    reference_reason: str = ""
    spoken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The findings of one engine, or why there are none."""

    findings: tuple[RawFinding, ...] = ()
    reason: str = ""
    crashed: bool = False


def finding_list(findings: tuple[RawFinding, ...]) -> FindingList:
    return tuple(sorted({(finding.rule_id, finding.location) for finding in findings}))


def ask(engine: Engine, root: etree._Element) -> Answer:
    """Evaluate, and tell an error of an expression from a defect of the engine."""
    try:
        return Answer(findings=tuple(engine.findings(root)))
    except EngineFailed as error:
        return Answer(reason=_reason(error))
    except Exception as error:  # noqa: BLE001 - any exception of an engine under test is a result, not the gate's end
        return Answer(reason=f"{type(error).__name__}: {_reason(error)}", crashed=True)


def compare(ours: Answer, reference: Answer) -> Comparison:
    spoken = frozenset(finding.rule_id for finding in reference.findings)
    if ours.reason or reference.reason:
        return Comparison(
            outcome=_failure(ours, reference), ours_reason=ours.reason, reference_reason=reference.reason, spoken=spoken
        )
    outcome, keyed_ours, keyed_reference = _compared(ours, reference)
    return Comparison(
        outcome=outcome,
        only_ours=_missing_from(keyed_reference, keyed_ours),
        only_reference=_missing_from(keyed_ours, keyed_reference),
        spoken=spoken,
    )


def _failure(ours: Answer, reference: Answer) -> Outcome:
    if ours.crashed or reference.crashed:
        return Outcome.CRASHED
    if ours.reason and reference.reason:
        return Outcome.ERRORED_BY_BOTH
    return Outcome.ERRORED_BY_OURS_ONLY if ours.reason else Outcome.ERRORED_BY_REFERENCE_ONLY


_Keys = frozenset[tuple[str, ...]]


def _compared(ours: Answer, reference: Answer) -> tuple[Outcome, _Keys, _Keys]:
    """By id and location first, because a text can only be compared where both found something."""
    short_ours, short_reference = finding_list(ours.findings), finding_list(reference.findings)
    if short_ours != short_reference:
        return Outcome.DIFFERENT, frozenset(short_ours), frozenset(short_reference)
    whole_ours, whole_reference = _whole(ours), _whole(reference)
    return Outcome.EQUAL if whole_ours == whole_reference else Outcome.TEXTS_DIFFER, whole_ours, whole_reference


def _whole(answer: Answer) -> _Keys:
    return frozenset(
        (finding.rule_id, finding.location, finding.flag, " ".join(finding.text.split())) for finding in answer.findings
    )


def _missing_from(there: _Keys, here: _Keys) -> tuple[str, ...]:
    return tuple(sorted(" | ".join(key) for key in here - there))


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:_MAX_REASON] or type(error).__name__
