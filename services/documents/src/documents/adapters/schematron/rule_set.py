"""A compiled rule set in memory: which of its rules run for a path type, and running them on a tree.

Guarantees: patterns are independent; which rules can match is decided once per path type and per outcome of the
document-wide conditions. Not for several threads at once: the path types belong to one document at a time.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final

from documents.adapters.schematron.contexts import Alternative, Evaluation, Found, Values, recovered
from documents.adapters.schematron.plans import Plans, Rule, Trigger
from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.sequences import U
from documents.adapters.schematron.runtime.tree import PathType, Tree

_MAX_PLANS: Final = 64  # of all rule sets; the outcomes of the conditions are in the hands of whoever writes documents


class RuleSet:
    """The tables of a compiled module."""

    def __init__(self, name: str, module: dict[str, Any]) -> None:
        self.name = name
        self.checks: dict[int, tuple[str, str, Any, int]] = module["CHECKS"]
        self._conditions: tuple[Callable[[Evaluation, Values], bool], ...] = module["CONDITIONS"]
        self._values: int = module["VALUES"]
        patterns = [tuple(map(_rule, pattern)) for pattern in module["PATTERNS"]]
        self._scans = [pattern[0] for pattern in patterns if _is_scan(pattern)]
        self._patterns = [pattern for pattern in patterns if not _is_scan(pattern)]
        self._known: dict[Hashable, Any] = {}

    def run(self, tree: Tree) -> tuple[list[Found], Evaluation, Values]:
        """All findings of the rule set on a tree, by path type, and what their texts are made with."""
        evaluation = Evaluation(tree, tree.document, tree.nodes[0])
        values: Values = [U] * self._values
        found: list[Found] = []
        add = found.append
        plans = self._plans(tree.document.type, self._mask(evaluation, values))
        known = plans.functions
        for path_type in tree.types:
            functions = known.get(path_type)
            if functions is None:
                functions = plans.of(path_type)
            for function in functions:
                function(path_type.elements, evaluation, values, add)
        for function in plans.of(tree.document.type):
            function((tree.document,), evaluation, values, add)
        for rule in self._scans:
            _scan(rule, tree, (evaluation, values, found))
        return found, evaluation, values

    def _mask(self, evaluation: Evaluation, values: Values) -> int:
        """The outcome of each document-wide condition, as one bit."""
        mask = 0
        for bit, condition in enumerate(self._conditions):
            try:
                if condition(evaluation, values):
                    mask |= 1 << bit
            except Undecided:
                raise
            except EvaluationError:  # an error in a pattern means that it does not match
                continue
        return mask

    def _plans(self, document: PathType, mask: int) -> Plans:
        """What is done with each path, kept at the document node's path type: it is forgotten with the paths."""
        plans: Plans | None = document.plans.get((self, mask))
        if plans is None:
            if len(document.plans) >= _MAX_PLANS:
                document.plans.clear()
            plans = document.plans[self, mask] = Plans(self._patterns, mask, self._known)
        return plans


def _scan(rule: Rule, tree: Tree, into: tuple[Evaluation, Values, list[Found]]) -> None:
    """A pattern whose only rule is for elements of any path: all elements in one go."""
    evaluation, values, found = into
    select = rule.alternatives[0].by_element
    if select is not None and rule.function is not None:
        selected = recovered(select, tree.nodes, evaluation, values)
        if selected:
            rule.function(selected, evaluation, values, found.append)


def _is_scan(pattern: Sequence[Rule]) -> bool:
    if len(pattern) != 1 or len(pattern[0].alternatives) != 1:
        return False
    (alternative,) = pattern[0].alternatives
    return alternative.is_everywhere and alternative.by_key is None and alternative.by_element is not None


def _rule(row: tuple[Any, ...]) -> Rule:
    function, triggers, alternatives = row
    return Rule(
        function=function,
        triggers=tuple(Trigger(*trigger) for trigger in triggers),
        alternatives=tuple(Alternative(*alternative) for alternative in alternatives),
    )
