"""The documents in which planted bugs must show: of every mutator by itself, and a sample of the directed ones."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from documents.adapters.rule_gate.mutants import Recipe
from documents.adapters.rule_gate.mutators.table import MUTATORS
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import GateDocument
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.adapters.rules.lock import RuleFiles

_STEPS = (2,)
_MOST_FURTHER = 6_000


class TrialDocuments:
    """`sample` is where each bug should show, `further` where it is looked for when it does not."""

    def __init__(self, files: RuleFiles, suite: Suite, plan: Plan) -> None:
        self._workload = Workload(files, suite, plan)

    def sample(self, number: int) -> Iterator[GateDocument]:
        """`number` documents of each kind: free and valid mutants by turns, two steps each, and directed ones."""
        for mutator in MUTATORS:
            for index in range(number):
                valid = index % 2 == 0 and not mutator.breaks_schema
                recipe = Recipe(label=mutator.name, valid=valid, mutators=(mutator,), steps=_STEPS)
                document = self._workload.of_mutator(recipe, index)
                if document is not None:
                    yield document
        counts = Counter(directed.kind for directed in self._workload.directed())
        yield from self._workload.directed_documents(lambda directed: number / counts[directed.kind])

    def further(self) -> Iterator[GateDocument]:
        """Directed documents, spread over all of them."""
        count = sum(1 for _ in self._workload.directed())
        return islice(self._workload.directed_documents(lambda _: _MOST_FURTHER / count), _MOST_FURTHER)
