"""Whether the gate sees planted bugs: each broken engine against the sound one, on the documents that mutators make.

The sound engine equals the reference on these kinds of documents (the comparison proves that), so the reference is not
asked again. A bug is caught by the first document on which the finding lists differ. Where a sample shows nothing, more
documents are looked at: whether a bug is seen must not hang on a seed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from documents.adapters.rule_gate.comparison import FindingList, ask, finding_list
from documents.adapters.rule_gate.engines import Engine
from documents.adapters.rule_gate.plants.planting import PlantedBug, StalePlant
from documents.adapters.rule_gate.tally import GateDocument

# What an engine says of a document: a list for each rule set, none where it has an error.
_Said = tuple[FindingList | None, ...]
_Shown = dict[str, list[tuple[etree._Element, _Said]]]  # noqa: SLF001 - lxml has no public name for it
MakeEngines = Callable[[], Sequence[Engine]]
_MORE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a bug: the kind that caught it and after how many documents, or why it was not caught."""

    bug: str
    caught_by: str = ""
    documents: int = 0
    problem: str = ""


class Trial:
    """The documents by kind, with what the sound engine says of each; `further` ones are made when they are needed."""

    def __init__(
        self, make_engines: MakeEngines, documents: Iterable[GateDocument], further: Iterable[GateDocument] = ()
    ) -> None:
        self._make_engines = make_engines
        self._sound = make_engines()
        self._shown = [self._answered(documents)]
        self._further: Iterator[GateDocument] = iter(further)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._shown[0])

    def try_bug(self, bug: PlantedBug) -> Verdict:
        looked = 0
        try:
            for shown in self._batches():
                with bug.plant():
                    verdict = _look(bug, self._make_engines(), shown)
                looked += verdict.documents
                if verdict.caught_by:
                    return replace(verdict, documents=looked)
        except StalePlant as error:
            return Verdict(bug=bug.name, problem=str(error))
        return Verdict(bug=bug.name, documents=looked, problem=f"not caught by {looked} documents")

    def _batches(self) -> Iterator[_Shown]:
        """The documents that bugs were tried on so far, then more of them, answered while nothing is broken."""
        yield from tuple(self._shown)
        while more := self._answered(islice(self._further, _MORE)):
            self._shown.append(more)
            yield more

    def _answered(self, documents: Iterable[GateDocument]) -> _Shown:
        shown: _Shown = {}
        for document in documents:
            root = etree.fromstring(document.content)
            shown.setdefault(document.label, []).append((root, _said(self._sound, root)))
        return shown


def _look(bug: PlantedBug, engines: Sequence[Engine], shown: _Shown) -> Verdict:
    first = [kind for kind in bug.kinds if kind in shown]
    looked = 0
    for kind in dict.fromkeys([*first, *shown]):
        for root, sound in shown[kind]:
            looked += 1
            if _said(engines, root) != sound:
                return Verdict(bug=bug.name, caught_by=kind, documents=looked)
    return Verdict(bug=bug.name, documents=looked)


def _said(engines: Sequence[Engine], root: etree._Element) -> _Said:
    answers = [ask(engine, root) for engine in engines]
    return tuple(None if answer.reason else finding_list(answer.findings) for answer in answers)
