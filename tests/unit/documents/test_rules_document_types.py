"""Root element and CustomizationID decide the rule set and the Peppol identifiers."""

import pytest
from documents.adapters.rules.document_types import document_type_of, stylesheets_for
from documents.adapters.rules.parsing import parse_document
from documents.domain.findings import DocumentFamily, Syntax, UnknownDocumentType
from support.invoices import (
    BILLING_PROCESS,
    BIS3,
    EN16931,
    GACCOUNT,
    NLCIUS,
    SELF_BILLING,
    SELF_BILLING_PROCESS,
    CreditNote,
    Invoice,
    changed,
)

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CII = (
    '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
    ' xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">'
    "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
    "<ram:ID>{guideline}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>"
    "<rsm:ExchangedDocument><ram:TypeCode>{code}</ram:TypeCode></rsm:ExchangedDocument></rsm:CrossIndustryInvoice>"
)


def type_of(document):
    return document_type_of(parse_document(document))


@pytest.mark.parametrize(
    ("customization_id", "specification", "stylesheets"),
    [
        (BIS3, "Peppol BIS Billing 3", ("cen-ubl", "peppol-ubl")),
        (SELF_BILLING, "Peppol BIS Self-Billing 3", ("cen-ubl", "peppol-self-billing-ubl")),
        (NLCIUS, "NLCIUS", ("nlcius-ubl",)),
        (GACCOUNT, "NLCIUS with G-account", ("gaccount-ubl",)),
        (EN16931, "EN 16931", ("cen-ubl",)),
    ],
)
@pytest.mark.parametrize(
    ("build", "root", "family"),
    [(Invoice, "Invoice", DocumentFamily.INVOICE), (CreditNote, "CreditNote", DocumentFamily.CREDIT_NOTE)],
)
def test_the_customization_chooses_the_rules(customization_id, specification, stylesheets, build, root, family):
    found = type_of(build(customization_id=customization_id).xml())
    assert (found.specification, found.family, found.syntax) == (specification, family, Syntax.UBL)
    assert stylesheets_for(found) == stylesheets
    assert found.document_type_id == f"{UBL}{root}-2::{root}##{customization_id}::2.1"


def test_the_process_is_what_the_document_declares():
    assert type_of(Invoice(profile_id="urn:peppol:bis:billing_with_response").xml()).process_id == (
        "urn:peppol:bis:billing_with_response"
    )


@pytest.mark.parametrize(
    ("customization_id", "process"), [(BIS3, BILLING_PROCESS), (SELF_BILLING, SELF_BILLING_PROCESS)]
)
def test_a_missing_process_is_the_one_of_the_specification(customization_id, process):
    document = changed(
        Invoice(customization_id=customization_id).xml(), f"<cbc:ProfileID>{BILLING_PROCESS}</cbc:ProfileID>", ""
    )
    assert type_of(document).process_id == process


@pytest.mark.parametrize(
    ("code", "family"), [("380", DocumentFamily.INVOICE), ("381", DocumentFamily.CREDIT_NOTE), ("", "invoice")]
)
def test_a_cii_document_is_told_by_its_type_code(code, family):
    found = type_of(CII.format(guideline=EN16931, code=code).encode())
    assert (found.syntax, found.family, found.specification) == (Syntax.CII, family, "EN 16931")
    assert stylesheets_for(found) == ("cen-cii",)
    assert found.document_type_id == (
        "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100::CrossIndustryInvoice"
        "##urn:cen.eu:en16931:2017::D16B"
    )


def test_white_space_around_the_customization_does_not_matter():
    assert type_of(changed(Invoice().xml(), f">{BIS3}<", f">\n  {BIS3}\n<")).customization_id == BIS3


@pytest.mark.parametrize("named", [f"{BIS3}#extended", "urn:www.cenbii.eu:transaction:biitrns010:ver2.0", "x" * 500])
def test_an_unknown_customization_is_refused_by_its_name(named):
    with pytest.raises(UnknownDocumentType) as refusal:
        type_of(Invoice(customization_id=named).xml())
    assert refusal.value.status == 422
    assert named[:200] in refusal.value.detail
    assert len(refusal.value.detail) < 400
    assert refusal.value.extra["customization_id"].startswith(named[:200])


def test_a_missing_customization_is_said():
    with pytest.raises(UnknownDocumentType, match="no CustomizationID"):
        type_of(changed(Invoice().xml(), f"<cbc:CustomizationID>{BIS3}</cbc:CustomizationID>", ""))


@pytest.mark.parametrize(
    "document",
    [
        b"<Invoice/>",
        b'<Invoice xmlns="urn:other"/>',
        Invoice().xml().replace(b"Invoice-2", b"Order-2"),
        b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>",
    ],
)
def test_another_kind_of_document_is_refused_by_its_root(document):
    with pytest.raises(UnknownDocumentType, match="root element"):
        type_of(document)


def test_a_peppol_cii_invoice_is_refused_because_its_rules_are_not_here():
    with pytest.raises(UnknownDocumentType, match="poacc:billing"):
        type_of(CII.format(guideline=BIS3, code="380").encode())
