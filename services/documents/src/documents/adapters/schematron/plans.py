"""What a rule set does with the elements of one path: decided once, then run for every document.

Guarantees: per pattern an element is given to the first rule that it matches and to no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from documents.adapters.schematron.contexts import (
    Alternative,
    Evaluation,
    Found,
    KeyOf,
    RuleFunction,
    Values,
    keyed,
)
from documents.adapters.schematron.runtime.navigation import path
from documents.adapters.schematron.runtime.tree import Node, PathType


@dataclass(frozen=True, slots=True)
class Trigger:
    """Elements at a path below the root (with an attribute, when one is named) break a check of the root element."""

    check: int
    path: tuple[str, ...]
    attribute: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`function` is None when nothing is asked of the elements, which still are taken from the rules behind it."""

    function: RuleFunction | None
    triggers: tuple[Trigger, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`functions` run with all elements of the path; `forbidden` are the checks that seeing the path breaks."""

    functions: tuple[RuleFunction, ...]
    forbidden: tuple[Trigger, ...]
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rule that some elements of a path run: all of them when there are no `alternatives`."""

    alternatives: tuple[Alternative, ...]
    rule: Rule


def planned(pattern: Sequence[Rule], path_type: PathType, mask: int) -> tuple[RuleFunction | None, tuple[Trigger, ...]]:
    """What a pattern runs for a path, and the triggers of the rule that all its elements run."""
    chain = _chain(pattern, path_type, mask)
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
    """A rule that not every element of its path runs: it looks for the paths of its triggers below those that do."""
    if not rule.triggers:
        return rule

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        if rule.function is not None:
            rule.function(elements, evaluation, values, add)
        for element in elements:
            for trigger in rule.triggers:
                name = trigger.attribute
                if any(name is None or name in found.attributes for found in path(element, *trigger.path)):
                    add((trigger.check, element))

    return replace(rule, function=run, triggers=())


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


def _selected(choice: _Choice, elements: Sequence[Node], evaluation: Evaluation, values: Values) -> Sequence[Node]:
    """The elements that match any alternative, in order."""
    if len(choice.alternatives) == 1:
        return choice.alternatives[0].selected(elements, evaluation, values)
    chosen = {
        element.number
        for alternative in choice.alternatives
        for element in alternative.selected(elements, evaluation, values)
    }
    return [element for element in elements if element.number in chosen]


def _one_rule(choice: _Choice) -> RuleFunction:
    """A single rule with conditions."""
    function = choice.rule.function

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        selected = _selected(choice, elements, evaluation, values)
        if selected and function is not None:
            function(selected, evaluation, values, add)

    return run


def _sequence(chain: Sequence[_Choice]) -> RuleFunction:
    """Rules that are tried one after the other."""

    def run(elements: Sequence[Node], evaluation: Evaluation, values: Values, add: Callable[[Found], None]) -> None:
        left = elements
        for choice in chain:
            selected = _selected(choice, left, evaluation, values) if choice.alternatives else left
            if not selected:
                continue
            if choice.rule.function is not None:
                choice.rule.function(selected, evaluation, values, add)
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
