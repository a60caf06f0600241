"""Documents that are not built as they must be: the XML schema (xsd-…), and what EN 16931 leaves out (UBL-CR, -DT)."""

import re

from documents.domain.explanations.facts import Fact, Source, all_at, count_at, element, here
from documents.domain.explanations.rule import RuleExplanation, en, nl
from documents.domain.explanations.wording import Absent, Phrase, Plain, Value


def _told(pattern: str) -> Fact:
    """What the schema processor names in its message."""
    compiled = re.compile(pattern)

    def named(source: Source) -> Value:
        found = compiled.search(source.message())
        return Plain(found.group(1).strip()) if found else Absent.UNKNOWN

    return named


_EXPECTED = _told(r"Expected is (?:one of )?\((.*)\)")
_ATTRIBUTE = _told(r"attribute '([^']*)'")
_ALLOWED = _told(r"set \{(.*)\}")


def _misplaced(source: Source) -> Value:
    if "Missing child" in source.message():
        return Phrase("mist een onderdeel", "lacks a part")
    return Phrase("hoort niet op deze plaats", "does not belong at this place")


_SCHEMA = (
    RuleExplanation(
        rules=("xsd-element-content",),
        facts={"element": element, "problem": _misplaced, "expected": _EXPECTED},
        nl=nl("{element} {problem}.", "Op deze plaats: {expected}. De volgorde van elementen ligt vast."),
        en=en("{element} {problem}.", "At this place: {expected}. The order of elements is fixed."),
    ),
    RuleExplanation(
        rules=("xsd-cvc-datatype-valid-1-2-1", "xsd-cvc-datatype-valid-1-2-2", "xsd-cvc-type-3-1-3"),
        facts={"element": element, "value": here},
        nl=nl(
            "De waarde van {element} {value.state}.",
            "Een waarde die hier past: een getal met een punt (1210.00), een datum als 2026-11-02, true of false.",
        ),
        en=en(
            "The value of {element} {value.state}.",
            "A value that fits here: a number with a point (1210.00), a date such as 2026-11-02, true or false.",
        ),
    ),
    RuleExplanation(
        rules=("xsd-cvc-complex-type-4",),
        facts={"element": element, "attribute": _ATTRIBUTE, "value": here},
        nl=nl("{element} ({value}) heeft geen attribuut {attribute}.", "Het attribuut {attribute}, dat verplicht is."),
        en=en("{element} ({value}) has no attribute {attribute}.", "The attribute {attribute}, which is required."),
    ),
    RuleExplanation(
        rules=("xsd-cvc-complex-type-3-2-1", "xsd-cvc-complex-type-3-2-2"),
        facts={"element": element, "attribute": _ATTRIBUTE},
        nl=nl(
            "{element} heeft een attribuut {attribute}.", "Geen attribuut {attribute}: het schema kent het hier niet."
        ),
        en=en("{element} has an attribute {attribute}.", "No attribute {attribute}: the schema does not know it here."),
    ),
    RuleExplanation(
        rules=("xsd-cvc-enumeration-valid",),
        facts={"element": element, "value": here, "allowed": _ALLOWED},
        nl=nl("De waarde van {element} {value.state}.", "Een van: {allowed}."),
        en=en("The value of {element} {value.state}.", "One of: {allowed}."),
    ),
    RuleExplanation(
        rules=("xsd-*",),
        facts={"element": element, "value": here},
        nl=nl("{element} ({value}) voldoet niet aan het schema.", "Wat het XML-schema van dit document hier toestaat."),
        en=en("{element} ({value}) does not fit the schema.", "What the XML schema of this document allows here."),
    ),
)

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_LINES = "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]"
# What senders' software adds most often; the other rules of the group are explained together.
_UNUSED = {
    "UBL-CR-001": "ext:UBLExtensions", "UBL-CR-002": "cbc:UBLVersionID", "UBL-CR-003": "cbc:ProfileExecutionID",
    "UBL-CR-004": "cbc:CopyIndicator", "UBL-CR-005": "cbc:UUID", "UBL-CR-006": "cbc:IssueTime",
    "UBL-CR-007": "cbc:PricingCurrencyCode", "UBL-CR-008": "cbc:PaymentCurrencyCode",
    "UBL-CR-010": "cbc:AccountingCostCode", "UBL-CR-011": "cbc:LineCountNumeric",
    "UBL-CR-015": "cac:InvoicePeriod/cbc:Description", "UBL-CR-018": "cac:OrderReference/cbc:IssueDate",
    "UBL-CR-047": "cac:DespatchDocumentReference/cbc:IssueDate",
    "UBL-CR-096": "cac:ContractDocumentReference/cbc:IssueDate",
    "UBL-CR-112": "cac:AdditionalDocumentReference/cbc:IssueDate",
    "UBL-CR-114": "cac:AdditionalDocumentReference/cbc:DocumentType", "UBL-CR-137": "cac:Signature",
    "UBL-CR-143": f"{_SELLER}/cbc:WebsiteURI", "UBL-CR-155": f"{_SELLER}/cac:PostalAddress/cbc:BuildingNumber",
    "UBL-CR-166": f"{_SELLER}/cac:PostalAddress/cac:Country/cbc:Name",
    "UBL-CR-174": f"{_SELLER}/cac:PartyTaxScheme/cac:TaxScheme/cbc:Name",
    "UBL-CR-185": f"{_SELLER}/cac:PartyLegalEntity/cac:RegistrationAddress",
    "UBL-CR-190": f"{_SELLER}/cac:Contact/cbc:Telefax", "UBL-CR-193": f"{_SELLER}/cac:Person",
    "UBL-CR-197": f"{_SELLER}/cac:FinancialAccount",
    "UBL-CR-202": "cac:AccountingCustomerParty/cbc:SupplierAssignedAccountID",
    "UBL-CR-206": f"{_BUYER}/cbc:WebsiteURI", "UBL-CR-218": f"{_BUYER}/cac:PostalAddress/cbc:BuildingNumber",
    "UBL-CR-229": f"{_BUYER}/cac:PostalAddress/cac:Country/cbc:Name",
    "UBL-CR-237": f"{_BUYER}/cac:PartyTaxScheme/cac:TaxScheme/cbc:Name",
    "UBL-CR-249": f"{_BUYER}/cac:PartyLegalEntity/cac:RegistrationAddress",
    "UBL-CR-254": f"{_BUYER}/cac:Contact/cbc:Telefax", "UBL-CR-257": f"{_BUYER}/cac:Person",
    "UBL-CR-294": "cac:BuyerCustomerParty", "UBL-CR-295": "cac:SellerSupplierParty",
    "UBL-CR-411": "cac:PaymentMeans/cbc:ID", "UBL-CR-412": "cac:PaymentMeans/cbc:PaymentDueDate",
    "UBL-CR-413": "cac:PaymentMeans/cbc:PaymentChannelCode", "UBL-CR-414": "cac:PaymentMeans/cbc:InstructionID",
    "UBL-CR-432": "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cac:Address",
    "UBL-CR-452": "cac:PaymentTerms/cbc:ID", "UBL-CR-453": "cac:PaymentTerms/cbc:PaymentMeansID",
    "UBL-CR-456": "cac:PaymentTerms/cbc:SettlementDiscountPercent", "UBL-CR-459": "cac:PaymentTerms/cbc:Amount",
    "UBL-CR-463": "cac:PaymentTerms/cbc:PaymentDueDate", "UBL-CR-499": "cac:TaxTotal/cac:TaxSubtotal/cbc:Percent",
    "UBL-CR-504": "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Name",
    "UBL-CR-509": "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:Name",
    "UBL-CR-519": f"{_LINES}/cbc:FreeOfChargeIndicator", "UBL-CR-529": f"{_LINES}/cac:DespatchLineReference",
    "UBL-CR-550": f"{_LINES}/cac:Delivery", "UBL-CR-561": f"{_LINES}/cac:TaxTotal",
    "UBL-CR-569": f"{_LINES}/cac:Item/cbc:BrandName",
    "UBL-CR-581": f"{_LINES}/cac:Item/cac:ManufacturersItemIdentification",
    "UBL-CR-597": f"{_LINES}/cac:Item/cac:ClassifiedTaxCategory/cbc:Name",
    "UBL-CR-600": f"{_LINES}/cac:Item/cac:ClassifiedTaxCategory/cbc:TaxExemptionReasonCode",
    "UBL-CR-601": f"{_LINES}/cac:Item/cac:ClassifiedTaxCategory/cbc:TaxExemptionReason",
    "UBL-CR-604": f"{_LINES}/cac:Item/cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:Name",
    "UBL-CR-646": f"{_LINES}/cac:SubInvoiceLine", "UBL-CR-661": "cac:PaymentMeans/cbc:PaymentMeansCode/@listID",
    "UBL-CR-678": "/*//cac:TaxCategory/cbc:ID/@schemeID",
    "UBL-CR-679": "/*//cac:ClassifiedTaxCategory/cbc:ID/@schemeID",
    "UBL-CR-681": "cac:PaymentMeans/cbc:InstructionNote",
}  # fmt: skip
_ATTRIBUTES = {
    "UBL-DT-08": "schemeName", "UBL-DT-09": "schemeAgencyName", "UBL-DT-10": "schemeDataURI", "UBL-DT-11": "schemeURI",
    "UBL-DT-12": "format", "UBL-DT-16": "listAgencyName", "UBL-DT-17": "listName", "UBL-DT-18": "name",
    "UBL-DT-19": "languageID", "UBL-DT-20": "listURI", "UBL-DT-21": "listSchemeURI",
    "UBL-DT-27": "schemeAgencyID", "UBL-DT-28": "listAgencyID",
}  # fmt: skip


