"""The Dutch rules: NL-R in Peppol BIS, BR-NL in NLCIUS, and BR-GA for the blocked account (G-rekening)."""

from documents.domain.explanations.facts import amount, attribute, count_at, distinct, element, here, text
from documents.domain.explanations.rule import RuleExplanation, en, nl

_MEANS = "30, 48, 49, 57, 58, 59"


def _address(rules: tuple[str, ...], dutch: str, english: str, terms: tuple[str, str, str]) -> RuleExplanation:
    street, city, code = terms
    return RuleExplanation(
        rules=rules,
        facts={"street": text(street), "city": text(city), "code": text(code)},
        nl=nl(
            f"Adres van {dutch}: straat {{street}}, plaats {{city}}, postcode {{code}}.",
            f"Straat ({street}), plaats ({city}) en postcode ({code}).",
        ),
        en=en(
            f"Address of {english}: street {{street}}, city {{city}}, post code {{code}}.",
            f"Street ({street}), city ({city}) and post code ({code}).",
        ),
    )


def _registration(rules: tuple[str, ...], dutch: str, english: str, term: str) -> RuleExplanation:
    return RuleExplanation(
        rules=rules,
        facts={"value": text(term), "scheme": text(f"{term}-1")},
        nl=nl(
            f"Het inschrijvingsnummer van {dutch} {{value.state}}, met schemeID {{scheme}}.",
            f'Een KVK-nummer (schemeID "0106") of OIN (schemeID "0190") ({term}).',
        ),
        en=en(
            f"The legal registration of {english} {{value.state}}, with schemeID {{scheme}}.",
            f'A KVK number (schemeID "0106") or OIN (schemeID "0190") ({term}).',
        ),
    )


_PARTIES = (
    _address(("NL-R-002", "BR-NL-3"), "de verkoper", "the seller", ("BT-35", "BT-37", "BT-38")),
    _address(("NL-R-004", "BR-NL-4"), "de koper", "the buyer", ("BT-50", "BT-52", "BT-53")),
    _address(
        ("NL-R-006", "BR-NL-5"), "de fiscaal vertegenwoordiger", "the tax representative", ("BT-64", "BT-66", "BT-67")
    ),
    _registration(("NL-R-003", "BR-NL-1"), "de verkoper", "the seller", "BT-30"),
    _registration(("NL-R-005", "BR-NL-10"), "de koper", "the buyer", "BT-47"),
)
_DOCUMENT = (
    RuleExplanation(
        rules=("NL-R-001", "BR-NL-9"),
        facts={"type": text("BT-3"), "reference": text("BT-25")},
        nl=nl(
            "Soort {type}; het nummer van de oorspronkelijke factuur {reference.state}.",
            "Het nummer van de factuur waar dit document bij hoort (BT-25).",
        ),
        en=en(
            "Type {type}; the number of the original invoice {reference.state}.",
            "The number of the invoice to which this document belongs (BT-25).",
        ),
    ),
    RuleExplanation(
        rules=("NL-R-007", "BR-NL-11"),
        facts={"due": amount("BT-115"), "means": text("BT-81")},
        nl=nl(
            "Er is {due} te betalen, maar de betaalwijze {means.state}.",
            "Een betaalwijze (BG-16), met een code en bij overboeking een rekeningnummer.",
        ),
        en=en(
            "{due} is due, but the payment means {means.state}.",
            "A payment means (BG-16), with a code and, for a transfer, an account.",
        ),
    ),
    RuleExplanation(
        rules=("NL-R-008", "BR-NL-12"),
        facts={"code": text("BT-81")},
        nl=nl("De betaalwijze {code.state}.", f"Een van {_MEANS}; een gewone overboeking is 30, SEPA is 58."),
        en=en("The payment means code {code.state}.", f"One of {_MEANS}; a plain transfer is 30, SEPA is 58."),
    ),
    RuleExplanation(
        rules=("NL-R-009", "BR-NL-13"),
        facts={"reference": here, "order": text("BT-13")},
        nl=nl(
            "Een regel verwijst naar orderregel {reference}, maar het ordernummer {order.state}.",
            "Het ordernummer van het document (BT-13).",
        ),
        en=en(
            "A line refers to order line {reference}, but the purchase order reference {order.state}.",
            "The document's purchase order reference (BT-13).",
        ),
    ),
    RuleExplanation(
        rules=("BR-NL-7",),
        facts={"type": here},
        nl=nl(
            "De soort factuur {type.state}.", "380 (factuur), 381 (creditnota), 384 (correctie) of 389 (self-billing)."
        ),
        en=en(
            "The type code {type.state}.", "380 (invoice), 381 (credit note), 384 (correction) or 389 (self-billing)."
        ),
    ),
    RuleExplanation(
        rules=("BR-NL-8",),
        facts={"type": here, "element": element},
        nl=nl("De soort {type.state}, in {element}.", "381 in een CreditNote; 380, 384 of 389 in een Invoice."),
        en=en("The type code {type.state}, in {element}.", "381 in a CreditNote; 380, 384 or 389 in an Invoice."),
    ),
)


def _discouraged(rules: tuple[str, ...], dutch: str, english: str) -> RuleExplanation:
    """What NLCIUS advises against; the document stays valid."""
    return RuleExplanation(
        rules=rules,
        facts={"value": here, "element": element},
        nl=nl(f"{dutch} ({{element}}) {{value.state}}.", "Liever niet: het wordt in Nederland niet gebruikt."),
        en=en(f"{english} ({{element}}) {{value.state}}.", "Better not: it is not used in the Netherlands."),
    )


