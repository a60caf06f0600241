"""Why the totals of an invoice do not add up (BR-CO-10 to BR-CO-17 and their relatives)."""

from decimal import Decimal

from documents.domain.explanations.facts import (
    amount,
    cents,
    computed,
    count,
    count_at,
    every,
    or_zero,
    percentage,
    text,
    total,
    total_at_or,
)
from documents.domain.explanations.rule import RuleExplanation, en, nl

_HUNDRED = Decimal(100)


def _tax(taxable: Decimal, rate: Decimal) -> Decimal:
    return cents(taxable * rate / _HUNDRED)


RULES = (
    RuleExplanation(
        rules=("BR-CO-10",),
        facts={"stated": amount("BT-106"), "sum": total("BT-131")},
        nl=nl(
            "Het totaal van de regels {stated.state}, maar de regels samen zijn {sum}.",
            "Het totaal van de regels (BT-106) is de som van de nettobedragen van alle regels: {sum}.",
        ),
        en=en(
            "The total of the lines {stated.state}, but the lines add up to {sum}.",
            "The total of the lines (BT-106) is the sum of the net amounts of all lines: {sum}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-11",),
        facts={"stated": amount("BT-107"), "sum": total("BT-92")},
        nl=nl(
            "Het totaal van de kortingen {stated.state}, maar de kortingen op documentniveau samen zijn {sum}.",
            "Het totaal van de kortingen (BT-107) is {sum}.",
        ),
        en=en(
            "The total of the allowances {stated.state}, but the allowances on document level add up to {sum}.",
            "The total of the allowances (BT-107) is {sum}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-12",),
        facts={"stated": amount("BT-108"), "sum": total("BT-99")},
        nl=nl(
            "Het totaal van de toeslagen {stated.state}, maar de toeslagen op documentniveau samen zijn {sum}.",
            "Het totaal van de toeslagen (BT-108) is {sum}.",
        ),
        en=en(
            "The total of the charges {stated.state}, but the charges on document level add up to {sum}.",
            "The total of the charges (BT-108) is {sum}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-13",),
        facts={
            "stated": amount("BT-109"),
            "lines": amount("BT-106"),
            "allowances": or_zero(amount("BT-107")),
            "charges": or_zero(amount("BT-108")),
            "expected": computed(
                lambda lines, allowances, charges: cents(lines - allowances + charges),
                amount("BT-106"),
                or_zero(amount("BT-107")),
                or_zero(amount("BT-108")),
            ),
        },
        nl=nl(
            "Het totaal zonder btw {stated.state}, maar regels min kortingen plus toeslagen is {expected}.",
            "Het totaal zonder btw (BT-109) is {lines} - {allowances} + {charges} = {expected}.",
        ),
        en=en(
            "The total without VAT {stated.state}, but lines minus allowances plus charges is {expected}.",
            "The total without VAT (BT-109) is {lines} - {allowances} + {charges} = {expected}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-14",),
        facts={"stated": amount("BT-110"), "sum": total_at_or("cac:TaxSubtotal/cbc:TaxAmount", "BT-117")},
        nl=nl(
            "Het totale btw-bedrag {stated.state}, maar de btw in de btw-specificatie is samen {sum}.",
            "Het totale btw-bedrag (BT-110) is de som van de btw per tarief: {sum}.",
        ),
        en=en(
            "The total VAT amount {stated.state}, but the VAT in the VAT breakdown adds up to {sum}.",
            "The total VAT amount (BT-110) is the sum of the VAT per rate: {sum}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-15",),
        facts={
            "stated": amount("BT-112"),
            "without": amount("BT-109"),
            "vat": amount("BT-110"),
            "count": count("BT-110"),
            "expected": computed(lambda without, vat: cents(without + vat), amount("BT-109"), amount("BT-110")),
        },
        nl=nl(
            "Het totaal met btw {stated.state}, maar het totaal zonder btw ({without}) plus de btw ({vat}) is "
            "{expected}. Aantal btw-totalen in de valuta van de factuur: {count}.",
            "Het totaal met btw (BT-112) is {expected}, met precies één btw-totaal in de valuta van de factuur.",
        ),
        en=en(
            "The total with VAT {stated.state}, but the total without VAT ({without}) plus the VAT ({vat}) is "
            "{expected}. Number of VAT totals in the invoice's currency: {count}.",
            "The total with VAT (BT-112) is {expected}, with exactly one VAT total in the invoice's currency.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-16",),
        facts={
            "stated": amount("BT-115"),
            "with_vat": amount("BT-112"),
            "prepaid": or_zero(amount("BT-113")),
            "rounding": or_zero(amount("BT-114")),
            "expected": computed(
                lambda with_vat, prepaid, rounding: cents(with_vat - prepaid + rounding),
                amount("BT-112"),
                or_zero(amount("BT-113")),
                or_zero(amount("BT-114")),
            ),
        },
        nl=nl(
            "Het te betalen bedrag {stated.state}, maar het totaal met btw min het al betaalde plus de afronding is "
            "{expected}.",
            "Het te betalen bedrag (BT-115) is {with_vat} - {prepaid} + {rounding} = {expected}.",
        ),
        en=en(
            "The amount due {stated.state}, but the total with VAT minus what was prepaid plus rounding is {expected}.",
            "The amount due (BT-115) is {with_vat} - {prepaid} + {rounding} = {expected}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-17",),
        facts={
            "stated": amount("BT-117"),
            "taxable": amount("BT-116"),
            "rate": percentage("BT-119"),
            "expected": computed(_tax, amount("BT-116"), percentage("BT-119")),
        },
        nl=nl(
            "De btw over {taxable} {stated.state}, maar {rate} daarvan is {expected}.",
            "Het btw-bedrag (BT-117) is het belaste bedrag maal het tarief: {expected}.",
        ),
        en=en(
            "The VAT on {taxable} {stated.state}, but {rate} of it is {expected}.",
            "The VAT amount (BT-117) is the taxable amount times the rate: {expected}.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-18",),
        facts={"total": amount("BT-110")},
        nl=nl(
            "Er is geen btw-specificatie; het totale btw-bedrag {total.state}.",
            "Minstens één btw-specificatie (BG-23), met per tarief het belaste bedrag en de btw.",
        ),
        en=en(
            "There is no VAT breakdown; the total VAT amount {total.state}.",
            "At least one VAT breakdown (BG-23), with the taxable amount and the VAT per rate.",
        ),
    ),
    RuleExplanation(
        rules=("BR-CO-25",),
        facts={"due": amount("BT-115"), "date": text("BT-9"), "terms": text("BT-20")},
        nl=nl(
            "Er is {due} te betalen. Vervaldatum: {date}; betalingsvoorwaarden: {terms}.",
            "Een vervaldatum (BT-9) of betalingsvoorwaarden (BT-20), omdat er iets te betalen is.",
        ),
        en=en(
            "{due} is due. Due date: {date}; payment terms: {terms}.",
            "A due date (BT-9) or payment terms (BT-20), because something is to be paid.",
        ),
    ),
    RuleExplanation(
        rules=("BR-53",),
        facts={"currency": text("BT-6"), "vat": amount("BT-111")},
        nl=nl(
            "De btw wordt geboekt in {currency}, maar het btw-totaal in die valuta {vat.state}.",
            "Een tweede btw-totaal (BT-111) in {currency}, of geen btw-valuta (BT-6).",
        ),
        en=en(
            "VAT is accounted in {currency}, but the VAT total in that currency {vat.state}.",
            "A second VAT total (BT-111) in {currency}, or no VAT accounting currency (BT-6).",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R053",),
        facts={"count": count_at("/*/cac:TaxTotal[cac:TaxSubtotal]")},
        nl=nl(
            "Aantal btw-totalen met een specificatie: {count}.",
            "Precies één btw-totaal (cac:TaxTotal) met een specificatie (cac:TaxSubtotal).",
        ),
        en=en(
            "Number of VAT totals with a breakdown: {count}.",
            "Exactly one VAT total (cac:TaxTotal) with a breakdown (cac:TaxSubtotal).",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R054",),
        facts={"count": count_at("/*/cac:TaxTotal[not(cac:TaxSubtotal)]"), "currency": text("BT-6")},
        nl=nl(
            "Aantal btw-totalen zonder specificatie: {count}; btw-valuta: {currency}.",
            "Met een btw-valuta (BT-6): één btw-totaal zonder specificatie, in die valuta. Anders: geen.",
        ),
        en=en(
            "Number of VAT totals without a breakdown: {count}; VAT accounting currency: {currency}.",
            "With a VAT accounting currency (BT-6): one VAT total without a breakdown, in that currency. Else none.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R055",),
        facts={"invoice": amount("BT-110"), "accounting": amount("BT-111")},
        nl=nl(
            "Het btw-totaal is {invoice} in de valuta van de factuur en {accounting} in de btw-valuta.",
            "Beide zijn positief of beide zijn negatief.",
        ),
        en=en(
            "The VAT total is {invoice} in the invoice's currency and {accounting} in the VAT accounting currency.",
            "Both are positive or both are negative.",
        ),
    ),
    RuleExplanation(
        rules=("BR-GA-3",),
        facts={"due": amount("BT-115"), "parts": every("NL-GA-03"), "sum": total("NL-GA-03")},
        nl=nl(
            "Het te betalen bedrag {due.state}, maar de delen ({parts}) zijn samen {sum}.",
            "De bedragen in de twee betalingsvoorwaarden (cac:PaymentTerms/cbc:Amount) zijn samen {due}.",
        ),
        en=en(
            "The amount due {due.state}, but the parts ({parts}) add up to {sum}.",
            "The amounts in the two payment terms (cac:PaymentTerms/cbc:Amount) add up to {due}.",
        ),
    ),
)
