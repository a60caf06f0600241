"""All directed documents, one kind after the other.

Guarantees: the same rules, bases and material give the same documents in the same order.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.directed.countries import country_documents, national_variants
from documents.adapters.rule_gate.directed.document import Directed
from documents.adapters.rule_gate.directed.elements import element_documents
from documents.adapters.rule_gate.directed.paths import path_documents
from documents.adapters.rule_gate.material import Material
from documents.adapters.rule_gate.trees import elements_of, path_of, tag_of

# The kinds that come from the rules of a suite; the others are alike for all suites of a syntax.
RULE_KINDS = frozenset({"rule-path", "counted-path", "rule-value", "attribute-anywhere", "country-and-means"})
# National rules mostly ask whether something is there.
_NATIONAL_KINDS = ("delete-each", "empty-each", "date-each")
_NUMBER = re.compile(r"\[\d+\]")


def directed_documents(bases: Sequence[BaseDocument], material: Material) -> Iterator[Directed]:
    """Paths and countries are tried on the richest base of each root element, the elements of every base in turn."""
    for root, base in richest_of_each_root(bases).items():
        paths = [path for path in material.rule_paths if path.root == root]
        yield from path_documents(base, paths, material)
        yield from country_documents(base, paths, material)
    for base in bases:
        yield from element_documents(base, material)
    for base in nationals(bases, material):
        yield from element_documents(base, material, _NATIONAL_KINDS)


def nationals(bases: Sequence[BaseDocument], material: Material) -> list[BaseDocument]:
    """The richest base of each root element as a document of each country that rules name."""
    return [
        variant
        for root, base in richest_of_each_root(bases).items()
        for variant in national_variants(base, [each for each in material.rule_paths if each.root == root], material)
    ]


def richest_of_each_root(bases: Iterable[BaseDocument]) -> dict[str, BaseDocument]:
    """The base with the most different paths, by the name of its root."""
    richest: dict[str, tuple[int, BaseDocument]] = {}
    for base in bases:
        root = base.tree()
        kinds = len({_NUMBER.sub("", path_of(element)) for element in elements_of(root)})
        if kinds > richest.get(tag_of(root), (0, base))[0]:
            richest[tag_of(root)] = (kinds, base)
    return {root: base for root, (_, base) in richest.items()}
