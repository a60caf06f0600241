"""Reads from a parsed document who sends it to whom, its number and its date; UBL and CII.

Guarantees: identifiers come out canonical, and what is no participant identifier is passed over. In a self-billed
invoice the customer is the sender. The sender's endpoint comes first, then what else identifies that party, so that a
document without endpoint (the Dutch profile allows it) still names its sender.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from documents.adapters.rules.document_types import PEPPOL_SELF_BILLING, PREFIXES, document_type_of, text_at, text_of
from documents.application.values import DocumentHeader
from documents.domain.errors import DocumentIncomplete
from documents.domain.findings import DocumentType, Syntax
from documents.domain.parties import InvalidParty, canonical_party, scheme_and_value

_MAX_NUMBER = 200
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CII_DATE = re.compile(r"\d{8}")
_DEFAULT_COUNTRY = "NL"
_COUNTRY_LENGTH = 2
_VAT_SCHEMES = {"NL": "9944", "BE": "9925", "DE": "9930", "FR": "9957"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paths:
    """Where a syntax keeps things, relative to the root or to a party."""

    seller: str
    buyer: str
    endpoint: str
    others: tuple[str, ...]
    vat: str
    country: str
    number: str
    date: str


_UBL = _Paths(
    seller="cac:AccountingSupplierParty/cac:Party",
    buyer="cac:AccountingCustomerParty/cac:Party",
    endpoint="cbc:EndpointID",
    others=("cac:PartyLegalEntity/cbc:CompanyID", "cac:PartyIdentification/cbc:ID"),
    vat="cac:PartyTaxScheme/cbc:CompanyID",
    country="cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    number="cbc:ID",
    date="cbc:IssueDate",
)
_CII = _Paths(
    seller="rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty",
    buyer="rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/ram:BuyerTradeParty",
    endpoint="ram:URIUniversalCommunication/ram:URIID",
    others=("ram:SpecifiedLegalOrganization/ram:ID", "ram:GlobalID"),
    vat="ram:SpecifiedTaxRegistration/ram:ID",
    country="ram:PostalTradeAddress/ram:CountryID",
    number="rsm:ExchangedDocument/ram:ID",
    date="rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
)


def read_header(root: etree._Element) -> DocumentHeader:
    """Return the header; raises `UnknownDocumentType` or `DocumentIncomplete`."""
    document_type = document_type_of(root)
    paths = _CII if document_type.syntax is Syntax.CII else _UBL
    sender, receiver = _sender_and_receiver(root, document_type, paths)
    number = text_at(root, paths.number)
    issue_date = _date(text_at(root, paths.date))
    if not number or len(number) > _MAX_NUMBER or not issue_date:
        raise DocumentIncomplete
    country = text_at(sender, paths.country).upper() if sender is not None else ""
    return DocumentHeader(
        document_type=document_type,
        sender_ids=tuple(dict.fromkeys(_identifiers(sender, paths))),
        has_sender_endpoint=bool(sender is not None and text_at(sender, paths.endpoint)),
        receiver=next(iter(_identifiers(receiver, paths)), None),
        number=number,
        issue_date=issue_date,
        country=country if len(country) == _COUNTRY_LENGTH and country.isalpha() else _DEFAULT_COUNTRY,
    )


def set_receiver(root: etree._Element, receiver: str) -> None:
    """Write the receiver's endpoint into a UBL or CII document; raises `DocumentIncomplete` without a party for it."""
    document_type = document_type_of(root)
    paths = _CII if document_type.syntax is Syntax.CII else _UBL
    _, party = _sender_and_receiver(root, document_type, paths)
    if party is None:
        raise DocumentIncomplete("The document has no party for the receiver.")
    scheme, value = scheme_and_value(receiver)
    endpoint = party.find(paths.endpoint, namespaces=PREFIXES)
    if endpoint is None:
        endpoint = _insert_endpoint(party, document_type)
    endpoint.set("schemeID", scheme)
    del endpoint[:]  # comments, with the text behind them
    endpoint.text = value


def _insert_endpoint(party: etree._Element, document_type: DocumentType) -> etree._Element:
    """Add the element where the schema wants it."""
    if document_type.syntax is Syntax.UBL:
        endpoint = etree.Element(f"{{{PREFIXES['cbc']}}}EndpointID")
        names = ("MarkCareIndicator", "MarkAttentionIndicator", "WebsiteURI", "LogoReferenceID")
        before = [
            party.index(child) for child in party.iterchildren(*(f"{{{PREFIXES['cbc']}}}{name}" for name in names))
        ]
        party.insert(max(before, default=-1) + 1, endpoint)
        return endpoint
    outer = etree.Element(f"{{{PREFIXES['ram']}}}URIUniversalCommunication")
    endpoint = etree.SubElement(outer, f"{{{PREFIXES['ram']}}}URIID")
    registration = party.find("ram:SpecifiedTaxRegistration", namespaces=PREFIXES)
    if registration is None:
        party.append(outer)
    else:
        registration.addprevious(outer)
    return endpoint


def _sender_and_receiver(
    root: etree._Element, document_type: DocumentType, paths: _Paths
) -> tuple[etree._Element | None, etree._Element | None]:
    seller = root.find(paths.seller, namespaces=PREFIXES)
    buyer = root.find(paths.buyer, namespaces=PREFIXES)
    if document_type.customization_id == PEPPOL_SELF_BILLING:
        return buyer, seller
    return seller, buyer


def _identifiers(party: etree._Element | None, paths: _Paths) -> Iterator[str]:
    if party is None:
        return
    for path in (paths.endpoint, *paths.others):
        for element in party.iterfind(path, namespaces=PREFIXES):
            if canonical := _canonical(element.get("schemeID") or "", text_of(element)):
                yield canonical
    for element in party.iterfind(paths.vat, namespaces=PREFIXES):
        number = text_of(element)
        if canonical := _canonical(_VAT_SCHEMES.get(number[:2].upper(), ""), number):
            yield canonical


def _canonical(scheme: str, value: str) -> str | None:
    try:
        return canonical_party(f"{scheme}:{value}")
    except InvalidParty:
        return None


def _date(text: str) -> str:
    if _CII_DATE.fullmatch(text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text if _DATE.fullmatch(text) else ""
