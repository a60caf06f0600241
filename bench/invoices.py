"""Made-up invoices of any length, for measuring.

Guarantees: the same seed and length always give the same bytes; the result is a valid Peppol BIS Billing 3 invoice with
neither fatal findings nor warnings, whose amounts follow from its lines, with what invoices of wholesalers use.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from textwrap import indent

CUSTOMIZATION_ID = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE_ID = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
HIGH, LOW = Decimal(21), Decimal(9)
FREIGHT = Decimal("25.00")
DISCOUNT_PERCENT = Decimal(1)
_CENT = Decimal("0.01")
_COMPONENTS = "urn:oasis:names:specification:ubl:schema:xsd:Common"
_GOODS = ("Printer paper A4", "Toner cartridge, black", "Desk lamp", "Office chair", "Coffee beans 1 kg", "Label roll")
_COLOURS = ("white", "black", "grey", "blue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    name: str
    number: str
    vat: str
    street: str
    city: str
    postal_code: str
    contact: str


SUPPLIER = Party(
    name="De Lage Landen Kantoorartikelen BV",
    number="68750110",
    vat="NL857587973B01",
    street="Hizzaarderlaan 3 A",
    city="Lollum",
    postal_code="8823SJ",
    contact="J. de Vries",
)
CUSTOMER = Party(
    name="Havenbedrijf Noordzee NV",
    number="68727720",
    vat="NL857579885B01",
    street="Veerkade 2",
    city="Rotterdam",
    postal_code="3016DE",
    contact="M. Jansen",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    number: int
    name: str
    colour: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    rate: Decimal

    @property
    def net(self) -> Decimal:
        return cents(self.quantity * self.price) - self.discount


def invoice(lines: int, *, seed: int = 0, extension: str = "") -> bytes:
    """Write an invoice; `extension` is the XML content of a UBL extension, which brings one warning."""
    chance = random.Random(seed)  # noqa: S311 - varied, not secret
    return _document([_line(chance, number) for number in range(1, lines + 1)], seed, extension).encode()


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _line(chance: random.Random, number: int) -> Line:
    return Line(
        number=number,
        name=chance.choice(_GOODS),
        colour=chance.choice(_COLOURS),
        quantity=Decimal(chance.randint(1, 40)),
        price=Decimal(chance.randint(500, 25_000)) / 100,
        discount=Decimal(chance.randint(5, 200)) / 100,
        rate=LOW if number % 3 == 0 else HIGH,
    )


def _document(lines: Sequence[Line], seed: int, extension: str) -> str:
    total = sum((line.net for line in lines), Decimal("0.00"))
    discount = cents(total * DISCOUNT_PERCENT / 100)
    taxable: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    taxable[HIGH] += FREIGHT - discount
    for line in lines:
        taxable[line.rate] += line.net
    parts = [
        _header(seed, extension),
        _supplier_and_customer(),
        _delivery_and_payment(seed),
        _allowance_and_charge(total, discount),
        _tax_total(taxable),
        _monetary_total(total, discount, taxable),
        *(_line_xml(line) for line in lines),
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        f' xmlns:cac="{_COMPONENTS}AggregateComponents-2" xmlns:cbc="{_COMPONENTS}BasicComponents-2"'
        f' xmlns:ext="{_COMPONENTS}ExtensionComponents-2">\n' + indent("\n".join(parts), "  ") + "\n</Invoice>\n"
    )


def _header(seed: int, extension: str) -> str:
    extensions = ""
    if extension:
        content = f"<ext:ExtensionContent>{extension}</ext:ExtensionContent>"
        extensions = f"<ext:UBLExtensions><ext:UBLExtension>{content}</ext:UBLExtension></ext:UBLExtensions>\n"
    return f"""{extensions}<cbc:CustomizationID>{CUSTOMIZATION_ID}</cbc:CustomizationID>
