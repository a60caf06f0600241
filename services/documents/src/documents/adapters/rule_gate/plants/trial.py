"""Whether the gate sees planted bugs: each broken engine against the sound one, on the documents that mutators make.

The sound engine equals the reference on these kinds of documents (the comparison proves that), so the reference is not
asked again. A bug is caught by the first document on which the finding lists differ.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from documents.adapters.rule_gate.comparison import FindingList, ask, finding_list
from documents.adapters.rule_gate.engines import Engine
from documents.adapters.rule_gate.plants.planting import PlantedBug, StalePlant
from documents.adapters.rule_gate.tally import GateDocument

# What an engine says of a document: a list for each rule set, none where it has an error.
_Said = tuple[FindingList | None, ...]
MakeEngines = Callable[[], Sequence[Engine]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a bug: the kind that caught it and after how many documents, or why it was not caught."""

    bug: str
    caught_by: str = ""
    documents: int = 0
    problem: str = ""


class Trial:
    """The documents by kind, with what the sound engine says of each."""

    def __init__(self, make_engines: MakeEngines, documents: Iterable[GateDocument]) -> None:
        self._make_engines = make_engines
        engines = make_engines()
        self._by_kind: dict[str, list[tuple[etree._Element, _Said]]] = {}
        for document in documents:
            root = etree.fromstring(document.content)
            self._by_kind.setdefault(document.label, []).append((root, _said(engines, root)))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._by_kind)

    def try_bug(self, bug: PlantedBug) -> Verdict:
        try:
            with bug.plant():
                return self._look(bug, self._make_engines())
        except StalePlant as error:
            return Verdict(bug=bug.name, problem=str(error))

    def _look(self, bug: PlantedBug, engines: Sequence[Engine]) -> Verdict:
        first = [kind for kind in bug.kinds if kind in self._by_kind]
        looked = 0
        for kind in dict.fromkeys([*first, *self._by_kind]):
            for root, sound in self._by_kind[kind]:
                looked += 1
                if _said(engines, root) != sound:
                    return Verdict(bug=bug.name, caught_by=kind, documents=looked)
        return Verdict(bug=bug.name, documents=looked, problem=f"not caught by {looked} documents")


def _said(engines: Sequence[Engine], root: etree._Element) -> _Said:
    answers = [ask(engine, root) for engine in engines]
    return tuple(None if answer.reason else finding_list(answer.findings) for answer in answers)
