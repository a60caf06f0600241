"""Invoices that lack what they must say."""

from support.broken_documents.making import (
    BREAKDOWN,
    BUYER,
    LINE,
    SCHEME,
    SELLER,
    TOTALS,
    after,
    attribute,
    before,
    broken,
    charge,
    drop,
    line_charge,
    missing,
    put,
)

_DELIVERY = """<cac:Delivery><cac:DeliveryLocation><cac:Address><cbc:CityName>X</cbc:CityName></cac:Address>
  </cac:DeliveryLocation></cac:Delivery>"""
_REPRESENTATIVE = f"""<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>R</cbc:Name></cac:PartyName>
  <cac:PostalAddress><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>NL857587973B01</cbc:CompanyID>{SCHEME}</cac:PartyTaxScheme>
  </cac:TaxRepresentativeParty>"""
_AGENT = before("cac:PaymentMeans", _REPRESENTATIVE)
CASES = [
    broken("BR-02", "en", ".", "is empty", put("cbc:ID", "")),
    broken("BR-05", "en", ".", "is missing", drop("cbc:DocumentCurrencyCode")),
    missing("BR-06", ".", f"{SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    missing("BR-07", ".", f"{BUYER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    missing("BR-08", ".", f"{SELLER}/cac:PostalAddress"),
    missing("BR-09", f"{SELLER}/cac:PostalAddress", f"{SELLER}/cac:PostalAddress/cac:Country"),
    missing("BR-10", ".", f"{BUYER}/cac:PostalAddress"),
    missing("BR-11", f"{BUYER}/cac:PostalAddress", f"{BUYER}/cac:PostalAddress/cac:Country"),
    missing("BR-12", TOTALS, f"{TOTALS}/cbc:LineExtensionAmount"),
    missing("BR-13", TOTALS, f"{TOTALS}/cbc:TaxExclusiveAmount"),
    missing("BR-14", TOTALS, f"{TOTALS}/cbc:TaxInclusiveAmount"),
    missing("BR-04", ".", "cbc:InvoiceTypeCode"),
    missing("BR-18", "cac:TaxRepresentativeParty", "cac:TaxRepresentativeParty/cac:PartyName", "en", _AGENT),
    missing(
        "BR-19", "cac:TaxRepresentativeParty", "cac:TaxRepresentativeParty/cac:PostalAddress", "en", _AGENT, says="“R”"
    ),
    missing(
        "BR-20",
        "cac:TaxRepresentativeParty/cac:PostalAddress",
        "cac:TaxRepresentativeParty/cac:PostalAddress/cac:Country",
        "en",
        _AGENT,
    ),
    missing("BR-56", "cac:TaxRepresentativeParty", "cac:TaxRepresentativeParty/cac:PartyTaxScheme", "en", _AGENT),
    broken(
        "BR-50",
        "en",
        "cac:PaymentMeans/cac:PayeeFinancialAccount",
        ("“30”", "is empty"),
        put("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", ""),
    ),
    missing("BR-61", "cac:PaymentMeans", "cac:PaymentMeans/cac:PayeeFinancialAccount"),
    broken(
        "BR-57",
        "en",
        "cac:Delivery/cac:DeliveryLocation/cac:Address",
        "is missing",
        before("cac:PaymentMeans", _DELIVERY),
    ),
    broken(
        "BR-52",
        "en",
        "cac:AdditionalDocumentReference",
        "is empty",
        after("cbc:BuyerReference", "<cac:AdditionalDocumentReference><cbc:ID/></cac:AdditionalDocumentReference>"),
    ),
    broken(
        "BR-55",
        "en",
        "cac:BillingReference",
        "is missing",
        after("cbc:BuyerReference", "<cac:BillingReference/>"),
    ),
    missing("BR-22", LINE, f"{LINE}/cbc:InvoicedQuantity", says="line 1: the quantity is missing"),
    broken("BR-21", "en", LINE, "Invoice line 1: the line identifier is empty", put(f"{LINE}/cbc:ID", "")),
    broken(
        "BR-23",
        "en",
        LINE,
        "unit of the quantity is missing",
        attribute(f"{LINE}/cbc:InvoicedQuantity", "unitCode", None),
    ),
    missing("BR-25", LINE, f"{LINE}/cac:Item/cbc:Name", says="line 1: the item name is missing"),
    missing("BR-26", LINE, f"{LINE}/cac:Price"),
    missing("BR-CO-04", LINE, f"{LINE}/cac:Item/cac:ClassifiedTaxCategory"),
    missing("BR-45", BREAKDOWN, f"{BREAKDOWN}/cbc:TaxableAmount"),
    missing("BR-47", BREAKDOWN, f"{BREAKDOWN}/cac:TaxCategory/cbc:ID"),
    missing("BR-48", BREAKDOWN, f"{BREAKDOWN}/cac:TaxCategory/cbc:Percent"),
    missing("PEPPOL-EN16931-R001", ".", "cbc:ProfileID", "peppol"),
    missing("PEPPOL-EN16931-R010", BUYER, f"{BUYER}/cbc:EndpointID", "peppol"),
    missing("PEPPOL-EN16931-R020", SELLER, f"{SELLER}/cbc:EndpointID", "peppol"),
    missing("PEPPOL-EN16931-R003", ".", "cbc:BuyerReference", "peppol"),
    missing("BR-NL-2", ".", "cbc:BuyerReference", "nlcius"),
    broken(
        "PEPPOL-EN16931-R061",
        "peppol",
        "cac:PaymentMeans",
        "is missing",
        put("cac:PaymentMeans/cbc:PaymentMeansCode", "59"),
    ),
    broken(
        "BR-CO-26",
        "en",
        "cac:AccountingSupplierParty",
        ("legal registration missing", "“Test BV Donald”"),
        drop(f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID"),
        drop(f"{SELLER}/cac:PartyTaxScheme"),
    ),
    broken(
        "BR-17",
        "en",
        "cac:PayeeParty",
        "payee is missing",
        before(
            "cac:PaymentMeans",
            "<cac:PayeeParty><cac:PartyIdentification><cbc:ID>1</cbc:ID></cac:PartyIdentification></cac:PayeeParty>",
        ),
    ),
]
REASON = "cbc:AllowanceChargeReason"
for _kind, _reasons, _category in (("false", ("BR-33", "BR-CO-21"), "BR-32"), ("true", ("BR-38", "BR-CO-22"), "BR-37")):
    _added = before("cac:TaxTotal", charge(_kind))
    _drop = drop(f"cac:AllowanceCharge/{REASON}")
    CASES += [broken(rule, "en", "cac:AllowanceCharge", ("10.00", "no reason"), _added, _drop) for rule in _reasons]
    CASES.append(missing(_category, "cac:AllowanceCharge", "cac:AllowanceCharge/cac:TaxCategory", "en", _added))
for _kind, _reasons in (("false", ("BR-42", "BR-CO-23")), ("true", ("BR-44", "BR-CO-24"))):
    _added = before(f"{LINE}/cac:Item", line_charge(_kind))
    for _rule in _reasons:
        _at = f"{LINE}/cac:AllowanceCharge"
        CASES.append(broken(_rule, "en", _at, ("10.00", "no reason"), _added, drop(f"{_at}/{REASON}")))
