"""The rules of Peppol BIS Billing 3 for the document as a whole (PEPPOL-EN16931-R00…, P01…, F001)."""

from documents.domain.explanations.facts import (
    all_at,
    at,
    attribute,
    count_at,
    element,
    here,
    text,
)
from documents.domain.explanations.rule import RuleExplanation, en, nl

_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"

_DOCUMENT = (
    RuleExplanation(
        rules=("PEPPOL-EN16931-R002",),
        facts={"count": count_at("/*/cbc:Note")},
        nl=nl("Aantal opmerkingen: {count}.", "Hooguit één opmerking (cbc:Note): voeg ze samen."),
        en=en("Number of notes: {count}.", "At most one note (cbc:Note): join them."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R004",),
        facts={"value": text("BT-24")},
        nl=nl("De CustomizationID {value.state}.", f"Een CustomizationID die begint met {_BILLING}."),
        en=en("The CustomizationID {value.state}.", f"A CustomizationID that begins with {_BILLING}."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R005",),
        facts={"currency": text("BT-5"), "vat": text("BT-6")},
        nl=nl(
            "De btw-valuta {vat.state} en de valuta van de factuur {currency.state}.",
            "Een andere btw-valuta dan die van de factuur, of geen.",
        ),
        en=en(
            "The VAT accounting currency {vat.state} and the invoice's currency {currency.state}.",
            "A VAT accounting currency other than the invoice's, or none.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R007",),
        facts={"value": text("BT-23")},
        nl=nl("Het bedrijfsproces {value.state}.", "Een ProfileID zoals urn:fdc:peppol.eu:2017:poacc:billing:01:1.0."),
        en=en(
            "The business process {value.state}.", "A ProfileID such as urn:fdc:peppol.eu:2017:poacc:billing:01:1.0."
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R008", "SI-UBL-2", "empty-element-check"),
        facts={"element": element},
        nl=nl("{element} is leeg.", "Een waarde, of het element helemaal niet."),
        en=en("{element} is empty.", "A value, or not the element at all."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R051",),
        facts={"element": element, "currency": attribute("currencyID"), "document": text("BT-5")},
        nl=nl(
            "{element} is in {currency}, de factuur in {document}.",
            "currencyID {document}: alle bedragen in de valuta van de factuur, behalve de btw in de btw-valuta.",
        ),
        en=en(
            "{element} is in {currency}, the invoice in {document}.",
            "currencyID {document}: every amount in the invoice's currency, except the VAT in accounting currency.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-R080",),
        facts={"references": all_at("/*/cac:AdditionalDocumentReference[cbc:DocumentTypeCode='50']/cbc:ID")},
        nl=nl("Er zijn meer projectkenmerken: {references}.", "Hooguit één projectkenmerk (typecode 50)."),
        en=en("There are several project references: {references}.", "At most one project reference (type code 50)."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-F001",),
        facts={"element": element, "value": here},
        nl=nl("De datum {element} {value.state}.", "Een bestaande datum als JJJJ-MM-DD, zonder tijd of zone."),
        en=en("The date {element} {value.state}.", "A date that exists, as YYYY-MM-DD, without time or zone."),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-P0100", "PEPPOL-EN16931-P0101"),
        facts={"value": here, "profile": text("BT-23")},
        nl=nl(
            "De soort factuur {value.state}, bij bedrijfsproces {profile}.",
            "Een soort die bij dit proces hoort: 380 voor een factuur, 381 voor een creditnota.",
        ),
        en=en(
            "The type code {value.state}, with business process {profile}.",
            "A type code of this process: 380 for an invoice, 381 for a credit note.",
        ),
    ),
    RuleExplanation(
        rules=("PEPPOL-EN16931-P0112",),
        facts={"value": here, "seller": text("BT-40"), "buyer": text("BT-55")},
        nl=nl(
            "De soort factuur {value.state}; verkoper in {seller}, koper in {buyer}.",
            "326 en 384 alleen tussen Duitse partijen; anders 380.",
        ),
        en=en(
            "The type code {value.state}; seller in {seller}, buyer in {buyer}.",
            "326 and 384 only between German parties; else 380.",
        ),
    ),
)


def _category(rule: str, reason: str, code: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"category": at("cbc:ID")},
        nl=nl(f"De vrijstellingscode is {reason}, de btw-categorie {{category}}.", f"Btw-categorie {code}."),
        en=en(f"The exemption code is {reason}, the VAT category {{category}}.", f"VAT category {code}."),
    )


_CATEGORIES = tuple(
    _category(f"PEPPOL-EN16931-P0{number}", f"VATEX-EU-{reason}", code)
    for number, reason, code in (
        (104, "G", "G"), (105, "O", "O"), (106, "IC", "K"), (107, "AE", "AE"), (108, "D", "E"), (109, "F", "E"),
        (110, "I", "E"), (111, "J", "E"),
    )
)  # fmt: skip


RULES = (*_DOCUMENT, *_CATEGORIES)
