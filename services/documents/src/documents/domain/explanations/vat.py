"""The rules of each VAT category: BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G and BR-O, which are the same ten questions."""

from dataclasses import dataclass
from decimal import Decimal

from documents.domain.explanations.facts import (
    Fact,
    Source,
    amount,
    cents,
    computed,
    distinct,
    line,
    money,
    number_of,
    percentage,
    text,
)
from documents.domain.explanations.rule import RuleExplanation, en, nl
from documents.domain.explanations.wording import Absent, Value

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Category:
    """`family` is the word in the rule ids, `code` the one in documents."""

    family: str
    code: str
    dutch: str
    english: str

    @property
    def taxed(self) -> bool:
        return self.code == "S"

    @property
    def outside(self) -> bool:
        return self.code == "O"

    @property
    def needs_buyer(self) -> bool:
        return self.code in {"AE", "K"}

    @property
    def needs_reason(self) -> bool:
        return self.code not in {"S", "Z"}

    def rule(self, number: int) -> str:
        return f"BR-{self.family}-{number:02}"


CATEGORIES = (
    _Category(family="S", code="S", dutch="normaal tarief", english="standard rate"),
    _Category(family="Z", code="Z", dutch="nultarief", english="zero rate"),
    _Category(family="E", code="E", dutch="vrijgesteld", english="exempt"),
    _Category(family="AE", code="AE", dutch="btw verlegd", english="reverse charge"),
    _Category(family="IC", code="K", dutch="intracommunautaire levering", english="intra-community supply"),
    _Category(family="G", code="G", dutch="uitvoer buiten de EU", english="export outside the EU"),
    _Category(family="O", code="O", dutch="buiten de btw", english="not subject to VAT"),
)


def _used(code: str) -> Fact:
    """How often lines, allowances and charges have the category."""

    def counted(source: Source) -> Value:
        return sum(source.texts(term).count(code) for term in ("BT-151", "BT-95", "BT-102"))

    return counted


def _specified(code: str) -> Fact:
    return lambda source: source.texts("BT-118").count(code)


def _base(category: _Category) -> Fact:
    """What lines, charges and allowances of the category (and, where there are several, of the rate) come to."""

    def summed(source: Source) -> Value:
        rate = number_of(source.text("BT-119")) if category.taxed else None
        value = source.taxable(category.code, rate)
        return Absent.UNKNOWN if value is None else money(value)

    return summed


def _breakdown(it: _Category) -> RuleExplanation:
    dutch = "minstens één" if it.taxed else "precies één"
    english = "at least one" if it.taxed else "exactly one"
    return RuleExplanation(
        rules=(it.rule(1),),
        facts={"used": _used(it.code), "specified": _specified(it.code)},
        nl=nl(
            f"Categorie {it.code} ({it.dutch}): op regels, kortingen en toeslagen {{used}} keer, in de "
            "btw-specificatie {specified} keer.",
            f"Wordt categorie {it.code} gebruikt, dan {dutch} btw-specificatie daarvoor; anders geen.",
        ),
        en=en(
            f"Category {it.code} ({it.english}): on lines, allowances and charges {{used}} times, in the VAT breakdown "
            "{specified} times.",
            f"If category {it.code} is used, {english} VAT breakdown of it; else none.",
        ),
    )


_PLACES = (
    ("een factuurregel", "an invoice line"),
    ("een korting", "an allowance"),
    ("een toeslag", "a charge"),
)


