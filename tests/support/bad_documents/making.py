"""What the tables of bad documents are made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from documents.adapters.rules.document_types import PREFIXES
from shared.errors import DomainError

from support.cii import CiiInvoice
from support.invoices import NLCIUS, CreditNote, Invoice, changed

UBL = {"invoice": Invoice().xml(), "credit note": CreditNote().xml()}
DUTCH = {"Dutch invoice": Invoice(customization_id=NLCIUS).xml()}
CII = {"CII invoice": CiiInvoice().xml()}
ALL = {**UBL, **DUTCH, **CII}
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Judged(StrEnum):
    """What becomes of a document that can be read."""

    VALID = "valid"
    BY_SCHEMA = "refused by the schema"
    BY_RULES = "refused by the rules"


@dataclass(frozen=True, kw_only=True)
class Bad:
    """`expected` is the verdict, or the error that there is none."""

    document: bytes
    expected: Judged | type[DomainError]


Cases = dict[str, Bad]


def each(
    documents: Mapping[str, bytes], what: str, before: str, after: str, expected: Judged | type[DomainError]
) -> Cases:
    """The same change to several documents."""
    return {
        f"{what}, {name}": Bad(document=changed(document, before, after), expected=expected)
        for name, document in documents.items()
    }


def extended(content: str, document: bytes = UBL["invoice"]) -> bytes:
    """A UBL document with an extension, in which the schema allows nearly everything."""
    extension = f"<UBLExtension><ExtensionContent>{content}</ExtensionContent></UBLExtension>"
    return changed(
        document,
        "<cbc:CustomizationID>",
        f'<UBLExtensions xmlns="{PREFIXES["ext"]}">{extension}</UBLExtensions><cbc:CustomizationID>',
    )
