"""Identifiers, dates and prices that are not of the shape that they must have."""

from documents.domain.explanations.facts import amount, attribute, element, here, line, text
from documents.domain.explanations.rule import RuleExplanation, en, nl


def _number(rule: str, dutch: str, english: str, shape: tuple[str, str]) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"value": here, "element": element},
        nl=nl(f"{dutch} in {{element}} {{value.state}}.", f"{shape[0]}."),
        en=en(f"{english} in {{element}} {{value.state}}.", f"{shape[1]}."),
    )


_VAT_SHAPE = (
    "NL, negen cijfers, B en twee cijfers: NL123456789B01",
    "NL, nine digits, B and two digits: NL123456789B01",
)
_CF_SHAPE = (
    "Zestien tekens of elf cijfers, met kloppend controleteken",
    "Sixteen characters or eleven digits, checked",
)
_NUMBERS = (
    _number(
        "PEPPOL-COMMON-R040",
        "Het GLN",
        "The GLN",
        ("Alleen cijfers, met een kloppend controlecijfer (GS1)", "Digits only, with a correct check digit (GS1)"),
    ),
    _number(
        "PEPPOL-COMMON-R041",
        "Het Noorse organisatienummer",
        "The Norwegian organization number",
        ("Negen cijfers, met kloppend controlecijfer", "Nine digits, with a correct check digit"),
    ),
    _number(
        "PEPPOL-COMMON-R042",
        "Het Deense CVR-nummer",
        "The Danish CVR number",
        ("Acht cijfers, eventueel met DK ervoor", "Eight digits, with or without DK before them"),
    ),
    _number(
        "PEPPOL-COMMON-R043",
        "Het Belgische ondernemingsnummer",
        "The Belgian enterprise number",
        ("Tien cijfers, met kloppend controlegetal (modulo 97)", "Ten digits, with correct check digits (modulo 97)"),
    ),
    _number("PEPPOL-COMMON-R045", "De codice fiscale", "The codice fiscale", _CF_SHAPE),
    _number(
        "PEPPOL-COMMON-R047",
        "Het Italiaanse btw-nummer",
        "The Italian VAT number",
        ("IT en elf cijfers, met kloppend controlecijfer", "IT and eleven digits, with a correct check digit"),
    ),
    _number(
        "PEPPOL-COMMON-R049",
        "Het Zweedse organisatienummer",
        "The Swedish organization number",
        ("Tien cijfers, met kloppend controlecijfer", "Ten digits, with a correct check digit"),
    ),
    _number(
        "PEPPOL-COMMON-R054",
        "Het KVK-nummer (0106)",
        "The KVK number (0106)",
        ("Acht cijfers, zoals 12345678", "Eight digits, such as 12345678"),
    ),
    _number(
        "PEPPOL-COMMON-R055",
        "Het OIN (0190)",
        "The OIN (0190)",
        ("Twintig cijfers", "Twenty digits"),
    ),
    _number("PEPPOL-COMMON-R056-1", "Het Nederlandse btw-nummer (9944)", "The Dutch VAT number (9944)", _VAT_SHAPE),
    _number("PEPPOL-COMMON-R056-2", "Het Nederlandse btw-nummer", "The Dutch VAT number", _VAT_SHAPE),
    _number(
        "PEPPOL-COMMON-R057",
        "Het vestigingsnummer (0217)",
        "The establishment number (0217)",
        ("Twaalf cijfers", "Twelve digits"),
    ),
)


def _scheme(rule: str, term: str, dutch: str, english: str, example: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"value": text(term)},
        nl=nl(f"{dutch} {{value.state}}, zonder soort.", f"Het attribuut dat zegt wat voor nummer het is: {example}."),
        en=en(f"{english} {{value.state}}, without a scheme.", f"The attribute that says what kind it is: {example}."),
    )


_KVK = 'schemeID="0106"'
_SCHEMES = (
    _scheme("BR-62", "BT-34", "Het adres van de verkoper", "The seller's electronic address", _KVK),
    _scheme("BR-63", "BT-49", "Het adres van de koper", "The buyer's electronic address", _KVK),
    _scheme("BR-64", "BT-157", "Het artikelnummer", "The item identifier", 'schemeID="0160"'),
    _scheme("BR-65", "BT-158", "De classificatie", "The item classification", 'listID="STI"'),
)


def _period(rule: str, start: str, end: str, dutch: str, english: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"start": text(start), "end": text(end)},
        nl=nl(f"{dutch} loopt van {{start}} tot {{end}}.", f"Een einde ({end}) op of na het begin ({start})."),
        en=en(f"{english} runs from {{start}} to {{end}}.", f"An end ({end}) on or after the start ({start})."),
    )