def _numbers(it: _Category, number: int) -> RuleExplanation:
    """Whose VAT numbers must (or, outside VAT, must not) be there."""
    dutch, english = _PLACES[number - 2]
    facts = {"seller": text("BT-31"), "representative": text("BT-63"), "buyer": text("BT-48"), "legal": text("BT-47")}
    found_nl = f"Categorie {it.code} ({it.dutch}) op {dutch}; btw-nummer van de verkoper: {{seller}}"
    found_en = f"Category {it.code} ({it.english}) on {english}; the seller's VAT number: {{seller}}"
    if it.outside:
        return RuleExplanation(
            rules=(it.rule(number),),
            facts={key: facts[key] for key in ("seller", "buyer")},
            nl=nl(f"{found_nl}, van de koper: {{buyer}}.", "Geen btw-nummers: wat buiten de btw valt kent er geen."),
            en=en(f"{found_en}, the buyer's: {{buyer}}.", "No VAT numbers: what is not subject to VAT has none."),
        )
    expected_nl = "Het btw-nummer van de verkoper (BT-31) of van diens fiscaal vertegenwoordiger (BT-63)"
    expected_en = "The VAT number of the seller (BT-31) or of its tax representative (BT-63)"
    if not it.needs_buyer:
        return RuleExplanation(
            rules=(it.rule(number),),
            facts={key: facts[key] for key in ("seller", "representative")},
            nl=nl(f"{found_nl}, van de vertegenwoordiger: {{representative}}.", f"{expected_nl}."),
            en=en(f"{found_en}, the representative's: {{representative}}.", f"{expected_en}."),
        )
    legal = it.code == "AE"
    return RuleExplanation(
        rules=(it.rule(number),),
        facts={key: facts[key] for key in ("seller", "buyer", *(("legal",) if legal else ()))},
        nl=nl(
            f"{found_nl}, van de koper: {{buyer}}{'; inschrijvingsnummer van de koper: {legal}' if legal else ''}.",
            f"{expected_nl}, en dat van de koper (BT-48){' of diens inschrijvingsnummer (BT-47)' if legal else ''}.",
        ),
        en=en(
            f"{found_en}, the buyer's: {{buyer}}{'; its legal registration: {legal}' if legal else ''}.",
            f"{expected_en}, and the buyer's (BT-48){' or its legal registration (BT-47)' if legal else ''}.",
        ),
    )


def _rate(it: _Category, number: int) -> RuleExplanation:
    where = (
        ("Factuurregel {line}", "Invoice line {line}", "BT-152"),
        ("Korting", "Allowance", "BT-96"),
        ("Toeslag", "Charge", "BT-103"),
    )
    dutch, english, term = where[number - 5]
    if it.taxed:
        expected = ("Een tarief groter dan nul", "A rate above zero")
    elif it.outside:
        expected = ("Geen tarief, ook niet nul", "No rate, not even zero")
    else:
        expected = ("Tarief 0", "A rate of 0")
    facts: dict[str, Fact] = {"rate": percentage(term)}
    if term == "BT-152":
        facts["line"] = line
    return RuleExplanation(
        rules=(it.rule(number),),
        facts=facts,
        nl=nl(f"{dutch}: categorie {it.code} ({it.dutch}) met tarief {{rate}}.", f"{expected[0]} ({term})."),
        en=en(f"{english}: category {it.code} ({it.english}) with rate {{rate}}.", f"{expected[1]} ({term})."),
    )


def _taxable(it: _Category) -> RuleExplanation:
    return RuleExplanation(
        rules=(it.rule(8),),
        facts={"stated": amount("BT-116"), "base": _base(it), "rate": percentage("BT-119")},
        nl=nl(
            f"Het belaste bedrag van categorie {it.code} (tarief {{rate}}) {{stated.state}}, maar de regels, toeslagen "
            "en kortingen daarvan zijn samen {base}.",
            "Het belaste bedrag (BT-116) is regels plus toeslagen min kortingen van deze categorie: {base}.",
        ),
        en=en(
            f"The taxable amount of category {it.code} (rate {{rate}}) {{stated.state}}, but its lines, charges and "
            "allowances come to {base}.",
            "The taxable amount (BT-116) is lines plus charges minus allowances of this category: {base}.",
        ),
    )


