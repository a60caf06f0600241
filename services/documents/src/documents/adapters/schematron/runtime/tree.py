"""The tree that rules run on: built once per document, shared by all rule sets.

Every element belongs to a *path type*: one object per distinct path of names from the root, kept across documents.
What can be decided about a path without looking at values (which rules may apply) is decided once and kept there.

Guarantees: text, attributes and structure are those of the XPath data model for documents that satisfy their schema.
UBL and CII have no mixed content: text between elements is not kept, and only noticed behind a comment. A value that
comments divide is a `SplitText`; what that cannot express raises `Unsuited`: another engine must decide. The tree holds
only what rules read: names, attributes, text of elements without children.
"""

import sys
from typing import Any, Final

from lxml import etree

from documents.adapters.schematron.names import expanded, key_of

# Shared by all nodes without attributes or children: nobody writes to it.
_NOTHING: Final[dict[str, Any]] = {}
_BLANKS: Final = " \t\r\n"


class Unsuited(Exception):
    """The document has a shape that this engine leaves to the reference."""


class SplitText(str):
    """The text of an element that comments divide into several text nodes, `nodes`."""

    __slots__ = ("nodes",)
    nodes: list[str]

    @classmethod
    def of(cls, nodes: list[str]) -> "SplitText":
        text = cls("".join(nodes))
        text.nodes = nodes
        return text


class PathType:
    """One path of element names.

    `elements` holds the elements of the document being looked at. `plans` is kept at the document node alone, for all
    paths below: what each rule set does with them.
    """

    __slots__ = ("elements", "key", "known", "local", "names", "parent", "plans", "uri")

    def __init__(self, key: str, uri: str, local: str, parent: "PathType | None") -> None:
        self.key = key
        self.uri = uri
        self.local = local
        self.parent = parent
        self.known: dict[str, PathType] = {}  # by lxml tag
        self.elements: list[Node] = []
        self.plans: dict[Any, Any] = {}
        self.names: tuple[str, ...] = (*parent.names, key) if parent is not None else ()


class Node:
    """An element, or the document node.

    `text` is None for an element with child elements; `children` maps a name's key to the elements in order.
    """

    __slots__ = ("attributes", "children", "number", "parent", "text", "type")

    parent: "Node | None"
    type: PathType
    children: dict[str, list["Node"]]
    attributes: dict[str, str]
    text: str | None
    number: int


class PathTypes:
    """All path types seen so far, up to a limit, also by the name of their elements; `forget` starts anew."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.forget()

    def forget(self) -> None:
        self.root = PathType("", "", "", None)
        self.by_key: dict[str, list[PathType]] = {}
        self.count = 0

    def add(self, parent: PathType, tag: str) -> PathType:
        if self.count >= self._limit:
            raise Unsuited(f"more than {self._limit} different paths")
        self.count += 1
        uri, local = expanded(tag)
        path_type = PathType(key_of(uri, local), sys.intern(uri), sys.intern(local), parent)
        parent.known[tag] = path_type
        self.by_key.setdefault(path_type.key, []).append(path_type)
        return path_type


class Tree:
    """One document: its nodes in document order, and the path types that occur in it."""

    __slots__ = ("_attributes", "_by_key", "attributed", "document", "nodes", "types")

    def __init__(self, document: Node, by_key: dict[str, list[PathType]]) -> None:
        self.document = document
        self.nodes: list[Node] = []
        self.types: list[PathType] = []
        self.attributed: list[Node] = []
        self._by_key = by_key
        self._attributes: dict[str, list[str]] | None = None

    def named(self, key: str) -> list[Node]:
        """All elements of a name, in document order."""
        known = self._by_key.get(key, ())
        if len(known) > len(self.types):  # documents before this one had the name in more places than this has paths
            known = [path_type for path_type in self.types if path_type.key == key]
        types = [path_type for path_type in known if path_type.elements]
        if len(types) <= 1:
            return types[0].elements if types else []
        return sorted((node for path_type in types for node in path_type.elements), key=_number)

    def attribute(self, name: str) -> list[str]:
        """The values of all attributes of a name."""
        if self._attributes is None:
            self._attributes = {}
            for node in self.attributed:
                for each, value in node.attributes.items():
                    self._attributes.setdefault(each, []).append(value)
        return self._attributes.get(name, [])

    def release(self) -> None:
        """Give the path types back for the next document, and break the cycles of parents and children."""
        for path_type in self.types:
            path_type.elements = []
        for node in self.nodes:
            node.parent = None


def _number(node: Node) -> int:
    return node.number


def grow(root: etree._Element, path_types: PathTypes) -> Tree:
    """Build the tree of a parsed document."""
    document = Node()
    document.parent = None
    document.type = path_types.root
    document.children = {}
    document.attributes = {}
    document.text = None
    document.number = -1
    tree = Tree(document, path_types.by_key)
    try:
        _fill(tree, root, path_types)
    except BaseException:
        tree.release()
        raise
    return tree


def _fill(tree: Tree, root: etree._Element, path_types: PathTypes) -> None:
    """Give the tree its nodes in one walk, which knows of each parent how many children are left."""
    nodes, types, attributed = tree.nodes, tree.types, tree.attributed
    above: list[tuple[Node, dict[str, list[Node]], dict[str, PathType], int]] = []
    parent, children, known, left = tree.document, tree.document.children, path_types.root.known, 1
    walk: Any = root.iter()
    for element in walk:
        while not left:
            parent, children, known, left = above.pop()
        left -= 1
        tag = element.tag
        path_type = known.get(tag)
        if path_type is None:
            if not isinstance(tag, str):
                _skip(element, parent, left)
                continue
            path_type = path_types.add(parent.type, tag)
        node = Node()
        node.parent, node.type, node.number = parent, path_type, len(nodes)
        nodes.append(node)
        attributes = element.items()
        node.attributes = dict(attributes) if attributes else _NOTHING
        if attributes:
            attributed.append(node)
        if not path_type.elements:
            types.append(path_type)
        path_type.elements.append(node)
        if (siblings := children.get(path_type.key)) is None:
            children[path_type.key] = [node]
        else:
            siblings.append(node)
        if below := len(element):
            node.text = None
            above.append((parent, children, known, left))
            parent, children, known, left = node, {}, path_type.known, below
            node.children = children
        else:
            node.children, node.text = _NOTHING, element.text or ""


def _skip(comment: etree._Element, parent: Node, left: int) -> None:
    """Pass over a comment: what stands behind it must be blank, as all text between elements."""
    element = comment.getparent()
    if element is None:
        return
    if comment.tail and comment.tail.strip(_BLANKS) and len(element) > 1:
        raise Unsuited("text between elements")
    if not left and not parent.children:  # nothing but comments
        parent.text = _text_between_comments(element)


def _text_between_comments(element: etree._Element) -> str:
    pieces = [piece for piece in (element.text, *(child.tail for child in element)) if piece]
    return "".join(pieces) if len(pieces) <= 1 else SplitText.of(pieces)
