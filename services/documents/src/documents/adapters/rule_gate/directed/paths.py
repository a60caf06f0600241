"""Directed documents from the paths of rules: each is made to exist, to repeat, to have the value that a rule names."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.directed.document import Directed
from documents.adapters.rule_gate.material import Material, RulePath
from documents.adapters.rule_gate.mutators.structure import create_path, put_rule_attribute
from documents.adapters.rule_gate.trees import elements_of, is_leaf, local_name, put_value

_ATTRIBUTE_PLACES = 6


def path_documents(base: BaseDocument, paths: list[RulePath], material: Material) -> Iterator[Directed]:
    """For every path a document in which it occurs once more, twice more when rules count it."""
    for path in paths:
        if path.attribute and not path.tags:
            yield from _attribute_documents(base, path, material)
            continue
        name = f"{'/'.join(map(local_name, path.tags))}{f'/@{path.attribute}' if path.attribute else ''}"
        create = partial(_create, path=path, times=2 if path.counted else 1, material=material)
        kind = "counted-path" if path.counted else "rule-path"
        yield Directed(kind=kind, name=f"{name} {path.value}", base=base, change=create)
        if path.value:
            change = partial(_put_rule_value, path=path)
            yield Directed(kind="rule-value", name=f"{name} = {path.value!r}", base=base, change=change)


def _create(root: etree._Element, *, path: RulePath, times: int, material: Material) -> None:
    for _ in range(times):
        create_path(root, path, material)


def _put_rule_value(root: etree._Element, *, path: RulePath) -> None:
    """Give every leaf that stands there, or its attribute, the value that the rule names."""
    for element in root.iterfind("/".join(path.tags)):
        if path.attribute:
            element.set(path.attribute, path.value)
        elif is_leaf(element):
            put_value(element, path.value)


def _attribute_documents(base: BaseDocument, path: RulePath, material: Material) -> Iterator[Directed]:
    """An attribute that a rule looks for anywhere, on elements spread evenly over the document."""
    for place in range(_ATTRIBUTE_PLACES):
        change = partial(_put_attribute, path=path, place=place, material=material)
        yield Directed(
            kind="attribute-anywhere", name=f"//@{path.attribute} {path.value} {place}", base=base, change=change
        )


def _put_attribute(root: etree._Element, *, path: RulePath, place: int, material: Material) -> None:
    found = elements_of(root)
    put_rule_attribute(found[place * (len(found) - 1) // (_ATTRIBUTE_PLACES - 1)], path, material)
