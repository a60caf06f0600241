"""Codes that are in no code list (BR-CL) and amounts with more decimals than money has (BR-DEC, UBL-DT-01)."""

from documents.domain.explanations.facts import (
    Fact,
    amount,
    amount_here,
    attribute,
    element,
    here,
    rounded,
    text,
)
from documents.domain.explanations.rule import RuleExplanation, en, nl

_CURRENCIES = ("ISO 4217", "EUR, USD, GBP")
_COUNTRIES = ("ISO 3166-1", "NL, BE, DE")
_SCHEMES = ("ISO 6523 ICD", "0106 (KVK), 0190 (OIN), 0088 (GLN)")
_ADDRESSES = ("EAS", "0106 (KVK), 0190 (OIN), 9944 (NL VAT)")
_CATEGORIES = ("UNTDID 5305", "S, Z, E, AE, K, G, O")

# rule: Dutch name, English name, code list, examples, and the attribute when the code is one
_LISTS: tuple[tuple[tuple[str, ...], str, str, tuple[str, str], str | None], ...] = (
    (("BR-CL-01",), "soort factuur", "invoice type code", ("UNTDID 1001", "380, 381, 384, 389"), None),
    (("BR-CL-03", "PEPPOL-EN16931-CL007"), "valuta", "currency", _CURRENCIES, "currencyID"),
    (("BR-CL-04",), "valuta van de factuur", "invoice currency code", _CURRENCIES, None),
    (("BR-CL-05",), "btw-valuta", "VAT accounting currency code", _CURRENCIES, None),
    (("BR-CL-06", "PEPPOL-EN16931-CL006"), "btw-datumcode", "VAT point date code", ("UNTDID 2005", "3, 35, 432"), None),
    (("BR-CL-07",), "soort van het object", "object identifier scheme", ("UNTDID 1153", "AAK, ABO, IV"), "schemeID"),
    (("BR-CL-10",), "soort van het kenmerk", "identifier scheme", _SCHEMES, "schemeID"),
    (("BR-CL-11",), "soort van het inschrijvingsnummer", "legal registration scheme", _SCHEMES, "schemeID"),
    (("BR-CL-13",), "classificatie", "item classification scheme", ("UNTDID 7143", "STI, HS, MP"), "listID"),
    (("BR-CL-14",), "landcode", "country code", _COUNTRIES, None),
    (("BR-CL-15",), "land van oorsprong", "country of origin", _COUNTRIES, None),
    (("BR-CL-16",), "betaalwijze", "payment means code", ("UNTDID 4461", "30, 58, 59, 48"), None),
    (("BR-CL-17",), "btw-categorie", "VAT category code", _CATEGORIES, None),
    (("BR-CL-18",), "btw-categorie", "VAT category code", _CATEGORIES, None),
    (("BR-CL-19", "PEPPOL-EN16931-CL002"), "redencode", "allowance reason code", ("UNTDID 5189", "95, 100, 104"), None),
    (("BR-CL-20", "PEPPOL-EN16931-CL003"), "redencode", "charge reason code", ("UNTDID 7161", "FC, PC, ABL"), None),
    (
        ("BR-CL-21",),
        "soort van het artikelnummer",
        "item identifier scheme",
        ("ISO 6523 ICD", "0160 (GTIN)"),
        "schemeID",
    ),
    (("BR-CL-22",), "vrijstellingscode", "VAT exemption code", ("CEF VATEX", "VATEX-EU-AE, VATEX-EU-IC"), None),
    (("BR-CL-23",), "eenheid", "unit code", ("UN/ECE Rec. 20/21", "C62, HUR, KGM, XPP"), "unitCode"),
    (
        ("BR-CL-24", "PEPPOL-EN16931-CL001"),
        "bestandssoort",
        "MIME type",
        ("MIME", "application/pdf, image/png, image/jpeg, text/csv"),
        "mimeCode",
    ),
    (("BR-CL-25", "PEPPOL-EN16931-CL008"), "soort van het adres", "address scheme", _ADDRESSES, "schemeID"),
    (("BR-CL-26",), "soort van de locatie", "location identifier scheme", _SCHEMES, "schemeID"),
)


def _listed(
    rules: tuple[str, ...], dutch: str, english: str, codes: tuple[str, str], name: str | None
) -> RuleExplanation:
    where = f"/@{name}" if name else ""
    value: Fact = attribute(name) if name else here
    return RuleExplanation(
        rules=rules,
        facts={"value": value, "element": element},
        nl=nl(
            f"De code ({dutch}) in {{element}}{where} {{value.state}}; die staat niet in de lijst.",
            f"Een code uit {codes[0]}, bijvoorbeeld {codes[1]}.",
        ),
        en=en(
            f"The code ({english}) in {{element}}{where} {{value.state}}, which is not in the list.",
            f"A code of {codes[0]}, for example {codes[1]}.",
        ),
    )


_DECIMALS = {
    "BR-DEC-01": "BT-92", "BR-DEC-02": "BT-93", "BR-DEC-05": "BT-99", "BR-DEC-06": "BT-100", "BR-DEC-09": "BT-106",
    "BR-DEC-10": "BT-107", "BR-DEC-11": "BT-108", "BR-DEC-12": "BT-109", "BR-DEC-13": "BT-110", "BR-DEC-14": "BT-112",
    "BR-DEC-15": "BT-111", "BR-DEC-16": "BT-113", "BR-DEC-17": "BT-114", "BR-DEC-18": "BT-115", "BR-DEC-19": "BT-116",
    "BR-DEC-20": "BT-117", "BR-DEC-23": "BT-131", "BR-DEC-24": "BT-136", "BR-DEC-25": "BT-137", "BR-DEC-27": "BT-141",
    "BR-DEC-28": "BT-142",
}  # fmt: skip


def _decimals(rule: str, term: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"stated": text(term), "rounded": rounded(amount(term))},
        nl=nl(f"Het bedrag ({term}) {{stated.state}}: meer dan twee decimalen.", "Hooguit twee decimalen: {rounded}."),
        en=en(f"The amount ({term}) {{stated.state}}: more than two decimals.", "At most two decimals: {rounded}."),
    )


_AMOUNT = RuleExplanation(
    rules=("UBL-DT-01",),
    facts={"stated": here, "rounded": rounded(amount_here), "element": element},
    nl=nl("{element} {stated.state}: meer dan twee decimalen.", "Hooguit twee decimalen: {rounded}."),
    en=en("{element} {stated.state}: more than two decimals.", "At most two decimals: {rounded}."),
)

RULES = (*(_listed(*row) for row in _LISTS), *(_decimals(*row) for row in _DECIMALS.items()), _AMOUNT)
