"""How much of a document the rules get to see.

Guarantees: beyond these limits a document is refused before any rule runs, because some rules compare every row with
every other. The text of embedded attachments neither counts nor goes through the rules: no rule reads more of it than
whether it is there.
"""

from collections.abc import Iterator

from lxml import etree

from documents.adapters.rules.document_types import CII_AGGREGATE, PREFIXES, UBL_BASIC
from documents.adapters.rules.parsing import ParsingLimits
from documents.domain.findings import DocumentTooComplex, DocumentTooLarge

_ATTACHMENTS = (f"{{{UBL_BASIC}}}EmbeddedDocumentBinaryObject", f"{{{CII_AGGREGATE}}}AttachmentBinaryObject")
_ROWS = {
    "payment means": etree.XPath(
        "count(/*/cac:PaymentMeans | /*/*/*/ram:SpecifiedTradeSettlementPaymentMeans)", namespaces=PREFIXES
    ),
    "VAT breakdowns": etree.XPath(
        "count(/*/cac:TaxTotal/cac:TaxSubtotal | /*/*/ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax)",
        namespaces=PREFIXES,
    ),
}
_STANDING_IN = "-"


def check_volume(root: etree._Element, size: int, limits: ParsingLimits) -> None:
    """Refuse a document of `size` bytes that is more than the rules can work through."""
    content = size - sum(len(attachment.text or "") for attachment in _attachments(root))
    if content > limits.content:
        raise DocumentTooLarge(
            f"the document has {content} bytes without its attachments, at most {limits.content} are validated"
        )
    for what, count in _ROWS.items():
        number = int(str(count(root)).partition(".")[0])
        if number > limits.rows:
            raise DocumentTooComplex(f"the document has {number} {what}, at most {limits.rows} are validated")


def without_attachments(root: etree._Element) -> None:
    """Let one character stand for the text of every attachment; one without text stays without."""
    for attachment in _attachments(root):
        if attachment.text and attachment.text.strip():
            attachment.text = _STANDING_IN


def _attachments(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(*_ATTACHMENTS)