def _no_period(rule: str, start: str, end: str, dutch: str, english: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"start": text(start), "end": text(end)},
        nl=nl(
            f"{dutch}: begin {{start}}, einde {{end}}.",
            f"Een begin ({start}), een einde ({end}) of beide, of geen periode.",
        ),
        en=en(f"{english}: start {{start}}, end {{end}}.", f"A start ({start}), an end ({end}) or both, or no period."),
    )


_PERIODS = (
    _period("BR-29", "BT-73", "BT-74", "De factuurperiode", "The invoicing period"),
    _period("BR-30", "BT-134", "BT-135", "De periode van de regel", "The line's period"),
    _no_period("BR-CO-19", "BT-73", "BT-74", "De factuurperiode", "The invoicing period"),
    _no_period("BR-CO-20", "BT-134", "BT-135", "De periode van de regel", "The line's period"),
)
_OTHERS = (
    RuleExplanation(
        rules=("BR-27",),
        facts={"line": line, "price": amount("BT-146")},
        nl=nl(
            "Factuurregel {line}: de nettoprijs {price.state}.",
            "Een prijs (BT-146) van nul of meer; maak voor een teruggave het aantal negatief.",
        ),
        en=en(
            "Invoice line {line}: the net price {price.state}.",
            "A price (BT-146) of zero or more; to give money back, make the quantity negative.",
        ),
    ),
    RuleExplanation(
        rules=("BR-28",),
        facts={"line": line, "price": amount("BT-148")},
        nl=nl("Factuurregel {line}: de brutoprijs {price.state}.", "Een brutoprijs (BT-148) van nul of meer."),
        en=en("Invoice line {line}: the gross price {price.state}.", "A gross price (BT-148) of zero or more."),
    ),
    RuleExplanation(
        rules=("BR-51",),
        nl=nl("Het kaartnummer heeft meer dan tien tekens.", "Alleen de eerste zes en laatste vier cijfers (BT-87)."),
        en=en("The card number has more than ten characters.", "Only its first six and last four digits (BT-87)."),
    ),
    RuleExplanation(
        rules=("BR-54",),
        facts={"name": text("BT-160"), "value": text("BT-161")},
        nl=nl("Een artikelkenmerk met naam {name} en waarde {value}.", "Een naam (BT-160) en een waarde (BT-161)."),
        en=en("An item attribute with name {name} and value {value}.", "A name (BT-160) and a value (BT-161)."),
    ),
    RuleExplanation(
        rules=("BR-CO-03",),
        facts={"date": text("BT-7"), "code": text("BT-8")},
        nl=nl("De btw-datum {date.state} en de btw-datumcode {code.state}.", "Een van beide: BT-7 of BT-8."),
        en=en("The VAT point date {date.state} and its code {code.state}.", "One of the two: BT-7 or BT-8."),
    ),
    RuleExplanation(
        rules=("BR-CO-09",),
        facts={"value": text("company-vat")},
        nl=nl("Het btw-nummer {value.state}.", "Een btw-nummer dat begint met de landcode, zoals NL123456789B01."),
        en=en("The VAT number {value.state}.", "A VAT number that begins with the country's code, as NL123456789B01."),
    ),
    RuleExplanation(
        rules=("UBL-SR-53",),
        facts={"value": text("company-vat"), "scheme": text("company-scheme")},
        nl=nl(
            "Belastingschema {scheme}, nummer {value}.",
            "Beide: cac:TaxScheme/cbc:ID (VAT) en cbc:CompanyID (het btw-nummer), of geen cac:PartyTaxScheme.",
        ),
        en=en(
            "Tax scheme {scheme}, number {value}.",
            "Both: cac:TaxScheme/cbc:ID (VAT) and cbc:CompanyID (the VAT number), or no cac:PartyTaxScheme.",
        ),
    ),
    RuleExplanation(
        rules=("UBL-DT-06", "UBL-DT-07"),
        facts={"type": attribute("mimeCode"), "name": attribute("filename")},
        nl=nl("Een bijlage met soort {type} en bestandsnaam {name}.", "Beide attributen: mimeCode en filename."),
        en=en("An attachment with MIME type {type} and file name {name}.", "Both attributes: mimeCode and filename."),
    ),
)

RULES = (*_NUMBERS, *_SCHEMES, *_PERIODS, *_OTHERS)
