"""Which elements a rule's context selects: by their path, and by what only the elements themselves can tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.tree import Node, PathType, Tree


@dataclass(slots=True)
class Evaluation:
    """One document under one rule set; generated code reads it."""

    tree: Tree
    document: Node
    root: Node


Values = list[Any]
Found = tuple[int, Node]
"""The number of a check, and the element that breaks it."""
RuleFunction = Callable[[Sequence[Node], Evaluation, Values, Callable[[Found], None]], None]
Select = Callable[[Sequence[Node], Evaluation, Values], Sequence[Node]]
KeyOf = Callable[[Node, Evaluation, Values], str | None]
ContextStep = tuple[str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One path of a context, with its conditions (see `compiler.matching`)."""

    anchored: bool
    steps: tuple[ContextStep, ...]
    by_name: Callable[[PathType], Any] | None
    by_document: tuple[int, ...]
    by_key: tuple[KeyOf, str] | None
    by_element: Select | None

    @property
    def is_conditional(self) -> bool:
        """Whether the element itself decides."""
        return self.by_key is not None or self.by_element is not None

    @property
    def is_everywhere(self) -> bool:
        """Whether elements of any path may match."""
        any_element = not self.anchored and [step[:2] for step in self.steps] == [(None, None)]
        return any_element and not self.by_name and not self.by_document

    def may_match(self, path_type: PathType, mask: int) -> bool:
        """Whether elements of this path can match, the conditions on the element itself left aside."""
        if any(not mask >> bit & 1 for bit in self.by_document):
            return False
        if not _ends_in(self.steps, path_type, anchored=self.anchored):
            return False
        return self.by_name is None or bool(self.by_name(path_type))

    def selector(self) -> Select:
        """What selects the elements that match; one whose condition is an error does not match (XSLT 2.0, 5.5.4)."""
        by_element = None if self.by_element is None else partial(recovered, self.by_element)
        if self.by_key is None:
            return by_element or _all
        key_of, literal = self.by_key

        def by_key(elements: Sequence[Node], evaluation: Evaluation, values: Values) -> Sequence[Node]:
            same = keyed(key_of, elements, evaluation, values).get(literal, ())
            return same if by_element is None or not same else by_element(same, evaluation, values)

        return by_key


def _all(elements: Sequence[Node], _evaluation: Evaluation, _values: Values) -> Sequence[Node]:
    return elements


def keyed(
    key_of: KeyOf, elements: Sequence[Node], evaluation: Evaluation, values: Values
) -> dict[str | None, list[Node]]:
    """Elements by their key; one whose key cannot be computed matches nothing."""
    table: dict[str | None, list[Node]] = {}
    for element in elements:
        try:
            key = key_of(element, evaluation, values)
        except Undecided:
            raise
        except EvaluationError:  # an error in a pattern means that it does not match
            continue
        table.setdefault(key, []).append(element)
    return table


def recovered(select: Select, elements: Sequence[Node], evaluation: Evaluation, values: Values) -> Sequence[Node]:
    """What a condition selects. When it fails on an element, that one is not selected; the others are tried alone."""
    try:
        return select(elements, evaluation, values)
    except Undecided:
        raise
    except EvaluationError:  # an error in a pattern means that it does not match
        if len(elements) == 1:
            return ()
    return [element for element in elements if recovered(select, (element,), evaluation, values)]


def _ends_in(steps: Sequence[ContextStep], path_type: PathType | None, *, anchored: bool) -> bool:
    """Whether a path type ends in these steps; an anchored one also begins with them."""
    if not steps:
        return path_type is not None and (not anchored or path_type.parent is None)
    if path_type is None or path_type.parent is None:
        return False
    (key, uri, anywhere), above = steps[-1], steps[:-1]
    if (key is not None and key != path_type.key) or (uri is not None and uri != path_type.uri):
        return False
    parent: PathType | None = path_type.parent
    while parent is not None:
        if _ends_in(above, parent, anchored=anchored):
            return True
        if not anywhere:
            return False
        parent = parent.parent
    return False
