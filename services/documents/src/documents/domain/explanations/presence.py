"""What an invoice must say and does not: parties, dates, references, lines and their parts."""

from documents.domain.explanations.facts import Fact, amount, count, line, path, text
from documents.domain.explanations.rule import RuleExplanation, en, nl

_LINE = ("Factuurregel {line}: ", "Invoice line {line}: ")
_VAT = ("In de btw-specificatie: ", "In the VAT breakdown: ")
_ANYWHERE = ("", "")


def _required(rule: str, term: str, dutch: str, english: str, place: tuple[str, str] = _ANYWHERE) -> RuleExplanation:
    """One term is required where it is missing or empty."""
    facts: dict[str, Fact] = {"value": text(term), "path": path(term)}
    if place is _LINE:
        facts["line"] = line
    return RuleExplanation(
        rules=(rule,),
        facts=facts,
        nl=nl(_capital(f"{place[0]}{dutch} {{value.state}}."), f"{_capital(dutch)} ({term}), in {{path}}."),
        en=en(_capital(f"{place[1]}{english} {{value.state}}."), f"{_capital(english)} ({term}), in {{path}}."),
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


_DOCUMENT = (
    _required("BR-01", "BT-24", "de specificatie (CustomizationID)", "the specification identifier (CustomizationID)"),
    _required("BR-02", "BT-1", "het factuurnummer", "the invoice number"),
    _required("BR-03", "BT-2", "de factuurdatum", "the issue date"),
    _required("BR-04", "BT-3", "de soort factuur (typecode)", "the invoice type code"),
    _required("BR-05", "BT-5", "de valuta", "the invoice currency code"),
    _required("BR-06", "BT-27", "de naam van de verkoper", "the seller's name"),
    _required("BR-07", "BT-44", "de naam van de koper", "the buyer's name"),
    _required("BR-08", "BG-5", "het adres van de verkoper", "the seller's postal address"),
    _required("BR-09", "BT-40", "de landcode in het adres van de verkoper", "the country code of the seller's address"),
    _required("BR-10", "BG-8", "het adres van de koper", "the buyer's postal address"),
    _required("BR-11", "BT-55", "de landcode in het adres van de koper", "the country code of the buyer's address"),
    _required("BR-12", "BT-106", "het totaal van de regels", "the total of the lines"),
    _required("BR-13", "BT-109", "het totaal zonder btw", "the total without VAT"),
    _required("BR-14", "BT-112", "het totaal met btw", "the total with VAT"),
    _required("BR-15", "BT-115", "het te betalen bedrag", "the amount due"),
    _required("BR-18", "BT-62", "de naam van de fiscaal vertegenwoordiger", "the tax representative's name"),
    _required("BR-20", "BT-69", "de landcode van de fiscaal vertegenwoordiger", "the tax representative's country"),
    _required("BR-49", "BT-81", "de betaalwijze (code)", "the payment means code"),
    _required("BR-52", "BT-122", "het kenmerk van de bijlage", "the reference of the supporting document"),
    _required("BR-55", "BT-25", "het nummer van de eerdere factuur", "the number of the preceding invoice"),
    _required(
        "BR-56", "BT-63", "het btw-nummer van de fiscaal vertegenwoordiger", "the tax representative's VAT number"
    ),
    _required("BR-57", "BT-80", "de landcode van het afleveradres", "the country code of the delivery address"),
    _required("PEPPOL-EN16931-R001", "BT-23", "het bedrijfsproces (ProfileID)", "the business process (ProfileID)"),
    _required("PEPPOL-EN16931-R010", "BT-49", "het elektronische adres van de koper", "the buyer's electronic address"),
    _required(
        "PEPPOL-EN16931-R020", "BT-34", "het elektronische adres van de verkoper", "the seller's electronic address"
    ),
    _required("PEPPOL-EN16931-R061", "BT-89", "het kenmerk van de machtiging", "the mandate reference"),
)
_LINES = (
    _required("BR-21", "BT-126", "het regelnummer", "the line identifier", _LINE),
    _required("BR-22", "BT-129", "het aantal", "the quantity", _LINE),
    _required("BR-23", "BT-130", "de eenheid van het aantal", "the unit of the quantity", _LINE),
    _required("BR-24", "BT-131", "het nettobedrag", "the net amount", _LINE),
    _required("BR-25", "BT-153", "de naam van het artikel", "the item name", _LINE),
    _required("BR-26", "BT-146", "de nettoprijs", "the net price", _LINE),
    _required("BR-CO-04", "BT-151", "de btw-categorie", "the VAT category code", _LINE),
)
_BREAKDOWN = (
    _required("BR-45", "BT-116", "het belaste bedrag", "the taxable amount", _VAT),
    _required("BR-46", "BT-117", "het btw-bedrag", "the VAT amount", _VAT),
    _required("BR-47", "BT-118", "de btw-categorie", "the VAT category code", _VAT),
    _required("BR-48", "BT-119", "het btw-tarief", "the VAT rate", _VAT),
)


def _amounts() -> tuple[RuleExplanation, ...]:
    """Allowances and charges, of the document and of a line: their amount, category and reason."""
    kinds = (
        # amount rule, category rule, reason rules, terms: amount, category, reason, reason code; words
        ("BR-31", "BR-32", ("BR-33", "BR-CO-21"), ("BT-92", "BT-95", "BT-97", "BT-98"), "korting", "allowance"),
        ("BR-36", "BR-37", ("BR-38", "BR-CO-22"), ("BT-99", "BT-102", "BT-104", "BT-105"), "toeslag", "charge"),
        ("BR-41", None, ("BR-42", "BR-CO-23"), ("BT-136", "", "BT-139", "BT-140"), "regelkorting", "line allowance"),
        ("BR-43", None, ("BR-44", "BR-CO-24"), ("BT-141", "", "BT-144", "BT-145"), "regeltoeslag", "line charge"),
    )
    rows = []
    for amount_rule, category_rule, reason_rules, terms, dutch, english in kinds:
        term, category, reason, code = terms
        rows.append(_required(amount_rule, term, f"het bedrag van de {dutch}", f"the amount of the {english}"))
        if category_rule is not None:
            rows.append(
                _required(
                    category_rule, category, f"de btw-categorie van de {dutch}", f"the VAT category of the {english}"
                )
            )
        rows.append(_reason(reason_rules, (term, reason, code), dutch, english))
    return tuple(rows)


def _reason(rules: tuple[str, ...], terms: tuple[str, str, str], dutch: str, english: str) -> RuleExplanation:
    term, reason, code = terms
    return RuleExplanation(
        rules=rules,
        facts={"amount": amount(term), "path": path(reason)},
        nl=nl(
            f"De {dutch} van {{amount}} heeft geen reden.",
            f"Een reden ({reason}), in {{path}}, of een redencode ({code}).",
        ),
        en=en(
            f"The {english} of {{amount}} has no reason.",
            f"A reason ({reason}), in {{path}}, or a reason code ({code}).",
        ),
    )


_OTHERS = (
    RuleExplanation(
        rules=("BR-16",),
        facts={"count": count("BT-126"), "path": path("BT-126")},
        nl=nl("Aantal factuurregels: {count}.", "Minstens één factuurregel, met een regelnummer in {path}."),
        en=en("Number of invoice lines: {count}.", "At least one invoice line, with an identifier in {path}."),
    ),
    RuleExplanation(
        rules=("BR-17",),
        facts={"payee": text("BT-59"), "seller": text("BT-27")},
        nl=nl(
            "De begunstigde {payee.state}; de verkoper {seller.state}.",
            "De naam van de begunstigde (BT-59), en een begunstigde alleen wanneer die een ander is dan de verkoper.",
        ),
        en=en(
            "The payee {payee.state}; the seller {seller.state}.",
            "The payee's name (BT-59), and a payee only when it is another than the seller.",
        ),
    ),
    RuleExplanation(
        rules=("BR-19",),
        facts={"name": text("BT-62")},
        nl=nl(
            "De fiscaal vertegenwoordiger (naam: {name}) heeft geen adres.",
            "Het adres van de fiscaal vertegenwoordiger (BG-12), met een landcode.",
        ),
        en=en(
            "The tax representative (name: {name}) has no address.",
            "The tax representative's postal address (BG-12), with a country code.",
        ),
    ),
    RuleExplanation(
        rules=("BR-50", "BR-61"),
        facts={"code": text("BT-81"), "account": text("BT-84"), "path": path("BT-84")},
        nl=nl(
            "De betaalwijze is {code}, maar het rekeningnummer {account.state}.",
            "Bij een overboeking (30 of 58) een rekeningnummer (BT-84), in {path}.",
        ),
        en=en(
            "The payment means code is {code}, but the account {account.state}.",
            "For a credit transfer (30 or 58) an account (BT-84), in {path}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-26",),
        facts={"id": text("BT-29"), "legal": text("BT-30"), "vat": text("BT-31"), "name": text("BT-27")},
        nl=nl(
            "Verkoper {name}: kenmerk {id}, inschrijvingsnummer {legal}, btw-nummer {vat}.",
            "Minstens één van de drie, zodat de koper de verkoper herkent; in Nederland het KVK-nummer (BT-30).",
        ),
        en=en(
            "Seller {name}: identifier {id}, legal registration {legal}, VAT number {vat}.",
            "At least one of the three, so that the buyer can identify the seller.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R003", "BR-NL-2"),
        facts={"buyer": text("BT-10"), "order": text("BT-13"), "path": path("BT-10"), "order_path": path("BT-13")},
        nl=nl(
            "Het kenmerk van de koper {buyer.state} en het ordernummer {order.state}.",
            "Het kenmerk van de koper (BT-10), in {path}, of het ordernummer (BT-13), in {order_path}.",
        ),
        en=en(
            "The buyer reference {buyer.state} and the purchase order reference {order.state}.",
            "The buyer reference (BT-10), in {path}, or the purchase order reference (BT-13), in {order_path}.",
        ),
    ),
)

RULES = (*_DOCUMENT, *_LINES, *_BREAKDOWN, *_amounts(), *_OTHERS)
