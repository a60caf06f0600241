"""Turn the bytes of a stranger into a tree without running anything they say.

Guarantees: no DOCTYPE is accepted, so there are no entities to expand and no file or address to read; size, depth,
number of elements and of attributes, and the length of names are bounded before anything else looks at the tree; a
large embedded attachment is not refused. Comments and processing instructions stay, because they divide texts and some
rules see that. On failure: a typed error of `documents.domain.findings`, whatever the bytes are.
"""

import codecs
import re
from dataclasses import dataclass
from typing import cast

from lxml import etree
from shared.errors import DomainError

from documents.adapters.rules import parser_memory
from documents.domain.findings import DoctypeForbidden, DocumentTooComplex, DocumentTooLarge, MalformedXml

_PROLOG_CHUNK = 4096
_DOCTYPE = b"<!DOCTYPE"
# A beginning that leaves no doubt that the bytes "<!DOCTYPE" mean that and nothing else does: XML 1.0 in UTF-8, as
# nearly all documents are, and the root element.
_PLAIN_BEGINNING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version\s*=\s*["']1\.0["']"""
    rb"""(?:\s+encoding\s*=\s*["']utf-8["'])?"""
    rb"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>\s*)?<[A-Za-z_][A-Za-z0-9_.:-]{0,99}[\s/>]""",
    re.IGNORECASE,
)
# Other encodings write "<" and "=" in ways of their own: nothing could be counted before a tree exists.
_ENCODINGS = re.compile(r"utf-?8|utf-?16|(?:us-)?ascii|iso-8859-[0-9]+|windows-125[0-9]", re.IGNORECASE)
_XML_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']([^"']*)["'](?:\s+encoding\s*=\s*["']([^"']*)["'])?[\s?]"""
)
_DECLARED_WITHIN = 1000
_MARKS = {codecs.BOM_UTF8: "utf8", codecs.BOM_UTF16_LE: "utf16", codecs.BOM_UTF16_BE: "utf16"}
_DECLARATION = re.compile(rb"""xmlns(?::([^:\s=<>"']*))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MAX_REASON = 300
_LIMIT_CODES = frozenset({etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG})
# libxml2 advises programmers, our readers are senders of invoices.
_ADVICE = re.compile(r",? (?:use|try) XML_PARSE_HUGE(?: option)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsingLimits:
    """How much a document may be

    `depth`, `attributes` (of one element), `namespaces` (prefixes) and `name` (the length of a name, a prefix or
    a namespace) are such that the XML parser of the reference, which has limits of its own, accepts what is accepted
    here. `content` is the size without embedded attachments; `rows` the number of payment means, and of VAT breakdowns,
    that rules compare with each other; `pairs` that of VAT breakdowns times that of what they add up, lines mostly;
    `place` and `places` are the length of the XPath of one element, and of all.
    """

    size: int = 24_000_000
    content: int = 10_000_000
    depth: int = 100
    elements: int = 100_000
    attributes: int = 100
    namespaces: int = 90
    name: int = 200
    rows: int = 2_000
    pairs: int = 500_000
    place: int = 4_000
    places: int = 150_000_000


DEFAULT_LIMITS = ParsingLimits()


def parse_document(content: bytes, limits: ParsingLimits = DEFAULT_LIMITS) -> etree._Element:
    """Parse a document and return its root element."""
    if len(content) > limits.size:
        raise DocumentTooLarge(f"the document has {len(content)} bytes, at most {limits.size} are accepted")
    if not content.strip():
        raise MalformedXml("the document is empty")
    _check_marks(content, limits)
    root = parser_memory.reading(_read, content)
    _check_shape(root, limits)
    marks = content.replace(b"\0", b"")  # without NULs UTF-16 reads like ASCII where ASCII is
    _check_namespaces(marks, limits)
    _check_instructions(root, marks, limits)
    return root


def _read(content: bytes) -> etree._Element:
    plain = _PLAIN_BEGINNING.match(content)
    if not plain:
        _check_encoding(content)
    if not plain or _DOCTYPE in content:
        _check_doctype(content)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeForbidden
    return root


def _check_marks(content: bytes, limits: ParsingLimits) -> None:
    """Refuse millions of elements or attributes before a tree of them exists: most elements need two "<"."""
    most = 3 * limits.elements
    if content.count(b"<") > most:
        raise DocumentTooComplex(f"the document has more than {limits.elements} elements")
    if content.count(b"=") > most and content.count(b'"') + content.count(b"'") > 2 * most:
        raise DocumentTooComplex(f"the document has more than {most} attributes")
    if content.count(b"xmlns") > most:
        raise DocumentTooComplex(f"the document declares more than {most} namespaces")


def _check_encoding(content: bytes) -> None:
    """Accept what every parser reads alike: some believe the declaration and some the first bytes."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    beginning = content[len(mark) : _DECLARED_WITHIN].replace(b"\0", b"")
    declared = _XML_DECLARATION.match(beginning)
    if declared is None and beginning.startswith((b"<?xml ", b"<?xml\t", b"<?xml\r", b"<?xml\n")):
        raise MalformedXml("the XML declaration of the document cannot be read")
    version, encoding = (
        [(part or b"").decode("ascii", "replace") for part in declared.groups()] if declared else ("", "")
    )
    if version not in ("", "1.0"):
        raise MalformedXml(f"the document is XML {version}, only XML 1.0 is accepted")
    if encoding and not _ENCODINGS.fullmatch(encoding):
        raise MalformedXml(f"the encoding {encoding} is not accepted, UTF-8 is")
    name = encoding.lower().replace("-", "")
    if (mark and name not in ("", _MARKS[mark])) or (not mark and (name == "utf16" or b"\0" in content)):
        raise MalformedXml("the first bytes of the document are not those of its encoding")


def _parser() -> etree.XMLParser:
    # huge_tree lifts the limit of 10 MB per text, which embedded attachments exceed; the bytes are capped and no DTD is
    # left.
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True
    )


def _check_doctype(content: bytes) -> None:
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
    if _number(root, f"count(//*/@*[{limits.attributes + 1}])"):
        raise DocumentTooComplex(f"an element has more than {limits.attributes} attributes")


def _check_namespaces(content: bytes, limits: ParsingLimits) -> None:
    prefixes: set[bytes] = set()
    for declaration in _DECLARATION.finditer(content):
        parts = declaration.groups(b"")
        prefixes.add(parts[0])
        if max(map(len, parts)) > limits.name:
            raise DocumentTooComplex(f"the document has a namespace or a prefix of more than {limits.name} characters")
        if len(prefixes) > limits.namespaces:
            raise DocumentTooComplex(f"the document declares more than {limits.namespaces} prefixes")


def _check_instructions(root: etree._Element, content: bytes, limits: ParsingLimits) -> None:
    name = f"[string-length(name()) > {limits.name}]"
    if content.count(b"?>") > 1 and _number(root, f"count(//processing-instruction(){name})"):
        raise DocumentTooComplex(f"the document has a name of more than {limits.name} characters")


def _number(root: etree._Element, expression: str) -> float:
    result = root.xpath(expression)
    if not isinstance(result, float):
        raise TypeError(f"{expression} gives no number")
    return result
