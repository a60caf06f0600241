"""Codes that are in no list, and amounts with too many decimals."""

from support.broken_documents.making import (
    BREAKDOWN,
    ITEM_CATEGORY,
    LINE,
    QUANTITY,
    SELLER,
    TAX_CATEGORY,
    TOTALS,
    after,
    attribute,
    before,
    broken,
    charge,
    line_charge,
    put,
)

_COUNTRY = f"{SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
CASES = [
    broken("BR-CL-01", "en", "cbc:InvoiceTypeCode", "“999”", put("cbc:InvoiceTypeCode", "999")),
    broken(
        "BR-CL-03",
        "en",
        f"{LINE}/cac:Price/cbc:PriceAmount",
        ("“EURO”", "cbc:PriceAmount/@currencyID"),
        attribute(f"{LINE}/cac:Price/cbc:PriceAmount", "currencyID", "EURO"),
    ),
    broken("BR-CL-04", "en", "cbc:DocumentCurrencyCode", "“EURO”", put("cbc:DocumentCurrencyCode", "EURO")),
    broken(
        "BR-CL-05",
        "en",
        "cbc:TaxCurrencyCode",
        "“X”",
        after("cbc:DocumentCurrencyCode", "<cbc:TaxCurrencyCode>X</cbc:TaxCurrencyCode>"),
    ),
    broken(
        "BR-CL-11",
        "en",
        f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
        "“KVK”",
        attribute(f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "schemeID", "KVK"),
    ),
    broken("BR-CL-14", "en", _COUNTRY, "“Nederland”", put(_COUNTRY, "Nederland")),
    broken(
        "BR-CL-16",
        "en",
        "cac:PaymentMeans/cbc:PaymentMeansCode",
        "“iban”",
        put("cac:PaymentMeans/cbc:PaymentMeansCode", "iban"),
    ),
    broken("BR-CL-17", "en", f"{TAX_CATEGORY}/cbc:ID", "“H”", put(f"{TAX_CATEGORY}/cbc:ID", "H")),
    broken("BR-CL-18", "en", f"{ITEM_CATEGORY}/cbc:ID", "“H”", put(f"{ITEM_CATEGORY}/cbc:ID", "H")),
    broken(
        "BR-CL-19",
        "en",
        "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",
        "“korting”",
        before("cac:TaxTotal", charge("false")),
        before(
            "cac:AllowanceCharge/cbc:AllowanceChargeReason",
            "<cbc:AllowanceChargeReasonCode>korting</cbc:AllowanceChargeReasonCode>",
        ),
    ),
    broken(
        "BR-CL-20",
        "en",
        "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",
        "“toeslag”",
        before("cac:TaxTotal", charge("true")),
        before(
            "cac:AllowanceCharge/cbc:AllowanceChargeReason",
            "<cbc:AllowanceChargeReasonCode>toeslag</cbc:AllowanceChargeReasonCode>",
        ),
    ),
    broken(
        "BR-CL-22",
        "en",
        f"{TAX_CATEGORY}/cbc:TaxExemptionReasonCode",
        "“verlegd”",
        before(f"{TAX_CATEGORY}/cac:TaxScheme", "<cbc:TaxExemptionReasonCode>verlegd</cbc:TaxExemptionReasonCode>"),
    ),
    broken(
        "BR-CL-23",
        "en",
        QUANTITY,
        ("“HOURS”", "cbc:InvoicedQuantity/@unitCode"),
        attribute(QUANTITY, "unitCode", "HOURS"),
    ),
    broken(
        "BR-CL-25", "en", f"{SELLER}/cbc:EndpointID", "“KVK”", attribute(f"{SELLER}/cbc:EndpointID", "schemeID", "KVK")
    ),
    broken("BR-DEC-09", "en", TOTALS, "“1000.001”", put(f"{TOTALS}/cbc:LineExtensionAmount", "1000.001")),
    broken("BR-DEC-12", "en", TOTALS, "“1000.001”", put(f"{TOTALS}/cbc:TaxExclusiveAmount", "1000.001")),
    broken("BR-DEC-14", "en", TOTALS, "“1210.001”", put(f"{TOTALS}/cbc:TaxInclusiveAmount", "1210.001")),
    broken("BR-DEC-18", "en", TOTALS, "“1210.001”", put(f"{TOTALS}/cbc:PayableAmount", "1210.001")),
    broken("BR-DEC-19", "en", BREAKDOWN, "“1000.001”", put(f"{BREAKDOWN}/cbc:TaxableAmount", "1000.001")),
    broken("BR-DEC-20", "en", BREAKDOWN, "“210.001”", put(f"{BREAKDOWN}/cbc:TaxAmount", "210.001")),
    broken("BR-DEC-23", "en", LINE, "“1000.001”", put(f"{LINE}/cbc:LineExtensionAmount", "1000.001")),
    broken(
        "BR-DEC-01", "en", "cac:AllowanceCharge", "“1.001”", before("cac:TaxTotal", charge("false", amount="1.001"))
    ),
    broken("BR-DEC-05", "en", "cac:AllowanceCharge", "“1.001”", before("cac:TaxTotal", charge("true", amount="1.001"))),
    broken(
        "BR-DEC-24",
        "en",
        f"{LINE}/cac:AllowanceCharge",
        "“1.001”",
        before(f"{LINE}/cac:Item", line_charge("false", amount="1.001")),
    ),
    broken(
        "BR-DEC-27",
        "en",
        f"{LINE}/cac:AllowanceCharge",
        "“1.001”",
        before(f"{LINE}/cac:Item", line_charge("true", amount="1.001")),
    ),
    broken(
        "UBL-DT-01", "en", f"{TOTALS}/cbc:PayableAmount", "“1210.001”", put(f"{TOTALS}/cbc:PayableAmount", "1210.001")
    ),
]
