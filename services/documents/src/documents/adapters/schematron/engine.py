"""Rule sets over one document: build its tree once, run each set, say what was found.

Guarantees: the findings are those of the published stylesheets: rule id, flag, location and text, in the order of the
reference (pattern, then document order). Whatever cannot be evaluated exactly raises `EvaluationFailed` and gives no
findings at all: the caller lets the reference decide. Valid only for documents that satisfy their XML Schema.
"""

import decimal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from lxml import etree

from documents.adapters.schematron.contexts import Evaluation, Found, Values
from documents.adapters.schematron.rule_set import RuleSet
from documents.adapters.schematron.runtime.arithmetic import EXACT
from documents.adapters.schematron.runtime.tree import Node, PathTypes, Tree, Unsuited, grow

MAX_PATH_TYPES: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """A finding as the stylesheet gives it: `flag` may be empty, `location` is spelled without prefixes."""

    rule_set: str
    rule_id: str
    flag: str
    location: str
    text: str


class EvaluationFailed(Exception):
    """The document could not be evaluated: by `rule_set`, or for its shape (then `rule_set` is empty)."""

    def __init__(self, reason: str, rule_set: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule_set = rule_set


class Engine:
    """Evaluates documents one after the other; calls from several threads wait for each other."""

    def __init__(self, rule_sets: Mapping[str, RuleSet], *, max_path_types: int = MAX_PATH_TYPES) -> None:
        self._rule_sets = rule_sets
        self._path_types = PathTypes(max_path_types)
        self._lock = Lock()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._rule_sets)

    def findings(self, root: etree._Element, names: Iterable[str]) -> list[RawFinding]:
        """The findings of rule sets on a parsed document, set after set."""
        with self._lock, decimal.localcontext(EXACT):
            try:
                tree = grow(root, self._path_types)
            except Unsuited as error:
                self._path_types.forget()
                raise EvaluationFailed(str(error)) from error
            try:
                return [finding for name in names for finding in self._run(self._rule_sets[name], tree)]
            finally:
                tree.release()

    def _run(self, rule_set: RuleSet, tree: Tree) -> list[RawFinding]:
        try:
            found, evaluation, values = rule_set.run(tree)
            return _reported(rule_set, found, evaluation, values)
        except Exception as error:
            raise EvaluationFailed(f"{type(error).__name__}: {error}", rule_set.name) from error


def _reported(rule_set: RuleSet, found: list[Found], evaluation: Evaluation, values: Values) -> list[RawFinding]:
    """Findings with location and text, each once, in the order in which the stylesheet reports them."""
    if not found:
        return []
    checks = rule_set.checks
    unique = {(checks[number][3], node.number, number): node for number, node in found}
    positions: dict[int, int] = {}
    reported = []
    for (_, _, number), node in sorted(unique.items(), key=lambda entry: entry[0]):
        rule_id, flag, text, _ = checks[number]
        reported.append(
            RawFinding(
                rule_set=rule_set.name,
                rule_id=rule_id,
                flag=flag,
                location=location_of(node, positions),
                text=text if isinstance(text, str) else text(node, evaluation, values),
            )
        )
    return reported


def location_of(node: Node, positions: dict[int, int]) -> str:
    """The path of an element as the stylesheets write it: every step with namespace and position among its like.

    `positions` remembers, for one document, the positions that were counted (by the elements' numbers): a thousand
    findings beside each other are counted through once.
    """
    if node.parent is None:
        return "".join(location_of(child, positions) for children in node.children.values() for child in children)
    steps = []
    while node.parent is not None:
        if node.number not in positions:
            positions |= {like.number: i for i, like in enumerate(node.parent.children[node.type.key], 1)}
        name = f"*:{node.type.local}[namespace-uri()='{node.type.uri}']" if node.type.uri else node.type.local
        steps.append(f"/{name}[{positions[node.number]}]")
        node = node.parent
    return "".join(reversed(steps))