<cbc:ProfileID>{PROFILE_ID}</cbc:ProfileID>
<cbc:ID>2026-{seed:07d}</cbc:ID>
<cbc:IssueDate>2026-11-02</cbc:IssueDate>
<cbc:DueDate>2026-12-02</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:AccountingCost>4217:2323:2323</cbc:AccountingCost>
<cbc:BuyerReference>PO-2026-{seed:05d}</cbc:BuyerReference>
<cac:InvoicePeriod>
  <cbc:StartDate>2026-10-01</cbc:StartDate>
  <cbc:EndDate>2026-10-31</cbc:EndDate>
</cac:InvoicePeriod>
<cac:OrderReference>
  <cbc:ID>PO-2026-{seed:05d}</cbc:ID>
</cac:OrderReference>"""


def _supplier_and_customer() -> str:
    return f"""<cac:AccountingSupplierParty>
{_party(SUPPLIER)}
</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>
{_party(CUSTOMER)}
</cac:AccountingCustomerParty>"""


def _party(party: Party) -> str:
    return f"""  <cac:Party>
    <cbc:EndpointID schemeID="0106">{party.number}</cbc:EndpointID>
    <cac:PartyName>
      <cbc:Name>{party.name}</cbc:Name>
    </cac:PartyName>
    <cac:PostalAddress>
{_address(party)}
    </cac:PostalAddress>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>{party.vat}</cbc:CompanyID>
      <cac:TaxScheme>
        <cbc:ID>VAT</cbc:ID>
      </cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyLegalEntity>
      <cbc:RegistrationName>{party.name}</cbc:RegistrationName>
      <cbc:CompanyID schemeID="0106">{party.number}</cbc:CompanyID>
    </cac:PartyLegalEntity>
    <cac:Contact>
      <cbc:Name>{party.contact}</cbc:Name>
      <cbc:Telephone>+31 10 123 45 67</cbc:Telephone>
      <cbc:ElectronicMail>administration@example.org</cbc:ElectronicMail>
    </cac:Contact>
  </cac:Party>"""


def _address(party: Party) -> str:
    return f"""      <cbc:StreetName>{party.street}</cbc:StreetName>
      <cbc:CityName>{party.city}</cbc:CityName>
      <cbc:PostalZone>{party.postal_code}</cbc:PostalZone>
      <cac:Country>
        <cbc:IdentificationCode>NL</cbc:IdentificationCode>
      </cac:Country>"""


def _delivery_and_payment(seed: int) -> str:
    return f"""<cac:Delivery>
  <cbc:ActualDeliveryDate>2026-10-28</cbc:ActualDeliveryDate>
  <cac:DeliveryLocation>
    <cac:Address>
{_address(CUSTOMER)}
    </cac:Address>
  </cac:DeliveryLocation>
</cac:Delivery>
<cac:PaymentMeans>
  <cbc:PaymentMeansCode name="SEPA credit transfer">58</cbc:PaymentMeansCode>
  <cbc:PaymentID>2026-{seed:07d}</cbc:PaymentID>
  <cac:PayeeFinancialAccount>
    <cbc:ID>NL91ABNA0417164300</cbc:ID>
    <cbc:Name>{SUPPLIER.name}</cbc:Name>
  </cac:PayeeFinancialAccount>
</cac:PaymentMeans>
<cac:PaymentTerms>
  <cbc:Note>Within 30 days after the date of the invoice.</cbc:Note>
