"""Directed documents from the elements of a base: to each of them everything is done once."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.directed.document import Directed
from documents.adapters.rule_gate.material import Material
from documents.adapters.rule_gate.mutators.numbers import number_in
from documents.adapters.rule_gate.trees import (
    below,
    insert_beside,
    is_leaf,
    local_name,
    parent_of,
    put_value,
    tag_of,
    value_of,
)

Change = Callable[[etree._Element], None]  # noqa: SLF001 - lxml has no public name for it
_DATE_LENGTH = 10
_LONGER = 5
_CODE = re.compile(r"[A-Z]{1,3}(?![a-z])")
_NUDGES = ("0.005", "-0.005", "0.01")
_ODD_ATTRIBUTE = "x-y/z"


def element_documents(base: BaseDocument, material: Material, kinds: Iterable[str] | None = None) -> Iterator[Directed]:
    """A document per element and kind of change, where the change makes sense; all kinds unless some are named."""
    wanted = None if kinds is None else frozenset(kinds)
    for index, element in enumerate(below(base.tree())):
        for kind, change in _changes(element, material):
            if wanted is None or kind.partition(":")[0] in wanted:
                at = partial(_at, index=index, change=change)
                yield Directed(kind=kind.partition(":")[0], name=_named(element, kind), base=base, change=at)


def _named(element: etree._Element, kind: str) -> str:
    """The place of the element in local names, and which of several changes it is."""
    _, colon, which = kind.partition(":")
    return f"{_place(element)}{colon}{which}"


def _place(element: etree._Element) -> str:
    parent = element.getparent()
    if parent is None:
        return ""
    before = sum(1 for _ in element.itersiblings(tag_of(element), preceding=True))
    return f"{_place(parent)}/{local_name(tag_of(element))}{f'[{before + 1}]' if before else ''}".lstrip("/")


def _at(root: etree._Element, *, index: int, change: Change) -> None:
    change(below(root)[index])


def _changes(element: etree._Element, material: Material) -> Iterator[tuple[str, Change]]:
    """What can be done to an element; after a colon, which of several changes of a kind."""
    yield "delete-each", _delete
    yield "double-each", _double
    yield "empty-each", _empty
    for name in map(str, element.attrib):
        yield f"attribute-each: no {name}", partial(_put_attribute, name=name, value=None)
        yield f"attribute-each: odd {name}", partial(_put_attribute, name=name, value=_ODD_ATTRIBUTE)
    if is_leaf(element):
        yield from _value_changes(element, material)


def _value_changes(leaf: etree._Element, material: Material) -> Iterator[tuple[str, Change]]:
    value = value_of(leaf)
    if value.strip():
        yield "pad-each: before", partial(put_value, value=f" \n{value}")
        yield "pad-each: behind", partial(put_value, value=f"{value}\n")
        yield "pad-each: no-break space", partial(put_value, value=f"{value}\u00a0")
        yield "length-each: longer", partial(put_value, value=value * _LONGER)
        yield "length-each: shorter", partial(put_value, value=value[:-1])
        if _CODE.search(value):
            yield "code-each", partial(put_value, value=_CODE.sub(lambda code: "Q" * len(code[0]), value, count=1))
    number = number_in(leaf)
    if number:
        yield "nudge-each: negated", partial(put_value, value=f"{-number:f}")
        for nudge in _NUDGES:
            yield f"nudge-each: {nudge}", partial(put_value, value=f"{number + Decimal(nudge):f}")
    if len(value) == _DATE_LENGTH and value[4] == value[7] == "-":
        yield "date-each: impossible", partial(put_value, value=f"{value[:5]}02-30")
        yield "date-each: past", partial(put_value, value=f"1999{value[4:]}")
        yield "date-each: future", partial(put_value, value=f"2099{value[4:]}")
    other = next((seen for seen in material.values.get(tag_of(leaf), ()) if seen != value), f"{value}1")
    yield "twin-each: itself", partial(_twin, value=other)
    if parent_of(leaf).getparent() is not None:
        yield "twin-each: its parent", partial(_twin_of_parent, value=other)


def _put_attribute(element: etree._Element, *, name: str, value: str | None) -> None:
    if value is None:
        del element.attrib[name]
    else:
        element.set(name, value)


def _delete(element: etree._Element) -> None:
    parent_of(element).remove(element)


def _double(element: etree._Element) -> None:
    insert_beside(element, copy.deepcopy(element))


def _empty(element: etree._Element) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None


def _twin(leaf: etree._Element, *, value: str) -> None:
    """A second element right behind it, with another value."""
    twin = copy.deepcopy(leaf)
    put_value(twin, value)
    insert_beside(leaf, twin)


def _twin_of_parent(leaf: etree._Element, *, value: str) -> None:
    """A second parent right behind the first, which differs in this value."""
    parent = parent_of(leaf)
    twin = copy.deepcopy(parent)
    put_value(twin[parent.index(leaf)], value)
    insert_beside(parent, twin)
