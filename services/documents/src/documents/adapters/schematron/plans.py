"""What a rule set does with the elements of one path: decided once, then run for every document.

Guarantees: per pattern an element is given to the first rule that it matches and to no other.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from documents.adapters.schematron.contexts import (
    Alternative,
    Evaluation,
    Found,
    KeyOf,
    RuleFunction,
    Select,
    Values,
    keyed,
)
from documents.adapters.schematron.runtime.tree import Node, PathType

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Trigger:
    """Elements at a path below the root, or anywhere, break a check of the root element.

    When an attribute is named, those that have it.
    """

    check: int
    path: tuple[str, ...]
    attribute: str | None
    anywhere: bool

    def forbids(self, path_type: PathType) -> bool:
        """Whether elements of a path are what the check forbids."""
        if self.anywhere:
            return path_type.names[-len(self.path) :] == self.path
        return path_type.names[1:] == self.path


@dataclass(frozen=True, slots=True)
class Rule:
    """`function` is None when nothing is asked of the elements, which still are taken from the rules behind it."""

    function: RuleFunction | None
    triggers: tuple[Trigger, ...]
    alternatives: tuple[Alternative, ...]


Planned: TypeAlias = tuple[RuleFunction | None, tuple[Trigger, ...]]


class Plans:
    """What a rule set does with each path, under one outcome of its document-wide conditions.

    Paths are many (a stranger may make them up), what is decided about them is little: `known` has it for all outcomes,
    by the rules that apply.
    """

    __slots__ = ("_known", "_patterns", "_triggers", "functions", "mask")

    def __init__(self, patterns: Sequence[Sequence[Rule]], mask: int, known: dict[Hashable, Any]) -> None:
        self._patterns = patterns
        self._known = known
        self.mask = mask
        self.functions: dict[PathType, tuple[RuleFunction, ...]] = {}
        self._triggers: dict[PathType, tuple[Trigger, ...]] = {}

    def of(self, path_type: PathType) -> tuple[RuleFunction, ...]:
        """The functions that run with all elements of a path, decided at its first sight."""
        functions = self.functions.get(path_type)
        return self._decide(path_type) if functions is None else functions

    def _decide(self, path_type: PathType) -> tuple[RuleFunction, ...]:
        functions: list[RuleFunction] = []
        triggers: list[Trigger] = []
        for pattern in self._patterns:
            function, of_root = self._planned(pattern, path_type)
            triggers.extend(of_root)
            if function is not None:
                functions.append(function)
        self._triggers[path_type] = self._shared(tuple(triggers))
        if forbidden := self._forbidden(path_type):
            functions.append(self._known.get(forbidden) or self._known.setdefault(forbidden, forbidding(forbidden)))
        self.functions[path_type] = self._shared(tuple(functions))
        return self.functions[path_type]

    def _planned(self, pattern: Sequence[Rule], path_type: PathType) -> Planned:
        chain = _chain(pattern, path_type, self.mask)
        key = tuple((id(choice.rule), *map(id, choice.alternatives)) for choice in chain)
        decided: Planned | None = self._known.get(key)
        return self._known.setdefault(key, planned(chain)) if decided is None else decided

    def _shared(self, items: tuple[S, ...]) -> tuple[S, ...]:
        """One tuple for all that are equal."""
        same: tuple[S, ...] = self._known.setdefault(("same", items), items)
        return same

    def _forbidden(self, path_type: PathType) -> tuple[Trigger, ...]:
        """The checks of the root element that forbid this path, or an attribute on it."""
        root = path_type
        while root.parent is not None and root.parent.parent is not None:
            root = root.parent
        if root not in self._triggers:
            self._decide(root)
        return tuple(trigger for trigger in self._triggers[root] if trigger.forbids(path_type))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rule that some elements of a path run: all of them when there are no `alternatives`."""

    alternatives: tuple[Alternative, ...]
    rule: Rule


def planned(chain: list[_Choice]) -> Planned:
    """What runs where these rules of a pattern apply, and the triggers of the one that all elements run."""
    if not chain:
        return None, ()
    first = chain[0]
    if len(chain) == 1 and not first.alternatives:
        return first.rule.function, first.rule.triggers
    chain = [replace(choice, rule=_looking(choice.rule)) for choice in chain]
    while chain and chain[-1].rule.function is None:
        chain.pop()
    if not chain:
        return None, ()
    if len(chain) == 1:
        return _one_rule(chain[0]), ()
    key_of = _common_key(chain)
    return (_table(chain, key_of) if key_of is not None else _sequence(chain)), ()


