"""What the XML schemas allow below each element, read from the schema files themselves.

Mutators ask it where a new element belongs and what the least is that it must contain, so that documents stay valid
although they hold elements that no base document has. It is no validator: facets and choices are not followed, and the
real schema decides afterwards. An element that the schemas do not declare is simply unknown here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from documents.adapters.rule_gate.trees import local_name, tag_of

XSD = "{http://www.w3.org/2001/XMLSchema}"
_SAMPLE_VALUES = {
    "decimal": "1.00",
    "integer": "1",
    "boolean": "true",
    "date": "2026-01-31",
    "time": "12:00:00",
    "dateTime": "2026-01-31T12:00:00",
    "base64Binary": "S29lcmllcg==",
}
_SAMPLE_ATTRIBUTES = {"currencyID": "EUR", "unitCode": "C62", "mimeCode": "application/pdf", "filename": "a.pdf"}
_TEXT = "x1"
# A type may contain itself (a party has an agent, which is a party).
_MAX_SKELETON = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Particle:
    """An element that a type may contain, in its place among the others."""

    tag: str
    type_name: str
    required: bool
    repeatable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeModel:
    """A type: its children in schema order, or the primitive and the attributes of its text."""

    children: tuple[Particle, ...] = ()
    base: str = ""
    required_attributes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaModel:
    """The types of all schema files, by expanded name."""

    roots: Mapping[str, str]
    types: Mapping[str, TypeModel]

    def type_of(self, element: etree._Element) -> TypeModel | None:
        """The type of an element, found from the root down, because a local name means different things."""
        name = self._type_name(element)
        return None if name is None else self._model(name)

    def _model(self, name: str) -> TypeModel | None:
        """A declared type, or a primitive of XML Schema itself."""
        return TypeModel(base=name.removeprefix(XSD)) if name.startswith(XSD) else self.types.get(name)

    def particle_of(self, element: etree._Element) -> Particle | None:
        """The place that the schemas give an element below its parent."""
        parent = element.getparent()
        if parent is None:
            return None
        tag = tag_of(element)
        return next((child for child in self.allowed(parent) if child.tag == tag), None)

    def _type_name(self, element: etree._Element) -> str | None:
        if element.getparent() is None:
            return self.roots.get(tag_of(element))
        particle = self.particle_of(element)
        return particle.type_name if particle else None

    def allowed(self, parent: etree._Element) -> tuple[Particle, ...]:
        """What may stand below an element, in schema order."""
        owner = self.type_of(parent)
        return owner.children if owner else ()

    def base_of(self, element: etree._Element) -> str:
        """The primitive that the text of an element is of, empty when it holds elements or is unknown."""
        owner = self.type_of(element)
        return owner.base if owner else ""

    def attributes(self, element: etree._Element) -> tuple[str, ...]:
        owner = self.type_of(element)
        return owner.attributes if owner else ()

    def place(self, parent: etree._Element, tag: str) -> int:
        """The index at which a child of that name belongs; the end when the schemas do not know it."""
        ranks = {child.tag: rank for rank, child in enumerate(self.allowed(parent))}
        rank = ranks.get(tag)
        if rank is None:
            return len(parent)
        index = 0
        for position, sibling in enumerate(parent):
            if isinstance(sibling.tag, str) and ranks.get(sibling.tag, len(ranks)) <= rank:
                index = position + 1
        return index

    def skeleton(self, particle: Particle, depth: int = 0) -> etree._Element:
        """The smallest element that satisfies a particle, with made-up values."""
        element = etree.Element(particle.tag)
        model = self._model(particle.type_name) or TypeModel()
        for name in model.required_attributes:
            element.set(name, _SAMPLE_ATTRIBUTES.get(name, _TEXT))
        if not model.children:
            element.text = _SAMPLE_VALUES.get(model.base, _TEXT)
        elif depth < _MAX_SKELETON:
            for child in model.children:
                if child.required:
                    element.append(self.skeleton(child, depth + 1))
        return element


def read_schemas(paths: Iterable[Path]) -> SchemaModel:
    """Read the declarations of schema files; their imports are not followed, so give them all."""
    reading = _Reading()
    for path in sorted(paths):
        reading.read(etree.parse(path).getroot())
    return reading.model()


class _Reading:
    """Declarations as they are found; references are resolved when all files are read."""

    def __init__(self) -> None:
        self._elements: dict[str, str] = {}
        self._declared: dict[str, etree._Element] = {}
        self._namespaces: dict[str, str] = {}

    def read(self, schema: etree._Element) -> None:
        namespace = schema.get("targetNamespace", "")
        for node in schema.iterchildren(f"{XSD}element", f"{XSD}complexType", f"{XSD}simpleType"):
            name = f"{{{namespace}}}{node.get('name')}"
            if node.tag == f"{XSD}element":
                self._elements[name] = self._type_name(node, name)
            else:
                self._declare(name, node, namespace)

    def _declare(self, name: str, node: etree._Element, namespace: str) -> None:
        self._declared[name] = node
        self._namespaces[name] = namespace
        for local in node.iterdescendants(f"{XSD}element"):
            inline = local.find(f"{XSD}complexType")
            if inline is not None:
                self._declare(f"{name}/{local.get('name')}", inline, namespace)

    def _type_name(self, node: etree._Element, name: str) -> str:
        return _resolved(node, node.get("type") or "") or name

    def model(self) -> SchemaModel:
        types = {name: self._type(name, node) for name, node in self._declared.items()}
        return SchemaModel(roots=self._elements, types=types)

    def _type(self, name: str, node: etree._Element) -> TypeModel:
        owners = list(self._bases(name, node))
        attributes = [attribute for owner in owners for attribute in owner.iter(f"{XSD}attribute")]
        return TypeModel(
            children=tuple(self._particles(name, node)),
            base=self._primitive(owners),
            attributes=_names(attributes),
            required_attributes=_names(each for each in attributes if each.get("use") == "required"),
        )

    def _bases(self, name: str, node: etree._Element) -> Iterator[etree._Element]:
        """The type and the types that it extends or restricts, nearest first."""
        seen = {name}
        current: etree._Element | None = node
        while current is not None:
            yield current
            base = _base(current)
            current = None if base in seen else self._declared.get(base)
            seen.add(base)

    def _primitive(self, owners: list[etree._Element]) -> str:
        base = _base(owners[-1])
        return local_name(base) if base.startswith(XSD) else ""

    def _particles(self, name: str, node: etree._Element) -> Iterator[Particle]:
        for local in _own_elements(node):
            reference = _resolved(local, local.get("ref") or "")
            own_name = f"{{{self._namespaces[name]}}}{local.get('name')}"
            own_type = self._type_name(local, f"{name}/{local.get('name')}")
            # The elements of a choice exclude each other: the first stands for them.
            first = local.getprevious() is None or _parent_is(local, "sequence")
            yield Particle(
                tag=reference or own_name,
                type_name=self._elements.get(reference, reference) if reference else own_type,
                required=local.get("minOccurs", "1") != "0" and first,
                repeatable=local.get("maxOccurs", "1") != "1",
            )


def _own_elements(node: etree._Element) -> Iterator[etree._Element]:
    """The elements of a type, without those of the types that are written inside them."""
    for child in node.iterchildren("*"):
        if child.tag == f"{XSD}element":
            yield child
        else:
            yield from _own_elements(child)


def _parent_is(node: etree._Element, kind: str) -> bool:
    parent = node.getparent()
    return parent is not None and parent.tag == f"{XSD}{kind}"


def _base(node: etree._Element) -> str:
    derivation = next(node.iter(f"{XSD}extension", f"{XSD}restriction"), None)
    return "" if derivation is None else _resolved(derivation, derivation.get("base") or "")


def _resolved(node: etree._Element, name: str) -> str:
    """The expanded form of a name with a prefix of that node, empty for no name."""
    if not name:
        return ""
    prefix, _, local = name.rpartition(":")
    namespace = node.nsmap.get(prefix or None)
    return f"{{{namespace}}}{local}" if namespace else local


def _names(attributes: Iterable[etree._Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each.get("name")) for each in attributes if each.get("name")))
