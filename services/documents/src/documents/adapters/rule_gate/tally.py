"""What the gate has seen so far: outcomes by kind of document, rules that spoke, and the documents that differ.

Tallies of several processes are added up. Only the first differing documents are kept, whole, with what makes them
again; all are counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from documents.adapters.rule_gate.comparison import Comparison, Outcome
from documents.adapters.rule_gate.mutants import Step

_KEPT = 20
_SHOWN = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDocument:
    """A document that both engines read: where it comes from, and how it was made."""

    label: str
    key: str
    base: str
    steps: tuple[Step, ...]
    content: bytes
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    rule_set: str
    document: GateDocument
    comparison: Comparison


def line_of(difference: Difference) -> str:
    """What differs in which document, on a line."""
    document, comparison = difference.document, difference.comparison
    what = (*comparison.only_ours, *comparison.only_reference, comparison.ours_reason, comparison.reference_reason)
    kind = f"{document.label}, {'valid' if document.valid else 'not valid'}"
    first = next(filter(None, what), "")[:_SHOWN]
    return f"{difference.rule_set}, {comparison.outcome} ({kind}): {document.key or document.base}: {first}"


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one rule set."""

    rule_set: str
    outcomes: Counter[tuple[str, bool, Outcome]] = field(default_factory=Counter)
    spoken: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)

    def add(self, document: GateDocument, comparison: Comparison) -> None:
        self.outcomes[document.label, document.valid, comparison.outcome] += 1
        self.spoken |= comparison.spoken
        if comparison.outcome not in _AGREEING:
            self._keep(Difference(rule_set=self.rule_set, document=document, comparison=comparison))

    def _keep(self, difference: Difference) -> None:
        """Up to a number per outcome: a thousand refusals must not crowd out one differing list."""
        outcome = difference.comparison.outcome
        if sum(kept.comparison.outcome is outcome for kept in self.differences) < _KEPT:
            self.differences.append(difference)

    def merge(self, other: "Tally") -> None:
        self.outcomes.update(other.outcomes)
        self.spoken |= other.spoken
        for difference in other.differences:
            self._keep(difference)

    def count(self, *outcomes: Outcome, valid: bool | None = None, label: str | None = None) -> int:
        """Documents with one of these outcomes; all of them when none is named."""
        return sum(
            number
            for (of_label, of_valid, outcome), number in self.outcomes.items()
            if (not outcomes or outcome in outcomes) and valid in (None, of_valid) and label in (None, of_label)
        )

    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for label, _, _ in self.outcomes))


_AGREEING = frozenset({Outcome.EQUAL, Outcome.ERRORED_BY_BOTH})


def merge_into(total: dict[str, Tally], part: Mapping[str, Tally]) -> None:
    """Add the tallies of a part, by rule set."""
    for name, tally in part.items():
        total.setdefault(name, Tally(rule_set=name)).merge(tally)


def merged(parts: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """The tallies of all processes, by rule set."""
    total: dict[str, Tally] = {}
    for part in parts:
        merge_into(total, part)
    return total
