"""Say where a finding is: an XPath that people can read and that finds the node again with `PREFIXES`."""

import re
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


def location_of(element: etree._Element) -> str:
    """The location of an element, as `readable_location` writes it."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        name = etree.QName(current)
        namespace = name.namespace or ""
        prefix = _PREFIX_OF.get(namespace)
        step = f"{prefix}:{name.localname}" if prefix else _spelled_out(name.localname, namespace)
        if parent is not None:
            step += f"[{1 + sum(1 for _ in current.itersiblings(str(current.tag), preceding=True))}]"
        steps.append(step)
        current = parent
    return "/" + "/".join(reversed(steps))
