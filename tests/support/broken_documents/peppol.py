"""Documents that break the rules of Peppol BIS Billing 3."""

from support.broken_documents.making import (
    LINE,
    PERIOD,
    QUANTITY,
    SELLER,
    TAX_CATEGORY,
    Edit,
    after,
    attribute,
    before,
    broken,
    charge,
    put,
)

_BASED = "<cbc:MultiplierFactorNumeric>{}</cbc:MultiplierFactorNumeric>"
_FROM = '<cbc:BaseAmount currencyID="EUR">{}</cbc:BaseAmount>'


def _allowed(more: str, base: str = "") -> Edit:
    """A document level allowance of 10.00 with a percentage before and a base amount after it."""
    text = charge("false", more=more).replace("</cbc:Amount>", f"</cbc:Amount>{base}")
    return before("cac:TaxTotal", text)


_PRICE = f"{LINE}/cac:Price"
_GROSS = """<cac:AllowanceCharge><cbc:ChargeIndicator>{}</cbc:ChargeIndicator>
  <cbc:Amount currencyID="EUR">5.00</cbc:Amount><cbc:BaseAmount currencyID="EUR">110.00</cbc:BaseAmount>
  </cac:AllowanceCharge>"""
CASES = [
    broken(
        "PEPPOL-EN16931-R002",
        "peppol",
        ".",
        "notes: 2",
        before("cbc:DocumentCurrencyCode", "<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>"),
    ),
    broken(
        "PEPPOL-EN16931-R005",
        "peppol",
        "cbc:TaxCurrencyCode",
        "“EUR”",
        after("cbc:DocumentCurrencyCode", "<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>"),
    ),
    broken("PEPPOL-EN16931-R007", "peppol", ".", "“urn:x”", put("cbc:ProfileID", "urn:x")),
    broken(
        "PEPPOL-EN16931-R008",
        "peppol",
        f"{SELLER}/cac:PostalAddress/cbc:CityName",
        "cbc:CityName is empty",
        put(f"{SELLER}/cac:PostalAddress/cbc:CityName", ""),
    ),
    broken(
        "PEPPOL-EN16931-R051",
        "peppol",
        f"{_PRICE}/cbc:PriceAmount",
        ("“USD”", "“EUR”"),
        attribute(f"{_PRICE}/cbc:PriceAmount", "currencyID", "USD"),
    ),
    broken(
        "PEPPOL-EN16931-R040",
        "peppol",
        "cac:AllowanceCharge",
        ("is 10.00", "20% of 100.00 is 20.00"),
        _allowed(_BASED.format("20"), _FROM.format("100.00")),
    ),
    broken(
        "PEPPOL-EN16931-R041",
        "peppol",
        "cac:AllowanceCharge",
        ("20%", "base amount is missing"),
        _allowed(_BASED.format("20")),
    ),
    broken(
        "PEPPOL-EN16931-R042",
        "peppol",
        "cac:AllowanceCharge",
        ("100.00", "percentage is missing"),
        _allowed("", _FROM.format("100.00")),
    ),
    broken("PEPPOL-EN16931-R043", "peppol", "cac:AllowanceCharge", "is “0”", before("cac:TaxTotal", charge("0"))),
    broken(
        "PEPPOL-EN16931-R044",
        "peppol",
        f"{_PRICE}/cac:AllowanceCharge",
        ("line 1", "“true”"),
        after(f"{_PRICE}/cbc:PriceAmount", _GROSS.format("true")),
    ),
    broken(
        "PEPPOL-EN16931-R046",
        "peppol",
        f"{_PRICE}/cac:AllowanceCharge",
        ("is 100.00", "110.00 minus 5.00", "105.00"),
        after(f"{_PRICE}/cbc:PriceAmount", _GROSS.format("false")),
    ),
    broken(
        "PEPPOL-EN16931-R110",
        "peppol",
        f"{LINE}/cac:InvoicePeriod/cbc:StartDate",
        "2026-10-01",
        after("cbc:BuyerReference", PERIOD.format("<cbc:StartDate>2026-11-01</cbc:StartDate>")),
        before(f"{LINE}/cac:Item", PERIOD.format("<cbc:StartDate>2026-10-01</cbc:StartDate>")),
    ),
    broken(
        "PEPPOL-EN16931-R120", "peppol", LINE, ("is 1,000.00", "11 times 100.00", "is 1,100.00"), put(QUANTITY, "11")
    ),
    broken(
        "PEPPOL-EN16931-R121",
        "peppol",
        LINE,
        "is 0",
        after(f"{_PRICE}/cbc:PriceAmount", '<cbc:BaseQuantity unitCode="HUR">0</cbc:BaseQuantity>'),
    ),
    broken(
        "PEPPOL-EN16931-R130",
        "peppol",
        f"{_PRICE}/cbc:BaseQuantity",
        ("“HUR”", "“C62”"),
        after(f"{_PRICE}/cbc:PriceAmount", '<cbc:BaseQuantity unitCode="C62">1</cbc:BaseQuantity>'),
    ),
    broken(
        "PEPPOL-EN16931-R101",
        "peppol",
        LINE,
        ("line 1: number of document references 1", "missing"),
        before(f"{LINE}/cac:Item", "<cac:DocumentReference><cbc:ID>1</cbc:ID></cac:DocumentReference>"),
    ),
    broken("PEPPOL-EN16931-P0100", "peppol", "cbc:InvoiceTypeCode", "“389”", put("cbc:InvoiceTypeCode", "389")),
    broken(
        "PEPPOL-EN16931-P0112", "peppol", "cbc:InvoiceTypeCode", ("“384”", "“NL”"), put("cbc:InvoiceTypeCode", "384")
    ),
    broken(
        "PEPPOL-EN16931-P0107",
        "peppol",
        TAX_CATEGORY,
        "“S”",
        before(f"{TAX_CATEGORY}/cac:TaxScheme", "<cbc:TaxExemptionReasonCode>VATEX-EU-AE</cbc:TaxExemptionReasonCode>"),
    ),
]
