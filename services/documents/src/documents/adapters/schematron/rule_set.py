"""A compiled rule set in memory: which of its rules run for a path type, and running them on a tree.

Guarantees: patterns are independent; which rules can match is decided once per path type and per outcome of the
document-wide conditions. Not for several threads at once: the path types belong to one document at a time.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from documents.adapters.schematron.contexts import Alternative, Evaluation, Found, RuleFunction, Values, recovered
from documents.adapters.schematron.plans import Plan, Rule, Trigger, planned
from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.sequences import U
from documents.adapters.schematron.runtime.tree import Node, PathType, Tree

_ROOT_DEPTH: Final = 1
_MAX_PLANS: Final = 64  # of a path type; the outcomes of the conditions are in the hands of whoever writes documents

PlanKey: TypeAlias = "tuple[RuleSet, int]"


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

    def run(self, tree: Tree) -> tuple[list[Found], Evaluation, Values]:
        """All findings of the rule set on a tree, by path type, and what their texts are made with."""
        evaluation = Evaluation(tree, tree.document, tree.nodes[0])
        values: Values = [U] * self._values
        found: list[Found] = []
        add = found.append
        plan_key = (self, self._mask(evaluation, values))
        for path_type in tree.types:
            plan = path_type.plans.get(plan_key)
            if plan is None:
                plan = self._plan(path_type, plan_key)
            for function in plan.functions:
                function(path_type.elements, evaluation, values, add)
            if plan.forbidden:
                _report_forbidden(plan.forbidden, path_type.elements, found, tree)
        for function in self._plan_of(tree.document.type, plan_key).functions:
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

    def _plan_of(self, path_type: PathType, plan_key: PlanKey) -> Plan:
        plan: Plan | None = path_type.plans.get(plan_key)
        return self._plan(path_type, plan_key) if plan is None else plan

    def _plan(self, path_type: PathType, plan_key: PlanKey) -> Plan:
        functions: list[RuleFunction] = []
        triggers: list[Trigger] = []
        for pattern in self._patterns:
            function, of_root = planned(pattern, path_type, plan_key[1])
            triggers.extend(of_root)
            if function is not None:
                functions.append(function)
        plan = Plan(tuple(functions), self._forbidden(path_type, plan_key), tuple(triggers))
        if len(path_type.plans) >= _MAX_PLANS:
            path_type.plans.clear()
        path_type.plans[plan_key] = plan
        return plan

    def _forbidden(self, path_type: PathType, plan_key: PlanKey) -> tuple[Trigger, ...]:
        """The checks of the root element that forbid this path, or an attribute on it."""
        root = path_type
        while root.parent is not None and root.parent.parent is not None:
            root = root.parent
        if root is path_type:
            return ()
        below = path_type.names[_ROOT_DEPTH:]
        return tuple(trigger for trigger in self._plan_of(root, plan_key).triggers if trigger.path == below)


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


def _report_forbidden(forbidden: Sequence[Trigger], elements: Sequence[Node], found: list[Found], tree: Tree) -> None:
    root = tree.nodes[0]
    for trigger in forbidden:
        name = trigger.attribute
        if name is None or any(name in element.attributes for element in elements):
            found.append((trigger.check, root))


def _rule(row: tuple[Any, ...]) -> Rule:
    function, triggers, alternatives = row
    return Rule(
        function=function,
        triggers=tuple(Trigger(*trigger) for trigger in triggers),
        alternatives=tuple(Alternative(*alternative) for alternative in alternatives),
    )
