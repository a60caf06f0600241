"""Identifiers, periods and prices of the wrong shape."""

from support.broken_documents.making import (
    BUYER,
    LINE,
    PERIOD,
    SELLER,
    SELLER_ID,
    after,
    attribute,
    before,
    broken,
    drop,
    put,
)

_BACKWARDS = "<cbc:StartDate>2026-11-30</cbc:StartDate><cbc:EndDate>2026-11-01</cbc:EndDate>"
CASES = [
    broken(
        "BR-62", "en", f"{SELLER}/cbc:EndpointID", "“68750110”", attribute(f"{SELLER}/cbc:EndpointID", "schemeID", None)
    ),
    broken(
        "BR-63", "en", f"{BUYER}/cbc:EndpointID", "“68727720”", attribute(f"{BUYER}/cbc:EndpointID", "schemeID", None)
    ),
    broken(
        "BR-CO-09",
        "en",
        f"{SELLER}/cac:PartyTaxScheme",
        "“857587973B01”",
        put(f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "857587973B01"),
    ),
    broken(
        "UBL-SR-53",
        "en",
        f"{SELLER}/cac:PartyTaxScheme",
        ("“VAT”", "missing"),
        drop(f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID"),
    ),
    broken("BR-27", "en", LINE, "is -1.00", put(f"{LINE}/cac:Price/cbc:PriceAmount", "-1.00")),
    broken(
        "BR-29",
        "en",
        "cac:InvoicePeriod",
        ("2026-11-30", "2026-11-01"),
        after("cbc:BuyerReference", PERIOD.format(_BACKWARDS)),
    ),
    broken("BR-CO-19", "en", "cac:InvoicePeriod", "start missing", after("cbc:BuyerReference", PERIOD.format(""))),
    broken(
        "BR-30", "en", f"{LINE}/cac:InvoicePeriod", "2026-11-30", before(f"{LINE}/cac:Item", PERIOD.format(_BACKWARDS))
    ),
    broken(
        "BR-CO-20", "en", f"{LINE}/cac:InvoicePeriod", "start missing", before(f"{LINE}/cac:Item", PERIOD.format(""))
    ),
    broken(
        "BR-CO-03",
        "en",
        ".",
        ("2026-11-02", "“35”"),
        after("cbc:InvoiceTypeCode", "<cbc:TaxPointDate>2026-11-02</cbc:TaxPointDate>"),
        after("cbc:BuyerReference", PERIOD.format("<cbc:DescriptionCode>35</cbc:DescriptionCode>")),
    ),
    broken("PEPPOL-COMMON-R054", "peppol", SELLER_ID, "“6875011”", put(SELLER_ID, "6875011")),
    broken(
        "PEPPOL-COMMON-R055", "peppol", SELLER_ID, "“1”", attribute(SELLER_ID, "schemeID", "0190"), put(SELLER_ID, "1")
    ),
    broken(
        "PEPPOL-COMMON-R040",
        "peppol",
        SELLER_ID,
        "“12A”",
        attribute(SELLER_ID, "schemeID", "0088"),
        put(SELLER_ID, "12A"),
    ),
    broken(
        "PEPPOL-COMMON-R043",
        "peppol",
        SELLER_ID,
        "“123”",
        attribute(SELLER_ID, "schemeID", "0208"),
        put(SELLER_ID, "123"),
    ),
    broken(
        "PEPPOL-COMMON-R056-2",
        "peppol",
        f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID",
        "“NL1”",
        put(f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "NL1"),
    ),
    broken("PEPPOL-EN16931-F001", "peppol", "cbc:DueDate", "“2026-12-02Z”", put("cbc:DueDate", "2026-12-02Z")),
]
