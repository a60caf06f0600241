"""Say where a finding is: an XPath that people can read and that finds the node again with `PREFIXES`."""

import re
from collections import Counter
from typing import cast

from lxml import etree

from documents.adapters.rules.document_types import PREFIXES

_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
# How the official stylesheets write a step: *:Invoice[namespace-uri()='urn:…'][1]
_STEP = re.compile(r"\*:([\w.-]+)\[namespace-uri\(\)='([^']*)'\]")
_EXPANDED = re.compile(r"\{([^{}]+)\}")
_ROOT_INDEX = re.compile(r"^(/[^/\[]+)\[1\]")


def elements_at(root: etree._Element, path: str, namespaces: dict[str, str]) -> list[etree._Element]:
    """Evaluate an XPath that selects elements."""
    return cast("list[etree._Element]", root.getroottree().xpath(path, namespaces=namespaces))  # noqa: SLF001 - lxml has no public name for it


def readable_location(location: str) -> str:
    """Write a location of an SVRL report with prefixes; a namespace without a usual prefix stays spelled out."""
    return _ROOT_INDEX.sub(r"\1", _STEP.sub(_named_step, location))


def _named_step(match: re.Match[str]) -> str:
    name, namespace = match.groups()
    prefix = _PREFIX_OF.get(namespace)
    return f"{prefix}:{name}" if prefix else _spelled_out(name, namespace)


def _spelled_out(name: str, namespace: str) -> str:
    return f"*[local-name()='{name}' and namespace-uri()='{namespace}']"


def readable_names(text: str) -> str:
    """Write the {namespace}name of a schema message with prefixes."""
    return _EXPANDED.sub(lambda match: f"{_PREFIX_OF[match[1]]}:" if match[1] in _PREFIX_OF else match[0], text)


class Places:
    """Readable locations of elements by the paths that libxml2 writes; siblings are counted once, not for every path.

    Those paths have the document's own prefixes, which may mean different things in different places, and `*` with the
    position among all siblings for what is in a default namespace.
    """

    def __init__(self, root: etree._Element) -> None:
        place = _Place(root, f"/{_step(root)}")
        self._found: dict[str, _Place | None] = {f"/{_written(root)}": place}

    def location(self, path: str) -> str:
        """Return the location of the element at a path; the path itself when it leads to none."""
        place = self._place(path)
        return path if place is None else place.location

    def _place(self, path: str) -> "_Place | None":
        if path not in self._found:
            above, _, step = path.rpartition("/")
            parent = self._place(above) if above else None
            self._found[path] = None if parent is None else parent.child(step)
        return self._found[path]


class _Place:
    def __init__(self, element: etree._Element, location: str) -> None:
        self.location = location
        self._element = element
        self._written: dict[str, list[etree._Element]] = {}
        self._positions: dict[etree._Element, int] = {}

    def child(self, step: str) -> "_Place | None":
        if not self._positions:
            self._count()
        name, _, position = step.rstrip("]").partition("[")
        same = self._written.get(name, [])
        number = int(position or 1)
        if not 0 < number <= len(same):
            return None
        element = same[number - 1]
        return _Place(element, f"{self.location}/{_step(element)}[{self._positions[element]}]")

    def _count(self) -> None:
        counted: Counter[str] = Counter()
        for element in self._element.iterchildren(etree.Element):
            name = str(element.tag)
            counted[name] += 1
            self._positions[element] = counted[name]
            for written in {"*", _written(element)}:
                self._written.setdefault(written, []).append(element)


def _written(element: etree._Element) -> str:
    """The step of an element as libxml2 writes it, without position."""
    name = etree.QName(element)
    if element.prefix is not None:
        return f"{element.prefix}:{name.localname}"
    return "*" if name.namespace else name.localname


def _step(element: etree._Element) -> str:
    name = etree.QName(element)
    prefix = _PREFIX_OF.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if prefix else _spelled_out(name.localname, name.namespace or "")


def location_of(element: etree._Element) -> str:
    """The location of an element, as `readable_location` writes it."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        step = _step(current)
        if parent is not None:
            step += f"[{1 + sum(1 for _ in current.itersiblings(str(current.tag), preceding=True))}]"
        steps.append(step)
        current = parent
    return "/" + "/".join(reversed(steps))
