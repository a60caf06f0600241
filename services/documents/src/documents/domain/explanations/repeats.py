"""What may stand in a document once and stands there more often (UBL-SR)."""

from documents.domain.explanations.facts import all_at, count_at, distinct_at
from documents.domain.explanations.rule import RuleExplanation, en, nl

_SELLER = "/*/cac:AccountingSupplierParty/cac:Party"
_BUYER = "/*/cac:AccountingCustomerParty/cac:Party"
_VAT = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID"

# rule: where it is counted (from the root, or from the place of the finding), Dutch and English name
_ONCE = {
    "UBL-SR-01": ("/*/cac:ContractDocumentReference/cbc:ID", "het contractnummer", "the contract reference"),
    "UBL-SR-02": ("/*/cac:ReceiptDocumentReference/cbc:ID", "het ontvangstbericht", "the receiving advice"),
    "UBL-SR-03": ("/*/cac:DespatchDocumentReference/cbc:ID", "de pakbon", "the despatch advice"),
    "UBL-SR-04": (
        "/*/cac:AdditionalDocumentReference[cbc:DocumentTypeCode='130']/cbc:ID",
        "het gefactureerde object",
        "the invoiced object",
    ),
    "UBL-SR-05": ("/*/cac:PaymentTerms/cbc:Note", "de betalingsvoorwaarden", "the payment terms"),
    "UBL-SR-06": ("cac:InvoiceDocumentReference", "de eerdere factuur per verwijzing", "the preceding invoice"),
    "UBL-SR-08": ("/*/cac:InvoicePeriod", "de factuurperiode", "the invoicing period"),
    "UBL-SR-09": (
        f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
        "de naam van de verkoper",
        "the seller's name",
    ),
    "UBL-SR-10": (f"{_SELLER}/cac:PartyName/cbc:Name", "de handelsnaam van de verkoper", "the seller's trade name"),
    "UBL-SR-11": (
        f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
        "het inschrijvingsnummer van de verkoper",
        "the seller's legal registration",
    ),
    "UBL-SR-12": (f"{_SELLER}/{_VAT}", "het btw-nummer van de verkoper", "the seller's VAT number"),
    "UBL-SR-15": (f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName", "de naam van de koper", "the buyer's name"),
    "UBL-SR-16": (f"{_BUYER}/cac:PartyIdentification/cbc:ID", "het kenmerk van de koper", "the buyer's identifier"),
    "UBL-SR-17": (
        f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID",
        "het inschrijvingsnummer van de koper",
        "the buyer's legal registration",
    ),
    "UBL-SR-18": (f"{_BUYER}/{_VAT}", "het btw-nummer van de koper", "the buyer's VAT number"),
    "UBL-SR-24": ("/*/cac:Delivery", "de aflevering", "the delivery"),
    "UBL-SR-26": ("cbc:PaymentID", "het betalingskenmerk per betaalwijze", "the payment reference of a payment means"),
    "UBL-SR-30": ("cbc:AllowanceChargeReason", "de reden van de korting", "the allowance reason"),
    "UBL-SR-31": ("cbc:AllowanceChargeReason", "de reden van de toeslag", "the charge reason"),
    "UBL-SR-32": ("cac:TaxCategory/cbc:TaxExemptionReason", "de reden van vrijstelling", "the exemption reason"),
    "UBL-SR-33": ("cbc:DocumentDescription", "de omschrijving van de bijlage", "the attachment's description"),
    "UBL-SR-34": ("cbc:Note", "de opmerking bij de regel", "the line's note"),
    "UBL-SR-35": ("cac:OrderLineReference/cbc:LineID", "de orderregel", "the order line reference"),
    "UBL-SR-36": ("cac:InvoicePeriod", "de periode van de regel", "the line's period"),
    "UBL-SR-37": ("cac:Price/cac:AllowanceCharge/cbc:Amount", "de prijskorting", "the price discount"),
    "UBL-SR-39": ("/*/cac:ProjectReference/cbc:ID", "het projectkenmerk", "the project reference"),
    "UBL-SR-40": (f"{_BUYER}/cac:PartyName/cbc:Name", "de handelsnaam van de koper", "the buyer's trade name"),
    "UBL-SR-44": ("/*//cbc:PaymentID", "het betalingskenmerk", "the payment reference"),
    "UBL-SR-45": ("/*/cac:PaymentMeans/cbc:PaymentDueDate", "de vervaldatum", "the due date"),
    "UBL-SR-47": (
        "/*//cbc:PaymentMeansCode",
        "de betaalwijze",
        "the payment means code",
    ),
    "UBL-SR-48": ("cac:Item/cac:ClassifiedTaxCategory", "de btw-categorie van de regel", "the line's VAT category"),
    "UBL-SR-50": ("cac:Item/cbc:Description", "de omschrijving van het artikel", "the item description"),
    "UBL-SR-51": ("cac:AddressLine", "de derde adresregel", "the third address line"),
    "UBL-SR-52": ("cac:DocumentReference", "de documentverwijzing van de regel", "the line's document reference"),
}

# These may repeat, with the same value.
_DIFFERENT = frozenset({"UBL-SR-44", "UBL-SR-47"})


def _once(rule: str, where: str, dutch: str, english: str) -> RuleExplanation:
    most = ("precies één keer", "exactly once") if rule == "UBL-SR-48" else ("hooguit één keer", "at most once")
    return RuleExplanation(
        rules=(rule,),
        facts={"count": distinct_at(where) if rule in _DIFFERENT else count_at(where), "values": all_at(where)},
        nl=nl(f"{{count}} keer {dutch}: {{values}}.", f"{dutch[0].upper()}{dutch[1:]} {most[0]}."),
        en=en(f"{{count}} times {english}: {{values}}.", f"{english[0].upper()}{english[1:]} {most[1]}."),
    )


RULES = tuple(_once(rule, *row) for rule, row in _ONCE.items())
