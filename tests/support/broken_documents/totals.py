"""Totals that do not add up."""

from support.broken_documents.making import BREAKDOWN, TOTALS, after, before, broken, charge, drop, put

CASES = [
    broken("BR-CO-10", "en", TOTALS, ("is 900.00", "up to 1,000.00"), put(f"{TOTALS}/cbc:LineExtensionAmount", "900")),
    broken(
        "BR-CO-11",
        "en",
        TOTALS,
        ("is missing", "up to 10.00"),
        before("cac:TaxTotal", charge("false")),
    ),
    broken("BR-CO-12", "en", TOTALS, ("is missing", "up to 10.00"), before("cac:TaxTotal", charge("true"))),
    broken(
        "BR-CO-13",
        "en",
        TOTALS,
        ("is 999.00", "is 1,000.00"),
        put(f"{TOTALS}/cbc:TaxExclusiveAmount", "999.00"),
    ),
    broken(
        "BR-CO-14", "en", "cac:TaxTotal", ("is 200.00", "up to 210.00"), put("cac:TaxTotal/cbc:TaxAmount", "200.00")
    ),
    broken(
        "BR-CO-15",
        "en",
        ".",
        ("is 1,200.00", "(1,000.00)", "(210.00)", "is 1,210.00"),
        put(f"{TOTALS}/cbc:TaxInclusiveAmount", "1200.00"),
    ),
    broken("BR-CO-16", "en", TOTALS, ("is 1,200.00", "is 1,210.00"), put(f"{TOTALS}/cbc:PayableAmount", "1200.00")),
    broken(
        "BR-CO-17", "en", BREAKDOWN, ("is 100.00", "21% of it is 210.00"), put(f"{BREAKDOWN}/cbc:TaxAmount", "100.00")
    ),
    broken("BR-CO-18", "en", ".", "is 210.00", drop(BREAKDOWN)),
    broken(
        "BR-53",
        "en",
        ".",
        ("“USD”", "is missing"),
        after("cbc:DocumentCurrencyCode", "<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"),
    ),
    broken("BR-CO-25", "nlcius", f"{TOTALS}/cbc:PayableAmount", ("1,210.00", "Due date: missing"), drop("cbc:DueDate")),
    broken(
        "PEPPOL-EN16931-R053",
        "peppol",
        ".",
        "breakdown: 0",
        drop(BREAKDOWN),
    ),
    broken(
        "PEPPOL-EN16931-R054",
        "peppol",
        ".",
        ("breakdown: 1", "missing"),
        after("cac:TaxTotal", '<cac:TaxTotal><cbc:TaxAmount currencyID="USD">1.00</cbc:TaxAmount></cac:TaxTotal>'),
    ),
    broken(
        "PEPPOL-EN16931-R055",
        "peppol",
        ".",
        ("210.00", "-1.00"),
        after("cbc:DocumentCurrencyCode", "<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"),
        after("cac:TaxTotal", '<cac:TaxTotal><cbc:TaxAmount currencyID="USD">-1.00</cbc:TaxAmount></cac:TaxTotal>'),
    ),
]
