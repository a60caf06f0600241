"""Invoices that break the rules of their VAT category."""

from support.broken_documents.making import (
    BREAKDOWN,
    BUYER,
    ITEM_CATEGORY,
    SELLER,
    TAX_CATEGORY,
    Broken,
    Edit,
    after,
    before,
    broken,
    charge,
    drop,
    put,
)


def _as(code: str, rate: str | None = "0") -> tuple[Edit, ...]:
    """Make the whole invoice one of another VAT category."""
    edits = [put(f"{ITEM_CATEGORY}/cbc:ID", code), put(f"{TAX_CATEGORY}/cbc:ID", code)]
    percents = [f"{where}/cbc:Percent" for where in (ITEM_CATEGORY, TAX_CATEGORY)]
    edits += [drop(percent) if rate is None else put(percent, rate) for percent in percents]
    return (*edits, put("cac:TaxTotal/cbc:TaxAmount", "0.00"), put(f"{BREAKDOWN}/cbc:TaxAmount", "0.00"))


_NO_NUMBERS = (drop(f"{SELLER}/cac:PartyTaxScheme"), drop(f"{BUYER}/cac:PartyTaxScheme"))


def _of_category(family: str, code: str) -> list[Broken]:
    rate = {"S": "21", "O": None}.get(code, "0")
    wrong = {"S": "0", "O": "5"}.get(code, "5")
    whole = () if code == "S" else _as(code, rate)
    # With "not subject to VAT" the numbers are too many, with every other category they are missing.
    numbers, said = ((), "NL857587973B01") if code == "O" else (_NO_NUMBERS, "VAT number: missing")
    kinds = (("false", 3, 6), ("true", 4, 7))
    percent = f"<cbc:Percent>{wrong}</cbc:Percent>"
    rate_edit = after(f"{ITEM_CATEGORY}/cbc:ID", percent) if code == "O" else put(f"{ITEM_CATEGORY}/cbc:Percent", wrong)
    amount = "100.00"
    cases = [
        broken(
            f"BR-{family}-01",
            "en",
            ".",
            ("charges 1 times", "breakdown 0 times"),
            *whole,
            put(f"{TAX_CATEGORY}/cbc:ID", "L"),
        ),
        broken(f"BR-{family}-02", "en", ".", said, *whole, *numbers),
        broken(f"BR-{family}-05", "en", ITEM_CATEGORY, ("line 1", f"rate {wrong}%"), *whole, rate_edit),
        broken(
            f"BR-{family}-08",
            "en",
            TAX_CATEGORY,
            ("is 900.00", "come to 1,000.00"),
            *whole,
            put(f"{BREAKDOWN}/cbc:TaxableAmount", "900.00"),
        ),
        broken(
            f"BR-{family}-09", "en", TAX_CATEGORY, f"is {amount}", *whole, put(f"{BREAKDOWN}/cbc:TaxAmount", amount)
        ),
    ]
    for kind, number_rule, rate_rule in kinds:
        right = charge(kind, category=code, rate=rate or "")
        bad = charge(kind, category=code, rate=wrong)
        cases += [
            broken(f"BR-{family}-{number_rule:02}", "en", ".", said, *whole, *numbers, before("cac:TaxTotal", right)),
            broken(
                f"BR-{family}-{rate_rule:02}",
                "en",
                "cac:AllowanceCharge/cac:TaxCategory",
                f"rate {wrong}%",
                *whole,
                before("cac:TaxTotal", bad),
            ),
        ]
    reason = before(f"{TAX_CATEGORY}/cac:TaxScheme", "<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>")
    cases.append(
        broken(f"BR-{family}-10", "en", TAX_CATEGORY, "“because”", *whole, reason)
        if code in {"S", "Z"}
        else broken(f"BR-{family}-10", "en", TAX_CATEGORY, "reason missing, code missing", *whole)
    )
    return cases


CASES = [
    case
    for family, code in (("S", "S"), ("Z", "Z"), ("E", "E"), ("AE", "AE"), ("IC", "K"), ("G", "G"), ("O", "O"))
    for case in _of_category(family, code)
]
CASES += [
    broken("BR-IC-11", "en", ".", "delivery date missing", *_as("K")),
    broken("BR-IC-12", "en", ".", "is missing", *_as("K")),
    broken("BR-O-12", "en", ".", ("“O”", "“S”"), *_as("O", None), put(f"{ITEM_CATEGORY}/cbc:ID", "S")),
]