</cac:PaymentTerms>"""


def _allowance_and_charge(total: Decimal, discount: Decimal) -> str:
    return f"""<cac:AllowanceCharge>
  <cbc:ChargeIndicator>false</cbc:ChargeIndicator>
  <cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode>
  <cbc:AllowanceChargeReason>Discount</cbc:AllowanceChargeReason>
  <cbc:MultiplierFactorNumeric>{DISCOUNT_PERCENT}</cbc:MultiplierFactorNumeric>
  <cbc:Amount currencyID="EUR">{discount}</cbc:Amount>
  <cbc:BaseAmount currencyID="EUR">{total}</cbc:BaseAmount>
{_tax_category("TaxCategory", HIGH)}
</cac:AllowanceCharge>
<cac:AllowanceCharge>
  <cbc:ChargeIndicator>true</cbc:ChargeIndicator>
  <cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>
  <cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason>
  <cbc:Amount currencyID="EUR">{FREIGHT}</cbc:Amount>
{_tax_category("TaxCategory", HIGH)}
</cac:AllowanceCharge>"""


def _tax_category(element: str, rate: Decimal) -> str:
    return f"""  <cac:{element}>
    <cbc:ID>S</cbc:ID>
    <cbc:Percent>{rate}</cbc:Percent>
    <cac:TaxScheme>
      <cbc:ID>VAT</cbc:ID>
    </cac:TaxScheme>
  </cac:{element}>"""


def _tax_total(taxable: defaultdict[Decimal, Decimal]) -> str:
    subtotals = "\n".join(
        f"""  <cac:TaxSubtotal>
    <cbc:TaxableAmount currencyID="EUR">{amount}</cbc:TaxableAmount>
    <cbc:TaxAmount currencyID="EUR">{_tax(rate, amount)}</cbc:TaxAmount>
{indent(_tax_category("TaxCategory", rate), "  ")}
  </cac:TaxSubtotal>"""
        for rate, amount in taxable.items()
    )
    return f"""<cac:TaxTotal>
  <cbc:TaxAmount currencyID="EUR">{_taxes(taxable.items())}</cbc:TaxAmount>
{subtotals}
</cac:TaxTotal>"""


def _tax(rate: Decimal, amount: Decimal) -> Decimal:
    return cents(amount * rate / 100)


def _taxes(taxable: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    return sum((_tax(rate, amount) for rate, amount in taxable), Decimal("0.00"))


def _monetary_total(total: Decimal, discount: Decimal, taxable: defaultdict[Decimal, Decimal]) -> str:
    exclusive = total - discount + FREIGHT
    inclusive = exclusive + _taxes(taxable.items())
    return f"""<cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="EUR">{total}</cbc:LineExtensionAmount>
  <cbc:TaxExclusiveAmount currencyID="EUR">{exclusive}</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">{inclusive}</cbc:TaxInclusiveAmount>
  <cbc:AllowanceTotalAmount currencyID="EUR">{discount}</cbc:AllowanceTotalAmount>
  <cbc:ChargeTotalAmount currencyID="EUR">{FREIGHT}</cbc:ChargeTotalAmount>
  <cbc:PayableAmount currencyID="EUR">{inclusive}</cbc:PayableAmount>
</cac:LegalMonetaryTotal>"""


def _line_xml(line: Line) -> str:
    return f"""<cac:InvoiceLine>
  <cbc:ID>{line.number}</cbc:ID>
  <cbc:InvoicedQuantity unitCode="C62">{line.quantity}</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">{line.net}</cbc:LineExtensionAmount>
  <cac:OrderLineReference>
    <cbc:LineID>{line.number}</cbc:LineID>
  </cac:OrderLineReference>
  <cac:AllowanceCharge>
    <cbc:ChargeIndicator>false</cbc:ChargeIndicator>
    <cbc:AllowanceChargeReason>Discount</cbc:AllowanceChargeReason>
    <cbc:Amount currencyID="EUR">{line.discount}</cbc:Amount>
  </cac:AllowanceCharge>
  <cac:Item>
    <cbc:Description>{line.name}, as ordered through the framework contract, {line.colour}</cbc:Description>
    <cbc:Name>{line.name}</cbc:Name>
    <cac:SellersItemIdentification>
      <cbc:ID>item-{line.number}</cbc:ID>
    </cac:SellersItemIdentification>
{indent(_tax_category("ClassifiedTaxCategory", line.rate), "  ")}
    <cac:AdditionalItemProperty>
      <cbc:Name>colour</cbc:Name>
      <cbc:Value>{line.colour}</cbc:Value>
    </cac:AdditionalItemProperty>
  </cac:Item>
  <cac:Price>
    <cbc:PriceAmount currencyID="EUR">{line.price}</cbc:PriceAmount>
  </cac:Price>
</cac:InvoiceLine>"""
