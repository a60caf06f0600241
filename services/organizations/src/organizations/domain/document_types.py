"""The Peppol document types that an organization receives when it enables receiving (R10.4).

Ids are values of the scheme `busdox-docid-qns`; the process is the one of BIS Billing 3.
"""

BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_BIS_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"

RECEIVED_BY_DEFAULT: tuple[str, ...] = tuple(
    f"{_UBL}:{root}-2::{root}##{customization}::2.1"
    for customization in (_BIS_BILLING, _NLCIUS)
    for root in ("Invoice", "CreditNote")
)
