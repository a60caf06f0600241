"""How Peppol BIS Billing 3 computes lines, allowances and charges (PEPPOL-EN16931-R040 to R046, R100 to R130)."""

from decimal import Decimal

from documents.domain.explanations.facts import (
    Fact,
    all_at,
    amount,
    amount_at,
    at,
    cents,
    computed,
    count_at,
    here,
    line,
    number,
    or_one,
    or_zero,
    percentage_at,
    text,
    total_at,
)
from documents.domain.explanations.rule import RuleExplanation, en, nl

_HUNDRED = Decimal(100)
_CHARGES = "cac:AllowanceCharge[normalize-space(cbc:ChargeIndicator)='true']/cbc:Amount"
_ALLOWANCES = "cac:AllowanceCharge[normalize-space(cbc:ChargeIndicator)='false']/cbc:Amount"


_AMOUNT, _BASE = "cbc:Amount", "cbc:BaseAmount"
_FACTOR = "cbc:MultiplierFactorNumeric"
_ALLOWANCE_FACTS: dict[str, Fact] = {
    "amount": amount_at(_AMOUNT),
    "base": amount_at(_BASE),
    "factor": percentage_at(_FACTOR),
}
_ALLOWANCES_AND_CHARGES = (
    RuleExplanation(
        rules=("PEPPOL-EN16931-R040",),
        facts={
            **_ALLOWANCE_FACTS,
            "expected": computed(
                lambda base, factor: cents(base * factor / _HUNDRED), amount_at(_BASE), percentage_at(_FACTOR)
            ),
        },
        nl=nl(
            "Het bedrag van de korting of toeslag {amount.state}, maar {factor} van {base} is {expected}.",
            "Het bedrag is {expected}; een verschil tot 0,02 is toegestaan.",
        ),
        en=en(
            "The amount of the allowance or charge {amount.state}, but {factor} of {base} is {expected}.",
            "The amount is {expected}; a difference of up to 0.02 is accepted.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R041",),
        facts=_ALLOWANCE_FACTS,
        nl=nl(
            "Een korting of toeslag van {amount} met percentage {factor}, maar het grondbedrag {base.state}.",
            "Het grondbedrag (cbc:BaseAmount), omdat er een percentage is.",
        ),
        en=en(
            "An allowance or charge of {amount} with percentage {factor}, but the base amount {base.state}.",
            "The base amount (cbc:BaseAmount), because there is a percentage.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R042",),
        facts=_ALLOWANCE_FACTS,
        nl=nl(
            "Een korting of toeslag van {amount} met grondbedrag {base}, maar het percentage {factor.state}.",
            "Het percentage (cbc:MultiplierFactorNumeric), omdat er een grondbedrag is.",
        ),
        en=en(
            "An allowance or charge of {amount} with base amount {base}, but the percentage {factor.state}.",
            "The percentage (cbc:MultiplierFactorNumeric), because there is a base amount.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R043",),
        facts={"value": at("cbc:ChargeIndicator")},
        nl=nl("De ChargeIndicator {value.state}.", "true voor een toeslag, false voor een korting; niet 1 of 0."),
        en=en("The ChargeIndicator {value.state}.", "true for a charge, false for an allowance; not 1 or 0."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R044",),
        facts={"value": at("cbc:ChargeIndicator"), "line": line},
        nl=nl(
            "Factuurregel {line}: de ChargeIndicator in de prijs {value.state}.",
            "false: een prijs kent alleen korting.",
        ),
        en=en(
            "Invoice line {line}: the ChargeIndicator in the price {value.state}.",
            "false: a price has only a discount.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R046",),
        facts={
            "line": line,
            "net": amount("BT-146"),
            "gross": amount("BT-148"),
            "discount": or_zero(amount("BT-147")),
            "expected": computed(lambda gross, discount: gross - discount, amount("BT-148"), or_zero(amount("BT-147"))),
        },
        nl=nl(
            "Factuurregel {line}: de nettoprijs {net.state}, maar {gross} min {discount} korting is {expected}.",
            "De nettoprijs (BT-146) is {expected}.",
        ),
        en=en(
            "Invoice line {line}: the net price {net.state}, but {gross} minus {discount} discount is {expected}.",
            "The net price (BT-146) is {expected}.",
        ),
    ),
)


def _net(quantity: Decimal, price: Decimal, base: Decimal, charges: Decimal, allowances: Decimal) -> Decimal:
    return cents(quantity * (price / base) + charges - allowances)


_OF_LINE: dict[str, Fact] = {
    "line": line,
    "stated": amount("BT-131"),
    "quantity": number("BT-129"),
    "price": amount("BT-146"),
    "base": or_one(number("BT-149")),
    "charges": total_at(_CHARGES),
    "allowances": total_at(_ALLOWANCES),
}
_LINES = (
    RuleExplanation(
        rules=("PEPPOL-EN16931-R120",),
        facts={
            **_OF_LINE,
            "expected": computed(
                _net, *(_OF_LINE[name] for name in ("quantity", "price", "base", "charges", "allowances"))
            ),
        },
        nl=nl(
            "Factuurregel {line}: het nettobedrag {stated.state}, maar {quantity} maal {price} (per {base}) plus "
            "{charges} toeslag min {allowances} korting is {expected}.",
            "Het nettobedrag (BT-131) is {expected}; een verschil tot 0,02 is toegestaan.",
        ),
        en=en(
            "Invoice line {line}: the net amount {stated.state}, but {quantity} times {price} (per {base}) plus "
            "{charges} charges minus {allowances} allowances is {expected}.",
            "The net amount (BT-131) is {expected}; a difference of up to 0.02 is accepted.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R121",),
        facts={"line": line, "base": number("BT-149")},
        nl=nl(
            "Factuurregel {line}: het aantal per prijs {base.state}.", "Een aantal (BT-149) groter dan nul, of geen."
        ),
        en=en("Invoice line {line}: the price base quantity {base.state}.", "A quantity (BT-149) above zero, or none."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R130",),
        facts={"line": line, "unit": text("BT-130"), "base": text("BT-150")},
        nl=nl(
            "Factuurregel {line}: het aantal is in {unit}, het aantal per prijs in {base}.",
            "Dezelfde eenheid: {unit}.",
        ),
        en=en(
            "Invoice line {line}: the quantity is in {unit}, the price base quantity in {base}.",
            "The same unit: {unit}.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R100", "PEPPOL-EN16931-R101"),
        facts={
            "line": line,
            "count": count_at("cac:DocumentReference"),
            "codes": all_at("cac:DocumentReference/cbc:DocumentTypeCode"),
        },
        nl=nl(
            "Factuurregel {line}: aantal documentverwijzingen {count}; typecode: {codes}.",
            "Hooguit één verwijzing, met typecode 130 (het gefactureerde object).",
        ),
        en=en(
            "Invoice line {line}: number of document references {count}; type code: {codes}.",
            "At most one reference, with type code 130 (the invoiced object).",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R110", "PEPPOL-EN16931-R111"),
        facts={"line": line, "value": here, "start": text("BT-73"), "end": text("BT-74")},
        nl=nl(
            "Factuurregel {line}: {value} valt buiten de factuurperiode (begin {start}, einde {end}).",
            "Een periode van de regel die binnen de factuurperiode valt.",
        ),
        en=en(
            "Invoice line {line}: {value} is outside the invoicing period (start {start}, end {end}).",
            "A line period within the invoicing period.",
        ),
    ),
)

RULES = (*_ALLOWANCES_AND_CHARGES, *_LINES)
