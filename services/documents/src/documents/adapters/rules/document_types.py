"""What a document declares itself to be, and which rules that means.

Guarantees: the choice follows the root element and the CustomizationID (BT-24) alone, exactly; a specification that
is not in the table is refused by name, never validated against rules that are not its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from documents.domain.findings import DocumentFamily, DocumentType, Syntax, UnknownDocumentType

UBL_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
UBL_CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
UBL_BASIC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL_AGGREGATE = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
UBL_EXTENSION = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
CII_INVOICE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
CII_AGGREGATE = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
CII_UNQUALIFIED = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
CII_QUALIFIED = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"

PREFIXES = {
    "ubl": UBL_INVOICE,
    "cn": UBL_CREDIT_NOTE,
    "cac": UBL_AGGREGATE,
    "cbc": UBL_BASIC,
    "ext": UBL_EXTENSION,
    "rsm": CII_INVOICE,
    "ram": CII_AGGREGATE,
    "udt": CII_UNQUALIFIED,
    "qdt": CII_QUALIFIED,
}

EN16931 = "urn:cen.eu:en16931:2017"
PEPPOL_BILLING = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_SELF_BILLING = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
NLCIUS = f"{EN16931}#compliant#urn:fdc:nen.nl:nlcius:v1.0"
GACCOUNT = f"{NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SELF_BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"

# UNTDID 1001 codes that make a CII document a credit note (the subset of EN 16931).
_CREDIT_NOTE_CODES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One row of the table: the stylesheets run in this order, each adds its findings."""

    name: str
    syntax: Syntax
    customization_id: str
    stylesheets: tuple[str, ...]
    process_id: str = BILLING_PROCESS


SPECIFICATIONS = (
    Specification(
        name="Peppol BIS Billing 3",
        syntax=Syntax.UBL,
        customization_id=PEPPOL_BILLING,
        stylesheets=("cen-ubl", "peppol-ubl"),
    ),
    Specification(
        name="Peppol BIS Self-Billing 3",
        syntax=Syntax.UBL,
        customization_id=PEPPOL_SELF_BILLING,
        stylesheets=("cen-ubl", "peppol-self-billing-ubl"),
        process_id=SELF_BILLING_PROCESS,
    ),
    # The Dutch stylesheets contain the EN 16931 rules.
    Specification(name="NLCIUS", syntax=Syntax.UBL, customization_id=NLCIUS, stylesheets=("nlcius-ubl",)),
    Specification(
        name="NLCIUS with G-account", syntax=Syntax.UBL, customization_id=GACCOUNT, stylesheets=("gaccount-ubl",)
    ),
    Specification(name="EN 16931", syntax=Syntax.UBL, customization_id=EN16931, stylesheets=("cen-ubl",)),
    Specification(name="EN 16931", syntax=Syntax.CII, customization_id=EN16931, stylesheets=("cen-cii",)),
    Specification(name="NLCIUS", syntax=Syntax.CII, customization_id=NLCIUS, stylesheets=("nlcius-cii",)),
)
_TABLE = {(row.syntax, row.customization_id): row for row in SPECIFICATIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    family: DocumentFamily
    syntax: Syntax
    release: str


_ROOTS = {
    f"{{{UBL_INVOICE}}}Invoice": _Root(family=DocumentFamily.INVOICE, syntax=Syntax.UBL, release="2.1"),
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": _Root(family=DocumentFamily.CREDIT_NOTE, syntax=Syntax.UBL, release="2.1"),
    f"{{{CII_INVOICE}}}CrossIndustryInvoice": _Root(family=DocumentFamily.INVOICE, syntax=Syntax.CII, release="D16B"),
}


def document_type_of(root: etree._Element) -> DocumentType:
    """Read what a parsed document declares itself to be."""
    shape = _ROOTS.get(str(root.tag))
    if shape is None:
        raise UnknownDocumentType(f"documents with the root element {_shown(str(root.tag))} are not accepted")
    customization_id, process_id = _declared(root, shape.syntax)
    row = _TABLE.get((shape.syntax, customization_id))
    if row is None:
        named = f"CustomizationID {_shown(customization_id)!r}" if customization_id else "no CustomizationID"
        raise UnknownDocumentType(
            f"a {shape.syntax.upper()} document with {named} is of no type that is validated here",
            customization_id=_shown(customization_id),
        )
    name = etree.QName(root)
    return DocumentType(
        family=_cii_family(root) if shape.syntax is Syntax.CII else shape.family,
        syntax=shape.syntax,
        specification=row.name,
        customization_id=customization_id,
        document_type_id=f"{name.namespace}::{name.localname}##{customization_id}::{shape.release}",
        process_id=process_id or row.process_id,
    )


def stylesheets_for(document_type: DocumentType) -> tuple[str, ...]:
    return _TABLE[document_type.syntax, document_type.customization_id].stylesheets


def _declared(root: etree._Element, syntax: Syntax) -> tuple[str, str]:
    """CustomizationID (BT-24) and ProfileID (BT-23), empty when they are missing."""
    if syntax is Syntax.UBL:
        return text_at(root, "cbc:CustomizationID"), text_at(root, "cbc:ProfileID")
    context = "rsm:ExchangedDocumentContext/ram"
    return (
        text_at(root, f"{context}:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        text_at(root, f"{context}:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
    )


def _cii_family(root: etree._Element) -> DocumentFamily:
    code = text_at(root, "rsm:ExchangedDocument/ram:TypeCode")
    return DocumentFamily.CREDIT_NOTE if code in _CREDIT_NOTE_CODES else DocumentFamily.INVOICE


def text_at(element: etree._Element, path: str, namespaces: Mapping[str, str] = PREFIXES) -> str:
    """Return the trimmed text of the first element at a path, empty when there is none."""
    found = element.find(path, namespaces=dict(namespaces))
    return "" if found is None else text_of(found)


def text_of(element: etree._Element) -> str:
    """Return the trimmed text of an element

    As rules and receivers read it: comments and processing instructions in it neither end it nor belong to it.
    """
    return "".join(str(part) for part in element.itertext()).strip()


def _shown(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
