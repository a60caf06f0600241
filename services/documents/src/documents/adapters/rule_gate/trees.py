"""Small questions to, and changes of, an lxml tree; every mutator is written with these.

Comments and processing instructions are never taken for elements. A leaf is an element without child elements, its
value the text of it all, comments left out.
"""

import random

from lxml import etree


def elements_of(root: etree._Element) -> list[etree._Element]:
    """The root and every element below it, in document order."""
    return list(root.iter("*"))


def below(root: etree._Element) -> list[etree._Element]:
    """Every element but the root."""
    return list(root.iterdescendants("*"))


def children_of(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren("*"))


def is_leaf(element: etree._Element) -> bool:
    return element.find("*") is None


def leaves_of(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter("*") if is_leaf(element)]


def value_of(leaf: etree._Element) -> str:
    return (leaf.text or "") + "".join(node.tail or "" for node in leaf)


def put_value(leaf: etree._Element, value: str) -> None:
    """Give a leaf this text and nothing else."""
    for node in list(leaf):
        leaf.remove(node)
    leaf.text = value


def parent_of(element: etree._Element) -> etree._Element:
    """The parent of an element that is known not to be the root."""
    parent = element.getparent()
    if parent is None:
        raise ValueError("the root has no parent")
    return parent


def tag_of(element: etree._Element) -> str:
    """The expanded name, `{namespace}name`."""
    return str(element.tag)


def namespace_of(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def path_of(element: etree._Element) -> str:
    """Where an element stands, for people who read what a step did."""
    return element.getroottree().getpath(element)


def insert_beside(element: etree._Element, new: etree._Element) -> None:
    """Put an element right after its sibling-to-be."""
    parent = parent_of(element)
    parent.insert(parent.index(element) + 1, new)


def pick(rng: random.Random, found: list[etree._Element]) -> etree._Element | None:
    """One of the elements, none when there is none."""
    return rng.choice(found) if found else None
