"""Turn the bytes of a stranger into a tree without running anything they say.

Guarantees: no DOCTYPE is accepted, so there are no entities to expand and no file or address to read; size, depth,
number of elements and of attributes are bounded before anything else looks at the tree; a large embedded attachment
is not refused. On failure: a typed error of `documents.domain.findings`, whatever the bytes are.
"""

import re
from dataclasses import dataclass
from typing import cast

from lxml import etree
from shared.errors import DomainError

from documents.domain.findings import DoctypeForbidden, DocumentTooComplex, DocumentTooLarge, MalformedXml

_PROLOG_CHUNK = 4096
_DOCTYPE = b"<!DOCTYPE"
# A beginning that leaves no doubt that the bytes "<!DOCTYPE" mean that and nothing else does: a plain declaration of an
# encoding that writes ASCII as ASCII, or none, and the root element.
_PLAIN_BEGINNING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version\s*=\s*["']1\.[01]["']"""
    rb"""(?:\s+encoding\s*=\s*["'](?:utf-8|us-ascii|iso-8859-1|iso-8859-15|windows-1252)["'])?"""
    rb"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>\s*)?<[A-Za-z_][A-Za-z0-9_.:-]{0,99}[\s/>]""",
    re.IGNORECASE,
)
_MAX_REASON = 300
_LIMIT_CODES = frozenset({etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG})
# libxml2 advises programmers, our readers are senders of invoices.
_ADVICE = re.compile(r",? (?:use|try) XML_PARSE_HUGE(?: option)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsingLimits:
    """How much a document may be

    `depth` and `attributes` (of one element) are also what the XML parser of the reference accepts. `content` is the
    size without embedded attachments; `rows` the number of payment means, and of VAT breakdowns, that rules compare
    with each other.
    """

    size: int = 24_000_000
    content: int = 10_000_000
    depth: int = 100
    elements: int = 100_000
    attributes: int = 200
    rows: int = 2_000


DEFAULT_LIMITS = ParsingLimits()


def parse_document(content: bytes, limits: ParsingLimits = DEFAULT_LIMITS) -> etree._Element:
    """Parse a document and return its root element."""
    if len(content) > limits.size:
        raise DocumentTooLarge(f"the document has {len(content)} bytes, at most {limits.size} are accepted")
    if not content.strip():
        raise MalformedXml("the document is empty")
    # Every element needs a "<", most two: this refuses millions of them before a tree of them exists.
    if content.count(b"<") > 3 * limits.elements:
        raise DocumentTooComplex(f"the document has more than {limits.elements} elements")
    if _DOCTYPE in content or not _PLAIN_BEGINNING.match(content):
        _refuse_doctype(content)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeForbidden
    _check_shape(root, limits)
    return root


def _parser() -> etree.XMLParser:
    # huge_tree lifts the limit of 10 MB per text, which embedded attachments exceed; the bytes are capped and no DTD is
    # left.
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True, remove_pis=True
    )


def _refuse_doctype(content: bytes) -> None:
    """Read no further than the root's start tag, with every limit of the parser on, and look for a DOCTYPE."""
    parser = etree.XMLPullParser(
        events=("start",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    for start in range(0, len(content), _PROLOG_CHUNK):
        broken: etree.XMLSyntaxError | None = None
        try:
            parser.feed(content[start : start + _PROLOG_CHUNK])
        except etree.XMLSyntaxError as error:
            broken = error
        # Even when the chunk broke, the root may have been seen in it: a DOCTYPE is then the true reason.
        for _, element in parser.read_events():
            root = cast("etree._Element", element)  # noqa: SLF001 - lxml has no public name for it
            if root.getroottree().docinfo.internalDTD is not None:
                raise DoctypeForbidden
            return
        if broken is not None:
            raise _refusal(broken) from broken
    # No root element was seen: the full parse says what is wrong.


def _refusal(error: etree.XMLSyntaxError) -> DomainError:
    reason = " ".join(_ADVICE.sub("", str(error)).replace("(<string>, ", "(").split())[:_MAX_REASON]
    line, column = error.position
    if getattr(error, "code", None) in _LIMIT_CODES:
        return DocumentTooComplex(f"the document is beyond what any invoice needs: {reason}", line=line, column=column)
    return MalformedXml(f"the document is not well-formed XML: {reason}", line=line, column=column)


def _check_shape(root: etree._Element, limits: ParsingLimits) -> None:
    if _number(root, "count(//*)") > limits.elements:
        raise DocumentTooComplex(f"the document has more than {limits.elements} elements")
    if _number(root, f"count(/{'/'.join('*' * (limits.depth + 1))})"):
        raise DocumentTooComplex(f"the document is nested deeper than {limits.depth} elements")
    if _number(root, f"count(//*[count(@*) > {limits.attributes}])"):
        raise DocumentTooComplex(f"an element has more than {limits.attributes} attributes")


def _number(root: etree._Element, expression: str) -> float:
    result = root.xpath(expression)
    if not isinstance(result, float):
        raise TypeError(f"{expression} gives no number")
    return result