def _looking(rule: Rule) -> Rule:
    """A rule that not every element of its path runs: it looks for the paths of its triggers when one does."""
    if not rule.triggers:
        return rule

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        if rule.function is not None:
            rule.function(elements, evaluation, values, add)
        for path_type in evaluation.tree.types:
            forbidding(tuple(each for each in rule.triggers if each.forbids(path_type)))(
                path_type.elements, evaluation, values, add
            )

    return replace(rule, function=run, triggers=())


def forbidding(triggers: Sequence[Trigger]) -> RuleFunction:
    """Report the checks that forbid a path, given its elements, at the root element."""

    def run(elements: Sequence[Node], evaluation: Evaluation, _: Values, add: Callable[[Found], None]) -> None:
        for trigger in triggers:
            name = trigger.attribute
            if name is None or any(name in element.attributes for element in elements):
                add((trigger.check, evaluation.root))

    return run


def _chain(pattern: Sequence[Rule], path_type: PathType, mask: int) -> list[_Choice]:
    """The rules of a pattern that elements of a path may run, up to the first that all of them match."""
    chain: list[_Choice] = []
    for rule in pattern:
        matching = tuple(each for each in rule.alternatives if each.may_match(path_type, mask))
        if not matching:
            continue
        if not all(each.is_conditional for each in matching):
            return [*chain, _Choice((), rule)]
        chain.append(_Choice(matching, rule))
    return chain


def _selector(choice: _Choice) -> Select:
    """What selects the elements that match any alternative, in order."""
    if len(choice.alternatives) == 1:
        return choice.alternatives[0].selector()
    selectors = [alternative.selector() for alternative in choice.alternatives]

    def select(elements: Sequence[Node], evaluation: Evaluation, values: Values) -> Sequence[Node]:
        chosen = {element.number for each in selectors for element in each(elements, evaluation, values)}
        return [element for element in elements if element.number in chosen]

    return select


def _one_rule(choice: _Choice) -> RuleFunction:
    """A single rule with conditions."""
    function, select = choice.rule.function, _selector(choice)

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        selected = select(elements, evaluation, values)
        if selected and function is not None:
            function(selected, evaluation, values, add)

    return run


def _sequence(chain: Sequence[_Choice]) -> RuleFunction:
    """Rules that are tried one after the other."""
    tried = [(_selector(choice) if choice.alternatives else None, choice.rule.function) for choice in chain]

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        left = elements
        for select, function in tried:
            selected = select(left, evaluation, values) if select is not None else left
            if not selected:
                continue
            if function is not None:
                function(selected, evaluation, values, add)
            if len(selected) == len(left):
                return
            taken = {element.number for element in selected}
            left = [element for element in left if element.number not in taken]

    return run


def _common_key(chain: Sequence[_Choice]) -> KeyOf | None:
    """The key that all rules of a chain ask for, if they do."""
    keys = {
        choice.alternatives[0].by_key[0] if choice.alternatives[0].by_key else None
        for choice in chain
        if len(choice.alternatives) == 1
    }
    return keys.pop() if len(keys) == 1 and all(len(choice.alternatives) == 1 for choice in chain) else None


def _table(chain: Sequence[_Choice], key_of: KeyOf) -> RuleFunction:
    """Rules that ask for different texts of one key: one look-up instead of trying each (rule-engine.md 4.6)."""
    by_text: dict[str | None, list[_Choice]] = {}
    for choice in chain:
        (alternative,) = choice.alternatives
        if alternative.by_key is not None:
            found = replace(alternative, by_key=None)
            rest = _Choice((found,) if found.is_conditional else (), choice.rule)
            by_text.setdefault(alternative.by_key[1], []).append(rest)
    sequences = {text: _sequence(choices) for text, choices in by_text.items()}

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        for key, same in keyed(key_of, elements, evaluation, values).items():
            rules = sequences.get(key)
            if rules is not None:
                rules(same, evaluation, values, add)

    return run
