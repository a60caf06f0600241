"""CII invoices that break what the UBL ones break."""

from support.broken_documents.making import attribute, broken, drop, put

_SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
_SUMMATION = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_CII_LINE = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"
_CII_TAX = f"{_SETTLEMENT}/ram:ApplicableTradeTax"
_BILLED = f"{_CII_LINE}/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
_CII_SELLER = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty"
CASES = [
    broken(
        "BR-CO-10", "cii", _SUMMATION, ("is 900.00", "up to 1,000.00"), put(f"{_SUMMATION}/ram:LineTotalAmount", "900")
    ),
    broken(
        "BR-CO-13", "cii", _SUMMATION, ("is 999.00", "is 1,000.00"), put(f"{_SUMMATION}/ram:TaxBasisTotalAmount", "999")
    ),
    broken(
        "BR-CO-14",
        "cii",
        f"{_SUMMATION}/ram:TaxTotalAmount",
        ("is 200.00", "up to 210.00"),
        put(f"{_SUMMATION}/ram:TaxTotalAmount", "200"),
    ),
    broken("BR-CO-15", "cii", ".", ("is 1,200.00", "is 1,210.00"), put(f"{_SUMMATION}/ram:GrandTotalAmount", "1200")),
    broken(
        "BR-CO-16", "cii", _SUMMATION, ("is 1,200.00", "is 1,210.00"), put(f"{_SUMMATION}/ram:DuePayableAmount", "1200")
    ),
    broken(
        "BR-S-08",
        "cii",
        f"{_CII_TAX}/ram:CategoryCode",
        ("is 900.00", "come to 1,000.00"),
        put(f"{_CII_TAX}/ram:BasisAmount", "900"),
    ),
    broken(
        "BR-S-09",
        "cii",
        f"{_CII_TAX}/ram:CategoryCode",
        ("is 100.00", "is 210.00"),
        put(f"{_CII_TAX}/ram:CalculatedAmount", "100"),
    ),
    broken(
        "BR-S-05",
        "cii",
        f"{_CII_LINE}/ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax",
        ("line 1", "rate 0%"),
        put(f"{_CII_LINE}//ram:RateApplicablePercent", "0"),
    ),
    broken(
        "BR-CL-23", "cii", _BILLED, ("“HOURS”", "ram:BilledQuantity/@unitCode"), attribute(_BILLED, "unitCode", "HOURS")
    ),
    broken(
        "BR-25",
        "cii",
        _CII_LINE,
        "line 1: the item name is empty",
        put(f"{_CII_LINE}/ram:SpecifiedTradeProduct/ram:Name", ""),
    ),
    broken("BR-06", "cii", ".", "is missing", drop(f"{_CII_SELLER}/ram:Name")),
    broken("BR-27", "cii", _CII_LINE, "is -1.00", put(f"{_CII_LINE}//ram:ChargeAmount", "-1")),
    broken("BR-DEC-18", "cii", _SUMMATION, "“1210.001”", put(f"{_SUMMATION}/ram:DuePayableAmount", "1210.001")),
]
