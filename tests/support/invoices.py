"""Builders of small UBL documents: valid by default, broken in one place on request.

`Invoice().xml()` is a valid Peppol BIS Billing 3 invoice between two Dutch companies, `CreditNote()` its credit note,
`customization_id=NLCIUS` makes it an NLCIUS one. Amounts follow from the lines. `changed(document, before, after)`
breaks a document and fails when there was nothing to break.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

EN16931 = "urn:cen.eu:en16931:2017"
BIS3 = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
SELF_BILLING = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
NLCIUS = f"{EN16931}#compliant#urn:fdc:nen.nl:nlcius:v1.0"
GACCOUNT = f"{NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SELF_BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"

_CENT = Decimal("0.01")
_COMPONENTS = "urn:oasis:names:specification:ubl:schema:xsd:Common"


@dataclass(frozen=True, kw_only=True)
class Party:
    name: str
    number: str
    scheme: str = "0106"
    vat: str
    street: str
    city: str
    postal_code: str
    country: str = "NL"

    def xml(self) -> str:
        return f"""<cac:Party>
      <cbc:EndpointID schemeID="{self.scheme}">{self.number}</cbc:EndpointID>
      <cac:PartyName>
        <cbc:Name>{escape(self.name)}</cbc:Name>
      </cac:PartyName>
      <cac:PostalAddress>
        <cbc:StreetName>{escape(self.street)}</cbc:StreetName>
        <cbc:CityName>{escape(self.city)}</cbc:CityName>
        <cbc:PostalZone>{self.postal_code}</cbc:PostalZone>
        <cac:Country>
          <cbc:IdentificationCode>{self.country}</cbc:IdentificationCode>
        </cac:Country>
      </cac:PostalAddress>
      <cac:PartyTaxScheme>
        <cbc:CompanyID>{self.vat}</cbc:CompanyID>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>{escape(self.name)}</cbc:RegistrationName>
        <cbc:CompanyID schemeID="{self.scheme}">{self.number}</cbc:CompanyID>
      </cac:PartyLegalEntity>
    </cac:Party>"""


DONALD = Party(
    name="Test BV Donald",
    number="68750110",
    vat="NL857587973B01",
    street="Hizzaarderlaan 3 A",
    city="Lollum",
    postal_code="8823SJ",
)
KATRIEN = Party(
    name="Test NV Katrien",
    number="68727720",
    vat="NL857579885B01",
    street="Veerkade 2",
    city="Rotterdam",
    postal_code="3016DE",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str = "Consultancy, hours"
    quantity: Decimal = Decimal(10)
    price: Decimal = Decimal("100.00")

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Invoice:
    id: str = "2026-0001"
    issue_date: str = "2026-11-02"
    due_date: str = "2026-12-02"
    customization_id: str = BIS3
    profile_id: str = BILLING_PROCESS
    type_code: str = "380"
    buyer_reference: str = "PO-2026-114"
    supplier: Party = DONALD
    customer: Party = KATRIEN
    lines: Sequence[Line] = field(default_factory=lambda: (Line(),))
    # base64 of an attachment, and what it is
    attachment: str = ""
    attachment_mime: str = "application/pdf"

    root = "Invoice"
    quantity = "InvoicedQuantity"

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def tax(self) -> Decimal:
        return (self.net * Decimal("0.21")).quantize(_CENT, ROUND_HALF_UP)

    def xml(self) -> bytes:
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<{self.root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{self.root}-2"
  xmlns:cac="{_COMPONENTS}AggregateComponents-2"
  xmlns:cbc="{_COMPONENTS}BasicComponents-2">
  <cbc:CustomizationID>{self.customization_id}</cbc:CustomizationID>
  <cbc:ProfileID>{self.profile_id}</cbc:ProfileID>
  <cbc:ID>{escape(self.id)}</cbc:ID>
  <cbc:IssueDate>{self.issue_date}</cbc:IssueDate>{self._dates_and_type()}
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>{escape(self.buyer_reference)}</cbc:BuyerReference>{self._references()}
  <cac:AccountingSupplierParty>
    {self.supplier.xml()}
  </cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>
    {self.customer.xml()}
  </cac:AccountingCustomerParty>
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>
    <cbc:PaymentID>{escape(self.id)}</cbc:PaymentID>
    <cac:PayeeFinancialAccount>
      <cbc:ID>NL91ABNA0417164300</cbc:ID>
    </cac:PayeeFinancialAccount>
  </cac:PaymentMeans>{self._totals()}{"".join(self._line(n, line) for n, line in enumerate(self.lines, start=1))}
</{self.root}>
""".encode()

    def _dates_and_type(self) -> str:
        return f"""
  <cbc:DueDate>{self.due_date}</cbc:DueDate>
  <cbc:InvoiceTypeCode>{self.type_code}</cbc:InvoiceTypeCode>"""

    def _references(self) -> str:
        if not self.attachment:
            return ""
        return f"""
  <cac:AdditionalDocumentReference>
    <cbc:ID>attachment-1</cbc:ID>
    <cac:Attachment>
      <cbc:EmbeddedDocumentBinaryObject mimeCode="{self.attachment_mime}"
        filename="a.pdf">{self.attachment}</cbc:EmbeddedDocumentBinaryObject>
    </cac:Attachment>
  </cac:AdditionalDocumentReference>"""

    def _totals(self) -> str:
        return f"""
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">{self.tax}</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">{self.net}</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">{self.tax}</cbc:TaxAmount>
      <cac:TaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>21</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">{self.net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">{self.net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">{self.net + self.tax}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">{self.net + self.tax}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>"""

    def _line(self, number: int, line: Line) -> str:
        return f"""
  <cac:{self.root}Line>
    <cbc:ID>{number}</cbc:ID>
    <cbc:{self.quantity} unitCode="HUR">{line.quantity}</cbc:{self.quantity}>
    <cbc:LineExtensionAmount currencyID="EUR">{line.net}</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>{escape(line.name)}</cbc:Name>
      <cac:ClassifiedTaxCategory>
        <cbc:ID>S</cbc:ID>
        <cbc:Percent>21</cbc:Percent>
        <cac:TaxScheme>
          <cbc:ID>VAT</cbc:ID>
        </cac:TaxScheme>
      </cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price>
      <cbc:PriceAmount currencyID="EUR">{line.price}</cbc:PriceAmount>
    </cac:Price>
  </cac:{self.root}Line>"""


