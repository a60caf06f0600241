"""The documents in which planted bugs must show: of every mutator by itself, and a sample of the directed ones."""

from collections import Counter
from collections.abc import Iterator

from documents.adapters.rule_gate.mutants import Recipe
from documents.adapters.rule_gate.mutators.table import MUTATORS
from documents.adapters.rule_gate.suites import Suite
from documents.adapters.rule_gate.tally import GateDocument
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.adapters.rules.lock import RuleFiles

_STEPS = (2,)


def trial_documents(files: RuleFiles, suite: Suite, plan: Plan, *, number: int) -> Iterator[GateDocument]:
    """`number` documents of each kind: free and valid mutants by turns, two steps each, and directed ones."""
    workload = Workload(files, suite, plan)
    for mutator in MUTATORS:
        for index in range(number):
            valid = index % 2 == 0 and not mutator.breaks_schema
            recipe = Recipe(label=mutator.name, valid=valid, mutators=(mutator,), steps=_STEPS)
            document = workload.of_mutator(recipe, index)
            if document is not None:
                yield document
    counts = Counter(directed.kind for directed in workload.directed())
    yield from workload.directed_documents(lambda directed: number / counts[directed.kind])
