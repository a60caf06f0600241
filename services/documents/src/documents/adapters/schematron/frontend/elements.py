"""Reading a stylesheet's elements with everything accounted for.

An attribute, element or text that nobody asked for raises UnsupportedConstruct: no part of a rule is overlooked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from lxml import etree

from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml names the type of its elements so

XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"
SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"
_PREFIXES: Final = {XSL: "xsl:", SVRL: "svrl:"}
_BLANK: Final = " \t\r\n"


def parse_xml(content: bytes) -> Element:
    """The root element, comments and processing instructions left out (they are no part of a stylesheet: XSLT 4.2)."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnsupportedConstruct("not well-formed XML", str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsupportedConstruct("DOCTYPE")
    return root


def namespaces_of(root: Element) -> dict[str, str]:
    """The prefixes of the whole stylesheet; a default namespace or one declared further inside is refused."""
    declared = dict(root.nsmap)
    if None in declared:
        raise UnsupportedConstruct("default namespace", str(declared[None]))
    scopes = 0
    for event, _ in etree.iterwalk(root, events=("start-ns",)):
        scopes += event == "start-ns"
    if scopes != len(declared):
        raise UnsupportedConstruct("namespace declared below the root element")
    return {str(prefix): uri for prefix, uri in declared.items()}


def name_of(element: Element) -> str:
    """The element's name as people write it."""
    if not isinstance(element.tag, str):
        return "entity reference"
    uri, brace, local = element.tag.rpartition("}")
    return _PREFIXES.get(uri + brace, uri + brace) + local


def attributes(element: Element, *required: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The attributes, exactly these: every required one, the optional ones that are there, no other."""
    found = {str(name): str(value) for name, value in element.attrib.items()}
    for name in found.keys() - {*required, *optional}:
        raise UnsupportedConstruct(f"attribute {name} of {name_of(element)}", found[name])
    for name in required:
        if name not in found:
            raise UnsupportedConstruct(f"{name_of(element)} without attribute {name}")
    return found


def content(element: Element) -> list[Element | str]:
    """Text and elements in order. Text that is all blanks is no content, except in xsl:text (XSLT 2.0, 4.2)."""
    keep_blanks = element.tag == f"{XSL}text"
    found: list[Element | str] = []
    if element.text and (keep_blanks or element.text.strip(_BLANK)):
        found.append(element.text)
    for child in element:
        if not isinstance(child.tag, str):
            raise UnsupportedConstruct(name_of(child), name_of(element))
        found.append(child)
        if child.tail and child.tail.strip(_BLANK):
            found.append(child.tail)
    return found


def elements(element: Element) -> list[Element]:
    """The child elements of an element that holds no text."""
    found = []
    for part in content(element):
        if isinstance(part, str):
            raise UnsupportedConstruct(f"text in {name_of(element)}", part.strip(_BLANK))
        found.append(part)
    return found


def text_of(element: Element) -> str:
    """The text of an element that holds nothing else; blanks alone are no text."""
    parts = content(element)
    for part in parts:
        if not isinstance(part, str):
            refuse(part, element)
    return "".join(str(part) for part in parts)


def refuse_content(element: Element) -> None:
    """Only an empty element passes."""
    for part in content(element):
        text = part if isinstance(part, str) else name_of(part)
        raise UnsupportedConstruct(f"content of {name_of(element)}", text)


def refuse(element: Element, parent: Element) -> None:
    """An element that has no meaning here."""
    raise UnsupportedConstruct(f"{name_of(element)} in {name_of(parent)}")


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Tell the place of an error that does not know it yet."""
    try:
        yield
    except (UnsupportedConstruct, XPathSyntaxError) as error:
        raise error.at(place) from None