def _unused(rule: str, where: str) -> RuleExplanation:
    absolute = where if where.startswith("/") else f"/*/{where}"
    shown = where.removeprefix("/*//").replace(_LINES, "cac:InvoiceLine")
    return RuleExplanation(
        rules=(rule,),
        facts={"values": all_at(absolute)},
        nl=nl(
            f"Het document bevat {shown}: {{values}}.",
            "Laat het weg: EN 16931 kent het niet, en wie ontvangt leest het niet.",
        ),
        en=en(
            f"The document has {shown}: {{values}}.",
            "Leave it out: EN 16931 does not know it, and receivers do not read it.",
        ),
    )


def _attribute(rule: str, name: str) -> RuleExplanation:
    return RuleExplanation(
        rules=(rule,),
        facts={"values": all_at(f"/*//@{name}"), "count": count_at(f"/*//@{name}")},
        nl=nl(
            f"Het attribuut {name} komt voor (aantal: {{count}}): {{values}}.", "Laat het weg: EN 16931 kent het niet."
        ),
        en=en(
            f"The attribute {name} occurs (number: {{count}}): {{values}}.", "Leave it out: EN 16931 does not know it."
        ),
    )


_GROUPS = (
    RuleExplanation(
        rules=("UBL-CR-*", "UBL-DT-*", "CII-SR-*", "CII-DT-*"),
        facts={"element": element},
        nl=nl(
            "In {element} staat iets dat EN 16931 niet kent of anders wil; de tekst van de regel noemt het.",
            "Laat het weg. Is het een waarschuwing, dan mag het blijven staan, maar niemand leest het.",
        ),
        en=en(
            "In {element} there is something that EN 16931 does not know or wants otherwise; the rule's text names it.",
            "Leave it out. If it is a warning it may stay, but nobody reads it.",
        ),
    ),
)

RULES = (
    *_SCHEMA,
    *(_unused(rule, where) for rule, where in _UNUSED.items()),
    *(_attribute(rule, name) for rule, name in _ATTRIBUTES.items()),
    *_GROUPS,
)