def _tax(it: _Category) -> RuleExplanation:
    if it.taxed:
        due = computed(lambda taxable, rate: cents(taxable * rate / _HUNDRED), amount("BT-116"), percentage("BT-119"))
        return RuleExplanation(
            rules=(it.rule(9),),
            facts={"stated": amount("BT-117"), "taxable": amount("BT-116"), "rate": percentage("BT-119"), "due": due},
            nl=nl(
                "De btw over {taxable} {stated.state}, maar {rate} daarvan is {due}.",
                "Het btw-bedrag (BT-117) is {due}; een verschil tot 1,00 is toegestaan.",
            ),
            en=en(
                "The VAT on {taxable} {stated.state}, but {rate} of it is {due}.",
                "The VAT amount (BT-117) is {due}; a difference of up to 1.00 is accepted.",
            ),
        )
    return RuleExplanation(
        rules=(it.rule(9),),
        facts={"stated": amount("BT-117")},
        nl=nl(
            f"Het btw-bedrag van categorie {it.code} ({it.dutch}) {{stated.state}}.", "Een btw-bedrag (BT-117) van 0."
        ),
        en=en(f"The VAT amount of category {it.code} ({it.english}) {{stated.state}}.", "A VAT amount (BT-117) of 0."),
    )


def _exemption(it: _Category) -> RuleExplanation:
    if it.needs_reason:
        expected = (
            f"De reden in tekst (BT-120) of als code (BT-121): waarom {it.dutch}.",
            f"The reason in words (BT-120) or as a code (BT-121): why {it.english}.",
        )
    else:
        expected = ("Geen reden voor vrijstelling: er is geen vrijstelling.", "No exemption reason: nothing is exempt.")
    return RuleExplanation(
        rules=(it.rule(10),),
        facts={"reason": text("BT-120"), "code": text("BT-121")},
        nl=nl(
            f"Categorie {it.code} ({it.dutch}): reden van vrijstelling {{reason}}, code {{code}}.",
            expected[0],
        ),
        en=en(f"Category {it.code} ({it.english}): exemption reason {{reason}}, code {{code}}.", expected[1]),
    )


def _rows(it: _Category) -> tuple[RuleExplanation, ...]:
    return (
        _breakdown(it),
        *(_numbers(it, number) for number in (2, 3, 4)),
        *(_rate(it, number) for number in (5, 6, 7)),
        _taxable(it),
        _tax(it),
        _exemption(it),
    )


_SPECIAL = (
    RuleExplanation(
        rules=("BR-IC-11",),
        facts={"date": text("BT-72"), "start": text("BT-73"), "end": text("BT-74")},
        nl=nl(
            "Intracommunautaire levering zonder datum: leverdatum {date}, begin {start}, einde {end}.",
            "De leverdatum (BT-72) of de factuurperiode (BG-14).",
        ),
        en=en(
            "Intra-community supply without a date: delivery date {date}, start {start}, end {end}.",
            "The delivery date (BT-72) or the invoicing period (BG-14).",
        ),
    ),
    RuleExplanation(
        rules=("BR-IC-12",),
        facts={"country": text("BT-80")},
        nl=nl(
            "Intracommunautaire levering; het land van aflevering {country.state}.",
            "De landcode van het afleveradres (BT-80).",
        ),
        en=en(
            "Intra-community supply; the country of delivery {country.state}.",
            "The country code of the delivery address (BT-80).",
        ),
    ),
    RuleExplanation(
        rules=("BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14"),
        facts={"specified": distinct("BT-118"), "lines": distinct("BT-151")},
        nl=nl(
            "Categorie O (buiten de btw) staat naast andere: btw-specificatie {specified}, regels {lines}.",
            "Valt iets buiten de btw (O), dan alles in dit document.",
        ),
        en=en(
            "Category O (not subject to VAT) stands beside others: VAT breakdown {specified}, lines {lines}.",
            "If something is not subject to VAT (O), everything in this document is.",
        ),
    ),
)

RULES = (*(row for category in CATEGORIES for row in _rows(category)), *_SPECIAL)
