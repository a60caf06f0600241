"""How a broken document is made: a valid one with small edits, the rule that it breaks, and what must be said of it.

Each starts from a valid document and is changed by small edits; `at` is where the rule speaks.
Other rules may speak as well: an invoice without a country breaks several.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from documents.adapters.rules.document_types import PREFIXES
from lxml import etree

from support.cii import CiiInvoice
from support.invoices import EN16931, GACCOUNT, NLCIUS, CreditNote, Invoice

Edit = Callable[[etree._Element], None]

BASES = {
    "en": Invoice(customization_id=EN16931),
    "peppol": Invoice(),
    "peppol credit": CreditNote(),
    "nlcius": Invoice(customization_id=NLCIUS),
    "nlcius credit": CreditNote(customization_id=NLCIUS),
    "gaccount": Invoice(customization_id=GACCOUNT),
    "cii": CiiInvoice(),
}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """`says` stands in what was found, in English."""

    rule: str
    base: str
    edits: tuple[Edit, ...]
    at: str
    says: tuple[str, ...]

    def root(self) -> etree._Element:
        root = etree.fromstring(BASES[self.base].xml())
        for edit in self.edits:
            edit(root)
        return root

    def xml(self) -> bytes:
        return etree.tostring(self.root(), xml_declaration=True, encoding="UTF-8")

    def place(self, root: etree._Element) -> etree._Element:
        return one(root, self.at)


def one(root: etree._Element, path: str) -> etree._Element:
    """Return the first element at a path, which must be there."""
    found = root.xpath(path, namespaces=PREFIXES)
    assert found, f"there is no {path}"
    return found[0]


def drop(path: str) -> Edit:
    def edit(root: etree._Element) -> None:
        element = one(root, path)
        element.getparent().remove(element)

    return edit


def put(path: str, text: str) -> Edit:
    def edit(root: etree._Element) -> None:
        one(root, path).text = text

    return edit


def attribute(path: str, name: str, value: str | None) -> Edit:
    def edit(root: etree._Element) -> None:
        element = one(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return edit


def before(path: str, xml: str) -> Edit:
    return lambda root: _beside(root, path, xml, 0)


def after(path: str, xml: str) -> Edit:
    return lambda root: _beside(root, path, xml, 1)


def _beside(root: etree._Element, path: str, xml: str, offset: int) -> None:
    element = one(root, path)
    parent = element.getparent()
    names = " ".join(f'xmlns:{prefix}="{namespace}"' for prefix, namespace in PREFIXES.items())
    for number, new in enumerate(etree.fromstring(f"<x {names}>{xml}</x>")):
        parent.insert(parent.index(element) + offset + (number if offset else 0), new)
    etree.cleanup_namespaces(root)


SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
TOTALS = "cac:LegalMonetaryTotal"
BREAKDOWN = "cac:TaxTotal/cac:TaxSubtotal"
LINE = "cac:InvoiceLine"
ITEM_CATEGORY = f"{LINE}/cac:Item/cac:ClassifiedTaxCategory"
TAX_CATEGORY = f"{BREAKDOWN}/cac:TaxCategory"
QUANTITY = f"{LINE}/cbc:InvoicedQuantity"
SELLER_ID = f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID"
PERIOD = "<cac:InvoicePeriod>{}</cac:InvoicePeriod>"
SCHEME = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"


def charge(kind: str, *, category: str = "S", rate: str = "21", amount: str = "10.00", more: str = "") -> str:
    """An allowance ("false") or charge ("true") on document level, with its reason."""
    percent = f"<cbc:Percent>{rate}</cbc:Percent>" if rate else ""
    return f"""<cac:AllowanceCharge><cbc:ChargeIndicator>{kind}</cbc:ChargeIndicator>
      <cbc:AllowanceChargeReason>reason</cbc:AllowanceChargeReason>{more}
      <cbc:Amount currencyID="EUR">{amount}</cbc:Amount>
      <cac:TaxCategory><cbc:ID>{category}</cbc:ID>{percent}{SCHEME}</cac:TaxCategory></cac:AllowanceCharge>"""


def line_charge(kind: str, *, amount: str = "10.00", more: str = "") -> str:
    return f"""<cac:AllowanceCharge><cbc:ChargeIndicator>{kind}</cbc:ChargeIndicator>
      <cbc:AllowanceChargeReason>reason</cbc:AllowanceChargeReason>{more}
      <cbc:Amount currencyID="EUR">{amount}</cbc:Amount></cac:AllowanceCharge>"""


def broken(rule: str, base: str, at: str, says: Iterable[str] | str, *edits: Edit) -> Broken:
    return Broken(rule=rule, base=base, edits=edits, at=at, says=(says,) if isinstance(says, str) else tuple(says))


def missing(rule: str, at: str, path: str, base: str = "en", *edits: Edit, says: str = "is missing") -> Broken:
    return broken(rule, base, at, says, *edits, drop(path))
