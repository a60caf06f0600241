"""How much of a document the rules get to see.

Guarantees: beyond these limits a document is refused before any rule runs, because some rules compare every row with
every other, and because a finding carries the whole path of its element: a thousand of them below long names would be
gigabytes. The text of embedded attachments neither counts nor goes through the rules: no rule reads more of it than
whether it is there.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from documents.adapters.rules.document_types import CII_AGGREGATE, PREFIXES, UBL_BASIC, text_of
from documents.adapters.rules.parsing import ParsingLimits
from documents.domain.findings import DocumentTooComplex, DocumentTooLarge

_ATTACHMENTS = (f"{{{UBL_BASIC}}}EmbeddedDocumentBinaryObject", f"{{{CII_AGGREGATE}}}AttachmentBinaryObject")
_VAT = "VAT breakdowns"
_ROWS = {
    "payment means": etree.XPath(
        "count(/*/cac:PaymentMeans | /*/*/*/ram:SpecifiedTradeSettlementPaymentMeans)", namespaces=PREFIXES
    ),
    _VAT: etree.XPath(
        "count(/*/cac:TaxTotal/cac:TaxSubtotal | /*/*/ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax)",
        namespaces=PREFIXES,
    ),
}
_LONG = etree.XPath("//*[not(*)][string-length() > $length]")
_LIKE_A_NUMBER = re.compile(r"[\s0-9.+-]*")
_MAX_DIGITS = 10_000
# What is added up for each VAT breakdown.
_TAXED = etree.XPath(
    "count(/*/cac:InvoiceLine | /*/cac:CreditNoteLine | /*/cac:AllowanceCharge"
    " | /*/*/ram:IncludedSupplyChainTradeLineItem | /*/*/*/ram:SpecifiedTradeAllowanceCharge)",
    namespaces=PREFIXES,
)
_STANDING_IN = "-"
# Only here does the schema let a document make up names, and nest as it likes; elsewhere only a few types contain
# themselves, which no invoice does twice.
_UNUSUAL = etree.XPath(f"boolean(/*/ext:UBLExtensions | /{'/'.join('*' * 21)})", namespaces=PREFIXES)
_AROUND_A_NAME = len("/*:[namespace-uri()=''][99999]")


def check_volume(root: etree._Element, size: int, limits: ParsingLimits) -> None:
    """Refuse a document of `size` bytes that is more than the rules can work through."""
    content = size - sum(len(attachment.text or "") for attachment in _attachments(root))
    if content > limits.content:
        raise DocumentTooLarge(
            f"the document has {content} bytes without its attachments, at most {limits.content} are validated"
        )
    numbers = {what: _number(root, count) for what, count in _ROWS.items()}
    for what, number in numbers.items():
        if number > limits.rows:
            raise DocumentTooComplex(f"the document has {number} {what}, at most {limits.rows} are validated")
    pairs = numbers[_VAT] * _number(root, _TAXED)
    if pairs > limits.pairs:
        raise DocumentTooComplex(f"the document has {numbers[_VAT]} {_VAT}, too many for so many lines")
    if _UNUSUAL(root) and _places(root, _AROUND_A_NAME + len(root.tag), limits) > limits.places:
        raise DocumentTooComplex("the document has too many elements for how deep they are")


def check_numbers(root: etree._Element) -> None:
    """Refuse what the reference would work on for minutes: it reads a number in the square of its length."""
    found: Any = _LONG(root, length=_MAX_DIGITS)
    if any(_LIKE_A_NUMBER.fullmatch(text_of(element)) for element in found):
        raise DocumentTooComplex(f"the document has a number of more than {_MAX_DIGITS} characters")


def without_attachments(root: etree._Element) -> None:
    """Let one character stand for the text of every attachment; one without text stays without."""
    for attachment in _attachments(root):
        if attachment.text and attachment.text.strip():
            attachment.text = _STANDING_IN


def _number(root: etree._Element, count: etree.XPath) -> int:
    return int(str(count(root)).partition(".")[0])


def _places(parent: etree._Element, above: int, limits: ParsingLimits) -> int:
    """Add up how long the paths of all elements below `parent` are, whose own is `above`."""
    total = 0
    for element in parent.iterchildren(etree.Element):
        name = str(element.tag)
        place = above + len(name) + _AROUND_A_NAME
        if place > limits.place:
            raise DocumentTooComplex("the document is nested too deep for the length of its names")
        if max(map(len, (name, *element.keys()))) > limits.name:
            _check_names(element, limits)
        total += place
        if len(element):
            total += _places(element, place, limits)
    return total


def _check_names(element: etree._Element, limits: ParsingLimits) -> None:
    """The namespaces in them are short: that was looked at before."""
    if any(len(etree.QName(name).localname) > limits.name for name in (element, *element.keys())):
        raise DocumentTooComplex(f"the document has a name of more than {limits.name} characters")


def _attachments(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(*_ATTACHMENTS)
