"""Where the business terms of EN 16931 are, in UBL and in CII.

A term belongs to a group: of one that repeats (a line, a VAT breakdown) each has its own. Paths are XPaths from the
group, else from the root. Some terms have names of our own where the standard has none.
"""

from dataclasses import dataclass

from documents.adapters.rules.business_groups import (
    AGREEMENT,
    ALLOWANCE,
    ATTACHMENT,
    BREAKDOWN,
    CHARGE,
    DELIVERY,
    LINE,
    LINE_ALLOWANCE,
    LINE_CHARGE,
    LINE_SETTLEMENT,
    PAYMENT,
    PRECEDING,
    PROPERTY,
    SETTLEMENT,
    SUMMATION,
    TAX_NUMBER,
    TAX_TOTAL,
    Group,
)
from documents.domain.findings import Syntax


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    group: Group | None
    paths: dict[Syntax, str]


def _terms(group: Group | None, rows: dict[str, tuple[str, str]]) -> dict[str, Term]:
    return {
        name: Term(group=group, paths={Syntax.UBL: ubl, Syntax.CII: cii or "ram:None"})
        for name, (ubl, cii) in rows.items()
    }


_SELLER, _CII_SELLER = "cac:AccountingSupplierParty/cac:Party", f"{AGREEMENT}/ram:SellerTradeParty"
_BUYER, _CII_BUYER = "cac:AccountingCustomerParty/cac:Party", f"{AGREEMENT}/ram:BuyerTradeParty"
_AGENT, _CII_AGENT = "cac:TaxRepresentativeParty", f"{AGREEMENT}/ram:SellerTaxRepresentativeTradeParty"
_TOTAL = "cac:LegalMonetaryTotal"
_DATE = "udt:DateTimeString"
_CONTEXT = "rsm:ExchangedDocumentContext"
_VAT_NUMBER = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID"
_CII_VAT_NUMBER = "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']"
_LEGAL, _CII_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID", "ram:SpecifiedLegalOrganization/ram:ID"
_ADDRESS, _CII_ADDRESS = "cac:PostalAddress", "ram:PostalTradeAddress"
_COUNTRY = "cac:Country/cbc:IdentificationCode"


