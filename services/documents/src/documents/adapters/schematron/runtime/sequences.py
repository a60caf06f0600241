"""What generated code does with sequences and optional values: None stands for the empty sequence of at most one."""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.navigation import text_of
from documents.adapters.schematron.runtime.numbers import number, to_boolean, to_decimal
from documents.adapters.schematron.runtime.tree import Node

S = TypeVar("S")
R = TypeVar("R")

U: Final = object()
"""Marks a value of the document that nobody has asked for yet; no expression gives it."""
NAN: Final = math.nan
NO_INDEX: Final[dict[str, list[Node]]] = {}
"""What `indexed` gives for nothing; nobody writes to it."""


def mapped(function: Callable[[S], R], item: S | None) -> R | None:
    """The function of an item; of nothing, nothing."""
    return None if item is None else function(item)


def both(function: Callable[[S, S], R], left: S | None, right: S | None) -> R | None:
    """The function of two items; nothing when one is missing."""
    return None if left is None or right is None else function(left, right)


def keep(cells: list[Any], number: int, value: R) -> R:
    """Remember a value in a cell, and return it."""
    cells[number] = value
    return value


def listed(item: S | None) -> Sequence[S]:
    return () if item is None else (item,)


def item(items: Sequence[S], position: int) -> S | None:
    """The item at a position that counts from 1."""
    try:
        return items[position - 1] if position > 0 else None
    except IndexError:
        return None


def last(items: Sequence[S]) -> S | None:
    return items[-1] if items else None


def required(value: S | None) -> S:
    if value is None:
        raise EvaluationError("XPTY0004", "an empty sequence where one item is required")
    return value


def text_if_any(elements: Sequence[Node]) -> str | None:
    """The string value of at most one element; more is an error."""
    if not elements:
        return None
    if len(elements) > 1:
        raise EvaluationError("XPTY0004", "a sequence of more than one item where at most one is allowed")
    return text_of(elements[0])


def decimal1(elements: Sequence[Node]) -> Decimal | None:
    """`xs:decimal` of at most one element."""
    text = text_if_any(elements)
    return None if text is None else to_decimal(text)


def child_decimal(node: Node, key: str) -> Decimal | None:
    """`xs:decimal` of at most one child of a name."""
    found = node.children.get(key)
    return None if found is None else decimal1(found)


def decimal_or_none(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def number_or_nan(text: str | None) -> float:
    return NAN if text is None else number(text)


def is_true_number(value: float | None) -> bool:
    return value is not None and value == value and value != 0  # noqa: PLR0124 - NaN is not itself


def truth_of(items: Sequence[Any]) -> bool:
    """The effective boolean value of atomic items: of more than one an error (FORG0006)."""
    if not items:
        return False
    if len(items) > 1:
        raise EvaluationError("FORG0006", "the truth of several atomic values")
    (only,) = items
    return is_true_number(only) if isinstance(only, float) else bool(only)


def has_text(elements: Sequence[Node], text: str) -> bool:
    """Whether an element has this string value."""
    return text in [element.text or text_of(element) for element in elements]


def has_boolean(elements: Sequence[Node], wanted: bool) -> bool:  # noqa: FBT001 - it is the value
    """Whether an element has this boolean as its value; the elements up to that one must have one."""
    for element in elements:  # noqa: SIM110 - a generator costs more than most comparisons
        if to_boolean(element.text or text_of(element)) is wanted:
            return True
    return False


def is_listed(code: str, codes: frozenset[str], listing: str) -> bool:
    """`contains(listing, concat(' ', code, ' '))`, where the listing has its codes between single blanks."""
    return code in codes or ((not code or " " in code) and f" {code} " in listing)


def indexed(pairs: Iterable[tuple[Node, Iterable[str]]]) -> dict[str, list[Node]]:
    """Elements by each of their texts, in document order, each once per text."""
    index: dict[str, list[Node]] = {}
    for element, keys in pairs:
        for key in keys:
            elements = index.setdefault(key, [])
            if not elements or elements[-1] is not element:
                elements.append(element)
    return index
