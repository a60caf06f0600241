"""The groups of EN 16931 that repeat in a document: lines, VAT breakdowns, allowances and charges, payment means."""

from dataclasses import dataclass

from documents.domain.findings import Syntax


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`paths` select every one from the root; `steps` are how the path of one ends: "element" or "parent/element"."""

    paths: dict[Syntax, str]
    steps: dict[Syntax, frozenset[str]]


def _group(ubl: str, cii: str, ubl_steps: str, cii_steps: str) -> Group:
    return Group(
        paths={Syntax.UBL: ubl, Syntax.CII: cii},
        steps={Syntax.UBL: frozenset(ubl_steps.split()), Syntax.CII: frozenset(cii_steps.split())},
    )


TRADE = "rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{TRADE}/ram:ApplicableHeaderTradeAgreement"
DELIVERY = f"{TRADE}/ram:ApplicableHeaderTradeDelivery"
SETTLEMENT = f"{TRADE}/ram:ApplicableHeaderTradeSettlement"
SUMMATION = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_CII_CHARGE = "ram:SpecifiedTradeAllowanceCharge"
_CII_LINE = f"{TRADE}/ram:IncludedSupplyChainTradeLineItem"
_UBL_LINE = "(cac:InvoiceLine|cac:CreditNoteLine)"
_IS = "[normalize-space(cbc:ChargeIndicator)='{}' or normalize-space(cbc:ChargeIndicator)='{}']"
_INDICATOR = "normalize-space(ram:ChargeIndicator/udt:Indicator)"
_CII_IS = f"[{_INDICATOR}='{{}}' or {_INDICATOR}='{{}}']"
_FALSE, _TRUE = ("false", "0"), ("true", "1")

LINE = _group(_UBL_LINE, _CII_LINE, "cac:InvoiceLine cac:CreditNoteLine", "ram:IncludedSupplyChainTradeLineItem")
BREAKDOWN = _group(
    "cac:TaxTotal/cac:TaxSubtotal",
    f"{SETTLEMENT}/ram:ApplicableTradeTax",
    "cac:TaxSubtotal",
    "ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax",
)
TAX_TOTAL = _group(
    "cac:TaxTotal[cbc:TaxAmount/@currencyID=/*/cbc:DocumentCurrencyCode]",
    f"{SUMMATION}/ram:TaxTotalAmount[not(@currencyID) or @currencyID=../../ram:InvoiceCurrencyCode]",
    "cac:TaxTotal",
    "",
)
PAYMENT = _group(
    "cac:PaymentMeans",
    f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans",
    "cac:PaymentMeans",
    "ram:SpecifiedTradeSettlementPaymentMeans",
)
ATTACHMENT = _group(
    "cac:AdditionalDocumentReference",
    f"{AGREEMENT}/ram:AdditionalReferencedDocument",
    "cac:AdditionalDocumentReference",
    "ram:AdditionalReferencedDocument",
)
PRECEDING = _group(
    "cac:BillingReference",
    f"{SETTLEMENT}/ram:InvoiceReferencedDocument",
    "cac:BillingReference",
    "ram:InvoiceReferencedDocument",
)
PROPERTY = _group(
    f"{_UBL_LINE}/cac:Item/cac:AdditionalItemProperty",
    f"{_CII_LINE}/ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic",
    "cac:AdditionalItemProperty",
    "ram:ApplicableProductCharacteristic",
)
TAX_NUMBER = _group(
    "*/cac:Party/cac:PartyTaxScheme",
    f"{AGREEMENT}/*/ram:SpecifiedTaxRegistration",
    "cac:PartyTaxScheme",
    "ram:SpecifiedTaxRegistration",
)


def _charges(ubl: str, cii: str, values: tuple[str, str]) -> Group:
    return _group(
        f"{ubl}cac:AllowanceCharge{_IS.format(*values)}",
        f"{cii}/{_CII_CHARGE}{_CII_IS.format(*values)}",
        "cac:AllowanceCharge",
        _CII_CHARGE,
    )


ALLOWANCE = _charges("", SETTLEMENT, _FALSE)
CHARGE = _charges("", SETTLEMENT, _TRUE)
LINE_ALLOWANCE = _charges(f"{_UBL_LINE}/", f"{_CII_LINE}/{LINE_SETTLEMENT}", _FALSE)
LINE_CHARGE = _charges(f"{_UBL_LINE}/", f"{_CII_LINE}/{LINE_SETTLEMENT}", _TRUE)
