"""Moving through the tree, for generated code: short paths as one call, and the axes that are rare.

Every function returns elements in document order without duplicates. An empty result may be a shared constant: nobody
changes what these functions return.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.tree import Node, SplitText, Tree

T = TypeVar("T")
NONE: Final[list[Node]] = []
_TOO_MANY: Final = "a sequence of more than one item where at most one is allowed"


def path2(node: Node, first: str, second: str) -> Sequence[Node]:
    found = node.children.get(first)
    if found is None:
        return NONE
    if len(found) == 1:
        return found[0].children.get(second, NONE)
    return [child for element in found for child in element.children.get(second, NONE)]


def path3(node: Node, first: str, second: str, third: str) -> Sequence[Node]:
    found = path2(node, first, second)
    if not found:
        return NONE
    if len(found) == 1:
        return found[0].children.get(third, NONE)
    return [child for element in found for child in element.children.get(third, NONE)]


def path(node: Node, *keys: str) -> Sequence[Node]:
    found: Sequence[Node] = (node,)
    for key in keys:
        found = step(found, key)
        if not found:
            return NONE
    return found


def step(elements: Sequence[Node], key: str) -> Sequence[Node]:
    """The children of a name, of every element."""
    if len(elements) == 1:
        return elements[0].children.get(key, NONE)
    return [child for element in elements for child in element.children.get(key, NONE)]


def children(node: Node) -> list[Node]:
    """All child elements."""
    return sorted((child for same in node.children.values() for child in same), key=_number)


def children_of_all(elements: Sequence[Node]) -> list[Node]:
    """All child elements of every element."""
    return [child for element in elements for child in children(element)]


def attributes(elements: Sequence[Node], name: str) -> list[str]:
    """The values of an attribute where it is there."""
    return [value for element in elements for value in (element.attributes.get(name),) if value is not None]


def parents(elements: Sequence[Node]) -> list[Node]:
    """The parents of elements, each once."""
    found = {id(element.parent): element.parent for element in elements if element.parent is not None}
    return sorted(found.values(), key=_number)


def parent_element(node: Node) -> Node | None:
    """The parent, unless it is the document node."""
    parent = node.parent
    return parent if parent is not None and parent.parent is not None else None


def parent_elements(elements: Sequence[Node]) -> list[Node]:
    return [parent for parent in parents(elements) if parent.parent is not None]


def in_order(elements: Sequence[Node]) -> Sequence[Node]:
    """The same elements in document order, each once. Nearly always they are so already: looked at first."""
    last = -1
    for element in elements:
        if element.number <= last:
            break
        last = element.number
    else:
        return elements
    return sorted({id(element): element for element in elements}.values(), key=_number)


def ancestors(node: Node, key: str) -> list[Node]:
    """The ancestors of a name, outermost first."""
    if key not in node.type.names:
        return NONE
    found = []
    above = node.parent
    while above is not None:
        if above.type.key == key:
            found.append(above)
        above = above.parent
    found.reverse()
    return found


def descendants(node: Node, key: str) -> list[Node]:
    """The descendants of a name."""
    found: list[Node] = []
    for same in node.children.values():
        for child in same:
            if child.type.key == key:
                found.append(child)
            if child.children:
                found.extend(descendants(child, key))
    found.sort(key=_number)
    return found


def preceding(tree: Tree, node: Node, key: str) -> list[Node]:
    """The elements of a name that end before this one begins: not its ancestors."""
    above = set()
    parent = node.parent
    while parent is not None:
        above.add(parent.number)
        parent = parent.parent
    return [other for other in tree.named(key) if other.number < node.number and other.number not in above]


def preceding_siblings(node: Node, key: str) -> list[Node]:
    return [other for other in _siblings(node, key) if other.number < node.number]


def following_siblings(node: Node, key: str) -> list[Node]:
    return [other for other in _siblings(node, key) if other.number > node.number]


def _siblings(node: Node, key: str) -> list[Node]:
    return NONE if node.parent is None else node.parent.children.get(key, NONE)


def merged(*sequences: Sequence[Node]) -> Sequence[Node]:
    """The union of node sequences."""
    filled = [sequence for sequence in sequences if sequence]
    if len(filled) <= 1:
        return filled[0] if filled else NONE
    found = {id(node): node for sequence in filled for node in sequence}
    return sorted(found.values(), key=_number)


def _number(node: Node) -> int:
    return node.number


def local_name(elements: Sequence[Node]) -> str:
    """The local name of at most one element, empty when there is none."""
    element = only(elements)
    return "" if element is None else element.type.local


def text_of(node: Node) -> str:
    """The string value of an element.

    One with child elements is left to the reference: its value depends on white space that the tree does not keep.
    """
    if node.text is None:
        raise Undecided("KOER0001", "the string value of an element with child elements")
    return node.text


def text_nodes_of(node: Node) -> list[str]:
    """The text nodes of an element: one, none, or as many as comments divide its text into."""
    text = node.text or text_of(node)
    if type(text) is SplitText:
        return text.nodes
    return [text] if text else []


def texts(elements: Sequence[Node]) -> list[str]:
    return [element.text or text_of(element) for element in elements]


def text_nodes(elements: Sequence[Node]) -> list[str]:
    return [text for element in elements for text in text_nodes_of(element)]


def text1(elements: Sequence[Node]) -> str:
    """The string value of at most one element, empty when there is none; more is an error (XPTY0004)."""
    if not elements:
        return ""
    if len(elements) > 1:
        raise EvaluationError("XPTY0004", _TOO_MANY)
    return elements[0].text or text_of(elements[0])


def child_text(node: Node, key: str) -> str:
    """The string value of at most one child of a name."""
    found = node.children.get(key)
    if found is None:
        return ""
    if len(found) > 1:
        raise EvaluationError("XPTY0004", _TOO_MANY)
    return found[0].text or text_of(found[0])


def string1(items: Sequence[str]) -> str:
    """The same for strings."""
    if not items:
        return ""
    if len(items) > 1:
        raise EvaluationError("XPTY0004", _TOO_MANY)
    return items[0]


def only(items: Sequence[T]) -> T | None:
    """The one item of a sequence, None when it is empty; more is an error (XPTY0004)."""
    if not items:
        return None
    if len(items) > 1:
        raise EvaluationError("XPTY0004", _TOO_MANY)
    return items[0]


def first_occurrences(elements: Sequence[Node]) -> list[Node]:
    """The elements whose string value no element before them has."""
    first: dict[str, Node] = {}
    for element in elements:
        first.setdefault(element.text or text_of(element), element)
    return list(first.values())
