"""Documents that are not built as they must be."""

from support.broken_documents.making import (
    ITEM_CATEGORY,
    LINE,
    SELLER,
    TAX_CATEGORY,
    TOTALS,
    after,
    attribute,
    before,
    broken,
    drop,
    put,
)

_CITY = "<cac:AddressLine><cbc:Line>a</cbc:Line></cac:AddressLine>"
CASES = [
    broken(
        "UBL-SR-05",
        "en",
        ".",
        ("2 times", "“a”, “b”"),
        before(
            "cac:TaxTotal",
            "<cac:PaymentTerms><cbc:Note>a</cbc:Note></cac:PaymentTerms><cac:PaymentTerms><cbc:Note>b</cbc:Note></cac:PaymentTerms>",
        ),
    ),
    broken(
        "UBL-SR-34",
        "en",
        LINE,
        ("2 times", "“a”, “b”"),
        after(f"{LINE}/cbc:ID", "<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>"),
    ),
    broken(
        "UBL-SR-44",
        "en",
        ".",
        "2 times the payment reference",
        after("cac:PaymentMeans/cbc:PaymentID", "<cbc:PaymentID>other</cbc:PaymentID>"),
    ),
    broken("UBL-SR-48", "en", LINE, "0 times", drop(ITEM_CATEGORY)),
    broken(
        "UBL-SR-51",
        "en",
        f"{SELLER}/cac:PostalAddress",
        "2 times",
        before(f"{SELLER}/cac:PostalAddress/cac:Country", _CITY * 2),
    ),
    broken("UBL-CR-005", "en", ".", "cbc:UUID: “1-2”", before("cbc:IssueDate", "<cbc:UUID>1-2</cbc:UUID>")),
    broken("UBL-CR-006", "en", ".", "“10:00:00”", after("cbc:IssueDate", "<cbc:IssueTime>10:00:00</cbc:IssueTime>")),
    broken("UBL-CR-504", "en", ".", "“Hoog”", after(f"{TAX_CATEGORY}/cbc:ID", "<cbc:Name>Hoog</cbc:Name>")),
    broken("UBL-CR-597", "en", ".", "“Hoog”", after(f"{ITEM_CATEGORY}/cbc:ID", "<cbc:Name>Hoog</cbc:Name>")),
    broken("UBL-CR-661", "en", ".", "“UN4461”", attribute("cac:PaymentMeans/cbc:PaymentMeansCode", "listID", "UN4461")),
    broken(
        "UBL-CR-009",
        "en",
        ".",
        "ubl:Invoice",
        after(
            "cbc:DocumentCurrencyCode", "<cbc:PaymentAlternativeCurrencyCode>USD</cbc:PaymentAlternativeCurrencyCode>"
        ),
    ),
    broken(
        "UBL-DT-27", "en", ".", ("(number: 1)", "“9”"), attribute(f"{SELLER}/cbc:EndpointID", "schemeAgencyID", "9")
    ),
    broken("xsd-element-content", "en", "cbc:DueDate", "cbc:DueDate does not belong", drop("cbc:IssueDate")),
    broken("xsd-element-content", "en", TOTALS, "lacks a part", drop(f"{TOTALS}/cbc:PayableAmount")),
    broken(
        "xsd-cvc-datatype-valid-1-2-1", "en", "cbc:IssueDate", "is “02-11-2026”", put("cbc:IssueDate", "02-11-2026")
    ),
    broken(
        "xsd-cvc-complex-type-4",
        "en",
        f"{TOTALS}/cbc:PayableAmount",
        "no attribute currencyID",
        attribute(f"{TOTALS}/cbc:PayableAmount", "currencyID", None),
    ),
    broken(
        "xsd-cvc-complex-type-3-2-1",
        "en",
        "cbc:IssueDate",
        "an attribute format",
        attribute("cbc:IssueDate", "format", "x"),
    ),
]
