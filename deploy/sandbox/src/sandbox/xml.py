"""Reading XML that somebody sent us: no DOCTYPE, no entities, no network, no huge trees. Anything else is refused."""

from lxml import etree


class UnsafeXmlError(ValueError):
    """The bytes are not well-formed XML, or carry a DOCTYPE."""


def parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeXmlError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXmlError("a DOCTYPE is not allowed")
    return root


def text_of(parent: etree._Element, path: str, namespaces: dict[str, str]) -> str:
    """Return the stripped text at `path`, or the empty string."""
    return (parent.findtext(path, default="", namespaces=namespaces) or "").strip()


def serialize(element: etree._Element) -> bytes:
    """Write one element as a document of its own, without what followed it."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", with_tail=False)