def _party(ubl: str, cii: str, names: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The terms of a party; `names` says which term is which part of it."""
    parts = {
        "name": ("cac:PartyLegalEntity/cbc:RegistrationName", "ram:Name"),
        "trade_name": ("cac:PartyName/cbc:Name", "ram:Name"),
        "id": ("cac:PartyIdentification/cbc:ID", "ram:ID|{cii}/ram:GlobalID"),
        "legal": (_LEGAL, _CII_LEGAL),
        "legal_scheme": (f"{_LEGAL}/@schemeID", f"{_CII_LEGAL}/@schemeID"),
        "vat": (_VAT_NUMBER, _CII_VAT_NUMBER),
        "endpoint": ("cbc:EndpointID", "ram:URIUniversalCommunication/ram:URIID"),
        "address": (_ADDRESS, _CII_ADDRESS),
        "street": (f"{_ADDRESS}/cbc:StreetName", f"{_CII_ADDRESS}/ram:LineOne"),
        "city": (f"{_ADDRESS}/cbc:CityName", f"{_CII_ADDRESS}/ram:CityName"),
        "code": (f"{_ADDRESS}/cbc:PostalZone", f"{_CII_ADDRESS}/ram:PostcodeCode"),
        "country": (f"{_ADDRESS}/{_COUNTRY}", f"{_CII_ADDRESS}/ram:CountryID"),
    }
    return {
        name: (f"{ubl}/{parts[part][0]}", f"{cii}/{parts[part][1]}".format(cii=cii)) for part, name in names.items()
    }


_DOCUMENT: dict[str, tuple[str, str]] = {
    "BT-1": ("cbc:ID", "rsm:ExchangedDocument/ram:ID"),
    "BT-2": ("cbc:IssueDate", f"rsm:ExchangedDocument/ram:IssueDateTime/{_DATE}"),
    "BT-3": ("*[self::cbc:InvoiceTypeCode or self::cbc:CreditNoteTypeCode]", "rsm:ExchangedDocument/ram:TypeCode"),
    "BT-5": ("cbc:DocumentCurrencyCode", f"{SETTLEMENT}/ram:InvoiceCurrencyCode"),
    "BT-6": ("cbc:TaxCurrencyCode", f"{SETTLEMENT}/ram:TaxCurrencyCode"),
    "BT-7": ("cbc:TaxPointDate", f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString"),
    "BT-8": ("cac:InvoicePeriod/cbc:DescriptionCode", f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:DueDateTypeCode"),
    "BT-9": (
        "cbc:DueDate|cac:PaymentMeans/cbc:PaymentDueDate",
        f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{_DATE}",
    ),
    "BT-10": ("cbc:BuyerReference", f"{AGREEMENT}/ram:BuyerReference"),
    "BT-13": ("cac:OrderReference/cbc:ID", f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
    "BT-20": ("cac:PaymentTerms/cbc:Note", f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description"),
    "BT-23": ("cbc:ProfileID", f"{_CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
    "BT-24": ("cbc:CustomizationID", f"{_CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
    "BT-59": ("cac:PayeeParty/cac:PartyName/cbc:Name", f"{SETTLEMENT}/ram:PayeeTradeParty/ram:Name"),
    "BT-72": (
        "cac:Delivery/cbc:ActualDeliveryDate",
        f"{DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{_DATE}",
    ),
    "BT-73": (
        "cac:InvoicePeriod/cbc:StartDate",
        f"{SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:StartDateTime/{_DATE}",
    ),
    "BT-74": ("cac:InvoicePeriod/cbc:EndDate", f"{SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:EndDateTime/{_DATE}"),
    "BT-80": (
        f"cac:Delivery/cac:DeliveryLocation/cac:Address/{_COUNTRY}",
        f"{DELIVERY}/ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID",
    ),
    "BT-106": (f"{_TOTAL}/cbc:LineExtensionAmount", f"{SUMMATION}/ram:LineTotalAmount"),
    "BT-107": (f"{_TOTAL}/cbc:AllowanceTotalAmount", f"{SUMMATION}/ram:AllowanceTotalAmount"),
    "BT-108": (f"{_TOTAL}/cbc:ChargeTotalAmount", f"{SUMMATION}/ram:ChargeTotalAmount"),
    "BT-109": (f"{_TOTAL}/cbc:TaxExclusiveAmount", f"{SUMMATION}/ram:TaxBasisTotalAmount"),
    "BT-111": (
        "cac:TaxTotal/cbc:TaxAmount[@currencyID=/*/cbc:TaxCurrencyCode]",
        f"{SUMMATION}/ram:TaxTotalAmount[@currencyID=../../ram:TaxCurrencyCode]",
    ),
    "BT-112": (f"{_TOTAL}/cbc:TaxInclusiveAmount", f"{SUMMATION}/ram:GrandTotalAmount"),
    "BT-113": (f"{_TOTAL}/cbc:PrepaidAmount", f"{SUMMATION}/ram:TotalPrepaidAmount"),
    "BT-114": (f"{_TOTAL}/cbc:PayableRoundingAmount", f"{SUMMATION}/ram:RoundingAmount"),
    "BT-115": (f"{_TOTAL}/cbc:PayableAmount", f"{SUMMATION}/ram:DuePayableAmount"),
    "NL-GA-02": ("cac:PaymentTerms/cbc:PaymentMeansID", ""),
    "NL-GA-03": ("cac:PaymentTerms/cbc:Amount", ""),
    "NL-GA-04": ("cac:PaymentMeans/cbc:ID", ""),
}
_SELLER_TERMS = {
    "name": "BT-27", "id": "BT-29", "legal": "BT-30", "legal_scheme": "BT-30-1", "vat": "BT-31", "endpoint": "BT-34",
    "address": "BG-5", "street": "BT-35", "city": "BT-37", "code": "BT-38", "country": "BT-40",
}  # fmt: skip
_BUYER_TERMS = {
    "name": "BT-44", "legal": "BT-47", "legal_scheme": "BT-47-1", "vat": "BT-48", "endpoint": "BT-49",
    "address": "BG-8", "street": "BT-50", "city": "BT-52", "code": "BT-53", "country": "BT-55",
}  # fmt: skip
_AGENT_TERMS = {
    "trade_name": "BT-62", "vat": "BT-63", "street": "BT-64", "city": "BT-66", "code": "BT-67", "country": "BT-69",
}  # fmt: skip


def _of_charges(group: Group, names: str) -> dict[str, Term]:
    paths = (
        ("cbc:Amount", "ram:ActualAmount"),
        ("cbc:BaseAmount", "ram:BasisAmount"),
        ("cac:TaxCategory/cbc:ID", "ram:CategoryTradeTax/ram:CategoryCode"),
        ("cac:TaxCategory/cbc:Percent", "ram:CategoryTradeTax/ram:RateApplicablePercent"),
        ("cbc:AllowanceChargeReason", "ram:Reason"),
        ("cbc:AllowanceChargeReasonCode", "ram:ReasonCode"),
    )
    return _terms(group, {name: path for name, path in zip(names.split(), paths, strict=True) if name != "-"})


_PRICE, _GROSS = (
    "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice",
    "ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice",
)
_QUANTITY, _BILLED = (
    "*[self::cbc:InvoicedQuantity or self::cbc:CreditedQuantity]",
    "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
)
_LINE_PERIOD = f"{LINE_SETTLEMENT}/ram:BillingSpecifiedPeriod"
TERMS: dict[str, Term] = {
    **_terms(None, _DOCUMENT),
    **_terms(None, _party(_SELLER, _CII_SELLER, _SELLER_TERMS)),
    **_terms(None, _party(_BUYER, _CII_BUYER, _BUYER_TERMS)),
    **_terms(None, _party(_AGENT, _CII_AGENT, _AGENT_TERMS)),
    **_of_charges(ALLOWANCE, "BT-92 BT-93 BT-95 BT-96 BT-97 BT-98"),
    **_of_charges(CHARGE, "BT-99 BT-100 BT-102 BT-103 BT-104 BT-105"),
    **_of_charges(LINE_ALLOWANCE, "BT-136 BT-137 - - BT-139 BT-140"),
    **_of_charges(LINE_CHARGE, "BT-141 BT-142 - - BT-144 BT-145"),
    **_terms(TAX_TOTAL, {"BT-110": ("cbc:TaxAmount", ".")}),
    **_terms(PRECEDING, {"BT-25": ("cac:InvoiceDocumentReference/cbc:ID", "ram:IssuerAssignedID")}),
    **_terms(ATTACHMENT, {"BT-122": ("cbc:ID", "ram:IssuerAssignedID")}),
    **_terms(PROPERTY, {"BT-160": ("cbc:Name", "ram:Description"), "BT-161": ("cbc:Value", "ram:Value")}),
    **_terms(
        TAX_NUMBER,
        {"company-vat": ("cbc:CompanyID", "ram:ID"), "company-scheme": ("cac:TaxScheme/cbc:ID", "ram:ID/@schemeID")},
    ),
    **_terms(
        PAYMENT,
        {
            "BT-81": ("cbc:PaymentMeansCode", "ram:TypeCode"),
            "BT-84": (
                "cac:PayeeFinancialAccount/cbc:ID",
                "ram:PayeePartyCreditorFinancialAccount/*[self::ram:IBANID or self::ram:ProprietaryID]",
            ),
            "BT-86": (
                "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
                "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
            ),
            "BT-89": ("cac:PaymentMandate/cbc:ID", "../ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"),
        },
    ),
    **_terms(
        BREAKDOWN,
        {
            "BT-116": ("cbc:TaxableAmount", "ram:BasisAmount"),
            "BT-117": ("cbc:TaxAmount", "ram:CalculatedAmount"),
            "BT-118": ("cac:TaxCategory/cbc:ID", "ram:CategoryCode"),
            "BT-119": ("cac:TaxCategory/cbc:Percent", "ram:RateApplicablePercent"),
            "BT-120": ("cac:TaxCategory/cbc:TaxExemptionReason", "ram:ExemptionReason"),
            "BT-121": ("cac:TaxCategory/cbc:TaxExemptionReasonCode", "ram:ExemptionReasonCode"),
        },
    ),
    **_terms(
        LINE,
        {
            "BT-126": ("cbc:ID", "ram:AssociatedDocumentLineDocument/ram:LineID"),
            "BT-129": (_QUANTITY, _BILLED),
            "BT-130": (f"{_QUANTITY}/@unitCode", f"{_BILLED}/@unitCode"),
            "BT-131": (
                "cbc:LineExtensionAmount",
                f"{LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
            ),
            "BT-134": ("cac:InvoicePeriod/cbc:StartDate", f"{_LINE_PERIOD}/ram:StartDateTime/{_DATE}"),
            "BT-135": ("cac:InvoicePeriod/cbc:EndDate", f"{_LINE_PERIOD}/ram:EndDateTime/{_DATE}"),
            "BT-146": ("cac:Price/cbc:PriceAmount", f"{_PRICE}/ram:ChargeAmount"),
            "BT-147": (
                "cac:Price/cac:AllowanceCharge/cbc:Amount",
                f"{_GROSS}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount",
            ),
            "BT-148": ("cac:Price/cac:AllowanceCharge/cbc:BaseAmount", f"{_GROSS}/ram:ChargeAmount"),
            "BT-149": ("cac:Price/cbc:BaseQuantity", f"{_PRICE}/ram:BasisQuantity"),
            "BT-150": ("cac:Price/cbc:BaseQuantity/@unitCode", f"{_PRICE}/ram:BasisQuantity/@unitCode"),
            "BT-151": (
                "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
                f"{LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode",
            ),
            "BT-152": (
                "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
                f"{LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
            ),
            "BT-153": ("cac:Item/cbc:Name", "ram:SpecifiedTradeProduct/ram:Name"),
            "BT-157": ("cac:Item/cac:StandardItemIdentification/cbc:ID", "ram:SpecifiedTradeProduct/ram:GlobalID"),
            "BT-158": (
                "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode",
                "ram:SpecifiedTradeProduct/ram:DesignatedProductClassification/ram:ClassCode",
            ),
        },
    ),
}