@dataclass(frozen=True, kw_only=True)
class CreditNote(Invoice):
    id: str = "2026-C001"
    type_code: str = "381"
    credited: str = "2026-0001"

    root = "CreditNote"
    quantity = "CreditedQuantity"

    def _dates_and_type(self) -> str:
        return f"""
  <cbc:CreditNoteTypeCode>{self.type_code}</cbc:CreditNoteTypeCode>"""

    def _references(self) -> str:
        return f"""
  <cac:BillingReference>
    <cac:InvoiceDocumentReference>
      <cbc:ID>{escape(self.credited)}</cbc:ID>
    </cac:InvoiceDocumentReference>
  </cac:BillingReference>"""


def changed(document: bytes, before: str, after: str) -> bytes:
    """Replace a piece of a document that must be there."""
    assert before.encode() in document, f"the document does not contain {before}"
    return document.replace(before.encode(), after.encode(), 1)


def with_two_legal_entities(document: bytes) -> bytes:
    """Repeat the supplier's legal entity: valid by the schema, and more than the Dutch stylesheet can evaluate."""
    start, end_tag = document.index(b"<cac:PartyLegalEntity>"), b"</cac:PartyLegalEntity>"
    end = document.index(end_tag) + len(end_tag)
    return document[:end] + document[start:end] + document[end:]
