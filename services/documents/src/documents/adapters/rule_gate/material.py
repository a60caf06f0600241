"""What mutators draw from: values, attributes and subtrees of the base documents, words and paths of the rules.

Guarantees: the same bases, in the same order, give the same material, so that a seed reproduces a mutant. Everything is
kept once, in order of first sight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.schema_model import SchemaModel
from documents.adapters.rule_gate.trees import children_of, elements_of, is_leaf, tag_of, value_of

# Of a name that occurs everywhere, more would only make the choice slower.
_MAX_SUBTREES = 200
_MAX_SUBTREE_BYTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePath:
    """A path that a rule names, from a root element down, with an attribute at its end or none.

    `value` is what the rule compares it with, empty when it is not compared with anything written in the rule;
    `counted` that the rule compares how many there are. An attribute without tags is one that may stand anywhere.
    """

    root: str
    tags: tuple[str, ...]
    attribute: str = ""
    value: str = ""
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that has been seen; by expanded name of an element or attribute.

    `subtrees` are the children seen below a parent name. `words` are the codes that rules name.
    """

    schema: SchemaModel
    values: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]
    subtrees: Mapping[str, tuple[etree._Element, ...]]
    words: tuple[str, ...] = ()
    rule_paths: tuple[RulePath, ...] = ()


def gather(
    bases: Sequence[BaseDocument],
    schema: SchemaModel,
    *,
    words: Iterable[str] = (),
    rule_paths: Iterable[RulePath] = (),
) -> Material:
    """Read the bases and keep what is in them."""
    seen = _Seen()
    for base in bases:
        for element in elements_of(base.tree()):
            seen.add(element)
    return Material(
        schema=schema,
        values={tag: tuple(values) for tag, values in seen.values.items()},
        attributes={name: tuple(values) for name, values in seen.attributes.items()},
        subtrees={tag: tuple(found.values()) for tag, found in seen.subtrees.items()},
        words=tuple(dict.fromkeys(words)),
        rule_paths=tuple(dict.fromkeys(rule_paths)),
    )


class _Seen:
    """Dictionaries serve as sets that keep their order."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, None]] = {}
        self.attributes: dict[str, dict[str, None]] = {}
        self.subtrees: dict[str, dict[bytes, etree._Element]] = {}

    def add(self, element: etree._Element) -> None:
        if is_leaf(element):
            self.values.setdefault(tag_of(element), {})[value_of(element)] = None
        for name, value in element.attrib.items():
            self.attributes.setdefault(str(name), {})[str(value)] = None
        found = self.subtrees.setdefault(tag_of(element), {})
        for child in children_of(element):
            if len(found) >= _MAX_SUBTREES:
                break
            text = etree.tostring(child, with_tail=False)
            if len(text) <= _MAX_SUBTREE_BYTES and text not in found:
                found[text] = etree.fromstring(text)