_DISCOURAGED = (
    _discouraged(("BR-NL-19",), "De btw-valuta", "The VAT accounting currency"),
    _discouraged(("BR-NL-20",), "De btw-datum", "The VAT point date"),
    _discouraged(("BR-NL-21",), "De btw-datumcode", "The VAT point date code"),
    _discouraged(("BR-NL-24",), "De datum van de eerdere factuur", "The preceding invoice's date"),
    _discouraged(("BR-NL-26",), "De rechtsvorm van de verkoper", "The seller's legal form"),
    _discouraged(
        ("BR-NL-27-1", "BR-NL-27-2", "BR-NL-27-3", "BR-NL-27-4"), "De derde adresregel", "The third address line"
    ),
    _discouraged(("BR-NL-28-1", "BR-NL-28-2", "BR-NL-28-3", "BR-NL-28-4"), "De provincie", "The country subdivision"),
    _discouraged(("BR-NL-30",), "De naam van de rekening", "The payment account's name"),
    _discouraged(
        ("BR-NL-32-1", "BR-NL-32-2", "BR-NL-32-3", "BR-NL-32-and-34"),
        "De redencode van een korting of toeslag",
        "The reason code of an allowance or charge",
    ),
    _discouraged(("BR-NL-35",), "De vrijstellingscode", "The VAT exemption code"),
    RuleExplanation(
        rules=("BR-NL-25",),
        facts={"value": text("company-vat"), "scheme": text("company-scheme")},
        nl=nl("Een belastingnummer {value} met schema {scheme}.", "Alleen een btw-nummer, met schema VAT."),
        en=en("A tax number {value} with scheme {scheme}.", "Only a VAT number, with scheme VAT."),
    ),
    RuleExplanation(
        rules=("BR-NL-29",),
        facts={"name": attribute("name"), "code": here},
        nl=nl("De betaalwijze {code} heeft een omschrijving: {name}.", "Alleen de code, zonder attribuut name."),
        en=en("The payment means {code} has a text: {name}.", "The code alone, without the attribute name."),
    ),
    RuleExplanation(
        rules=("BR-NL-31",),
        facts={"code": text("BT-81"), "bank": text("BT-86")},
        nl=nl("Betaalwijze {code} met BIC {bank}.", "Bij SEPA (58, 59) alleen het IBAN, zonder BIC."),
        en=en("Payment means {code} with BIC {bank}.", "With SEPA (58, 59) the IBAN alone, without a BIC."),
    ),
    RuleExplanation(
        rules=("BR-NL-33",),
        facts={"currency": attribute("currencyID"), "document": text("BT-5")},
        nl=nl("Een btw-totaal in {currency}; de factuur is in {document}.", "Alleen een btw-totaal in {document}."),
        en=en("A VAT total in {currency}; the invoice is in {document}.", "Only a VAT total in {document}."),
    ),
)
_BLOCKED_ACCOUNT = (
    RuleExplanation(
        rules=("BR-GA-0",),
        facts={"value": text("BT-24")},
        nl=nl("De CustomizationID {value.state}.", "Een die eindigt op #conformant#urn:fdc:nen.nl:gaccount:v1.0."),
        en=en("The CustomizationID {value.state}.", "One that ends in #conformant#urn:fdc:nen.nl:gaccount:v1.0."),
    ),
    RuleExplanation(
        rules=("BR-GA-1",),
        facts={"count": count_at("/*/cac:PaymentTerms")},
        nl=nl(
            "Aantal betalingsvoorwaarden: {count}.", "Precies twee: voor de gewone en voor de geblokkeerde rekening."
        ),
        en=en("Number of payment terms: {count}.", "Exactly two: for the normal and for the blocked account."),
    ),
    RuleExplanation(
        rules=("BR-GA-2",),
        facts={"count": count_at("/*/cac:PaymentMeans")},
        nl=nl("Aantal betaalinstructies: {count}.", "Precies twee: voor de gewone en voor de geblokkeerde rekening."),
        en=en("Number of payment instructions: {count}.", "Exactly two: for the normal and for the blocked account."),
    ),
    RuleExplanation(
        rules=("BR-GA-4", "BR-GA-6"),
        facts={"references": distinct("NL-GA-02"), "ids": distinct("NL-GA-04")},
        nl=nl(
            "Verwijzingen in de betalingsvoorwaarden: {references}; kenmerken van de betaalinstructies: {ids}.",
            "In elke betalingsvoorwaarde het kenmerk (cbc:PaymentMeansID) van precies één betaalinstructie.",
        ),
        en=en(
            "References in the payment terms: {references}; identifiers of the payment instructions: {ids}.",
            "In each payment terms the identifier (cbc:PaymentMeansID) of exactly one payment instruction.",
        ),
    ),
    RuleExplanation(
        rules=("BR-GA-5", "BR-GA-7"),
        facts={"ids": distinct("NL-GA-04")},
        nl=nl("Kenmerken van de betaalinstructies: {ids}.", "Elke een kenmerk (cbc:ID), en precies één heet GACCOUNT."),
        en=en(
            "Identifiers of the payment instructions: {ids}.",
            "Each has an identifier (cbc:ID), and exactly one is GACCOUNT.",
        ),
    ),
)

RULES = (*_PARTIES, *_DOCUMENT, *_DISCOURAGED, *_BLOCKED_ACCOUNT)
