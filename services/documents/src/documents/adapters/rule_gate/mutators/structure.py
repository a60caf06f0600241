"""Mutators that move whole elements: something is missing, doubled, added or out of order."""

import copy
import random

from lxml import etree

from documents.adapters.rule_gate.material import Material, RulePath
from documents.adapters.rule_gate.mutators.subject import Subject
from documents.adapters.rule_gate.schema_model import Particle
from documents.adapters.rule_gate.trees import (
    below,
    elements_of,
    insert_beside,
    is_leaf,
    leaves_of,
    namespace_of,
    parent_of,
    path_of,
    pick,
    put_value,
    tag_of,
    value_of,
)

_BARE_VALUE = "1"
# Of the children that are added, how many are of a name that the parent does not have yet.
_MISSING_SHARE = 0.7


def delete_element(subject: Subject, rng: random.Random) -> str | None:
    """Take an element out, with all that it holds."""
    victim = pick(rng, below(subject.root))
    if victim is None:
        return None
    path = path_of(victim)
    parent_of(victim).remove(victim)
    return path


def duplicate_element(subject: Subject, rng: random.Random) -> str | None:
    """Put a copy of an element right after it."""
    original = pick(rng, _repeatable(below(subject.root), subject, rng))
    if original is None:
        return None
    insert_beside(original, copy.deepcopy(original))
    return path_of(original)


def copy_with_other_value(subject: Subject, rng: random.Random) -> str | None:
    """Put a copy of an element beside it in which one value differs: which of the two a rule reads then matters."""
    candidates = [
        element
        for element in below(subject.root)
        if any(_others(leaf, subject.material) for leaf in leaves_of(element))
    ]
    original = pick(rng, _repeatable(candidates, subject, rng))
    if original is None:
        return None
    twin = copy.deepcopy(original)
    leaf = rng.choice([leaf for leaf in leaves_of(twin) if _others(leaf, subject.material)])
    put_value(leaf, rng.choice(_others(leaf, subject.material)))
    # Before the original as often as after it: an engine that reads one item only may read the first or the last.
    parent = parent_of(original)
    parent.insert(parent.index(original) + rng.randrange(2), twin)
    return f"{path_of(twin)}: {value_of(leaf)!r}"


def _repeatable(found: list[etree._Element], subject: Subject, rng: random.Random) -> list[etree._Element]:
    """Half of the time only the elements that the schema lets occur more than once, if there are any."""
    if rng.randrange(2):
        return found
    schema = subject.material.schema
    repeatable = [each for each in found if (particle := schema.particle_of(each)) is not None and particle.repeatable]
    return repeatable or found


def _others(leaf: etree._Element, material: Material) -> list[str]:
    value = value_of(leaf)
    return [seen for seen in material.values.get(tag_of(leaf), ()) if seen != value]


def insert_seen_subtree(subject: Subject, rng: random.Random) -> str | None:
    """Add a child that some base document has below a parent of that name, where the schema wants it."""
    parent = pick(
        rng, [element for element in elements_of(subject.root) if subject.material.subtrees.get(tag_of(element))]
    )
    if parent is None:
        return None
    seen = subject.material.subtrees[tag_of(parent)]
    missing = [child for child in seen if parent.find(tag_of(child)) is None]
    child = copy.deepcopy(rng.choice(missing if missing and rng.random() < _MISSING_SHARE else seen))
    parent.insert(subject.material.schema.place(parent, tag_of(child)), child)
    return path_of(child)


def insert_allowed_element(subject: Subject, rng: random.Random) -> str | None:
    """Add an element that the schema allows there, whether any document has it or not, with the least it must hold."""
    parent = pick(rng, [element for element in elements_of(subject.root) if subject.material.schema.allowed(element)])
    if parent is None:
        return None
    child = insert_particle(parent, rng.choice(subject.material.schema.allowed(parent)), subject.material)
    return path_of(child)


def insert_particle(parent: etree._Element, particle: Particle, material: Material) -> etree._Element:
    child = material.schema.skeleton(particle)
    parent.insert(material.schema.place(parent, particle.tag), child)
    return child


def create_rule_path(subject: Subject, rng: random.Random) -> str | None:
    """Make a path exist that a rule names."""
    paths = [path for path in subject.material.rule_paths if path.root == tag_of(subject.root)]
    if not paths:
        return None
    path = rng.choice(paths)
    before = etree.tostring(subject.root)
    end = create_path(subject.root, path, subject.material)
    if path.attribute and etree.tostring(subject.root) == before:
        return None  # the attribute was there, with that value
    return f"{path_of(end)}{f'/@{path.attribute}' if path.attribute else ''}"


def create_path(root: etree._Element, path: RulePath, material: Material) -> etree._Element:
    """Walk a path from the root and create what is missing; without an attribute its last element is a new one.

    What is created gets the value that the rule compares it with, if there is one.
    """
    element = root
    for number, tag in enumerate(path.tags, start=1):
        found = element.find(tag)
        reused = found is not None and (number < len(path.tags) or bool(path.attribute))
        element = found if found is not None and reused else _created(element, tag, material)
    if path.attribute:
        put_rule_attribute(element, path, material)
    elif path.value and is_leaf(element):
        put_value(element, path.value)
    return element


def put_rule_attribute(element: etree._Element, path: RulePath, material: Material) -> None:
    """Give an element the attribute of a path: with the value that the rule names, else one that has been seen."""
    seen = material.attributes.get(path.attribute)
    element.set(path.attribute, path.value or (seen[0] if seen else _BARE_VALUE))


def _created(parent: etree._Element, tag: str, material: Material) -> etree._Element:
    particle = next((each for each in material.schema.allowed(parent) if each.tag == tag), None)
    if particle is not None:
        return insert_particle(parent, particle, material)
    element = etree.SubElement(parent, tag)
    element.text = _BARE_VALUE
    return element


def swap_neighbours(subject: Subject, rng: random.Random) -> str | None:
    """Let an element and the next one change places: document order decides more than one would think."""
    pairs = [(element, following) for element in below(subject.root) if (following := next_of(element)) is not None]
    if not pairs:
        return None
    element, following = rng.choice(pairs)
    insert_beside(following, element)
    return path_of(element)


def next_of(element: etree._Element) -> etree._Element | None:
    return next(element.itersiblings("*"), None)


def change_namespace(subject: Subject, rng: random.Random) -> str | None:
    """Give an element the same name in another namespace of the document: for a rule it is now another element."""
    namespaces = list(dict.fromkeys([*map(namespace_of, elements_of(subject.root)), ""]))
    element = pick(rng, below(subject.root))
    if element is None:
        return None
    path = path_of(element)
    others = [namespace for namespace in namespaces if namespace != namespace_of(element)]
    name = etree.QName(element).localname
    namespace = rng.choice(others)
    element.tag = f"{{{namespace}}}{name}" if namespace else name
    return f"{path}: {{{namespace}}}"
