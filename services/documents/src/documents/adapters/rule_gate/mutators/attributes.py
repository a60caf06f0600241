"""Mutators of attributes: one too many, one missing, another value."""

import random

from lxml import etree

from documents.adapters.rule_gate.mutators.subject import Subject
from documents.adapters.rule_gate.mutators.texts import ODD_TEXTS
from documents.adapters.rule_gate.trees import elements_of, path_of, pick

_ODD_SHARE = 0.3


def set_known_attribute(subject: Subject, rng: random.Random) -> str | None:
    """Give any element an attribute that some element of some document has."""
    if not subject.material.attributes:
        return None
    element = rng.choice(elements_of(subject.root))
    name = rng.choice(list(subject.material.attributes))
    return _set(element, name, rng.choice(subject.material.attributes[name]))


def set_allowed_attribute(subject: Subject, rng: random.Random) -> str | None:
    """Give an element an attribute that the schema allows there, seen or not."""
    element = pick(
        rng, [element for element in elements_of(subject.root) if subject.material.schema.attributes(element)]
    )
    if element is None:
        return None
    name = rng.choice(subject.material.schema.attributes(element))
    return _set(element, name, rng.choice(subject.material.attributes.get(name, ("x1", ""))))


def change_attribute(subject: Subject, rng: random.Random) -> str | None:
    """Replace the value of an attribute by another one seen under that name, or by an odd one."""
    owners = [element for element in elements_of(subject.root) if element.attrib]
    element = pick(rng, owners)
    if element is None:
        return None
    name = str(rng.choice(list(element.attrib)))
    seen = subject.material.attributes.get(name, ())
    return _set(element, name, rng.choice(seen if seen and rng.random() > _ODD_SHARE else ODD_TEXTS))


def delete_attribute(subject: Subject, rng: random.Random) -> str | None:
    """Take an attribute away."""
    element = pick(rng, [element for element in elements_of(subject.root) if element.attrib])
    if element is None:
        return None
    name = str(rng.choice(list(element.attrib)))
    del element.attrib[name]
    return f"{path_of(element)}/@{name}"


def _set(element: etree._Element, name: str, value: str) -> str | None:
    if element.get(name) == value:
        return None
    element.set(name, value)
    return f"{path_of(element)}/@{name}: {value!r}"
