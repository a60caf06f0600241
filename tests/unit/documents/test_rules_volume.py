"""What is too much for the rules is refused before them; attachments neither count nor are shown."""

import pytest
from documents.adapters.rules.parsing import ParsingLimits, parse_document
from documents.adapters.rules.volume import check_volume, without_attachments
from documents.domain.findings import DocumentTooComplex, DocumentTooLarge
from lxml import etree
from support.bad_documents.making import extended
from support.cii import CiiInvoice
from support.invoices import CreditNote, Invoice

MEANS = "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode></cac:PaymentMeans>"
SUBTOTAL = "<cac:TaxSubtotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxSubtotal>"


def with_more(document: bytes, end: str, more: str) -> bytes:
    text = document.decode()
    assert end in text
    return text.replace(end, more + end, 1).encode()


def check(document: bytes, **limits: int) -> None:
    check_volume(parse_document(document), len(document), ParsingLimits(**limits))


@pytest.mark.parametrize(
    ("end", "row"), [("<cac:PaymentTerms>", MEANS), ("<cac:TaxTotal>", MEANS), ("</cac:TaxTotal>", SUBTOTAL)]
)
def test_ubl_documents_have_as_many_rows_as_the_limit(end, row):
    document = Invoice().xml()
    if end.encode() not in document:
        end = "<cac:TaxTotal>"
    check(with_more(document, end, row * 9), rows=10)
    with pytest.raises(DocumentTooComplex, match=r"has 11 .* at most 10"):
        check(with_more(document, end, row * 10), rows=10)


@pytest.mark.parametrize(
    ("end", "row"),
    [
        (
            "</ram:ApplicableHeaderTradeSettlement>",
            "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>30</ram:TypeCode></ram:SpecifiedTradeSettlementPaymentMeans>",
        ),
        (
            "</ram:ApplicableHeaderTradeSettlement>",
            "<ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode></ram:ApplicableTradeTax>",
        ),
    ],
    ids=["payment means", "VAT"],
)
def test_cii_documents_have_as_many_rows_as_the_limit(end, row):
    document = CiiInvoice().xml()
    check(with_more(document, end, row * 8), rows=10)
    with pytest.raises(DocumentTooComplex, match="at most 10 are validated"):
        check(with_more(document, end, row * 11), rows=10)


def test_the_taxes_of_lines_are_no_rows():
    check(Invoice(lines=list(Invoice().lines) * 20).xml(), rows=2)


def test_attachments_do_not_count():
    document = Invoice(attachment="A" * 50_000).xml()
    check(document, content=10_000)
    with pytest.raises(DocumentTooLarge, match="without its attachments, at most 3000"):
        check(document, content=3_000)


def test_attachments_are_not_shown_but_still_there():
    root = parse_document(Invoice(attachment="QUJD").xml())
    without_attachments(root)
    (attachment,) = root.iter("{*}EmbeddedDocumentBinaryObject")
    assert attachment.text == "-"
    assert attachment.get("mimeCode") == "application/pdf"


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_attachment_without_text_stays_without(text):
    root = parse_document(Invoice(attachment="QUJD").xml().replace(b">QUJD<", f">{text}<".encode()))
    without_attachments(root)
    (attachment,) = root.iter("{*}EmbeddedDocumentBinaryObject")
    assert (attachment.text or "").strip() == ""


@pytest.mark.parametrize(("document", "end"), [(Invoice(), "</cac:TaxTotal>"), (CreditNote(), "</cac:TaxTotal>")])
def test_vat_breakdowns_times_lines_have_a_limit(document, end):
    check(with_more(document.xml(), end, SUBTOTAL * 4), pairs=5)
    with pytest.raises(DocumentTooComplex, match="6 VAT breakdowns, too many"):
        check(with_more(document.xml(), end, SUBTOTAL * 5), pairs=5)


def test_what_is_charged_or_allowed_counts_as_a_line():
    charge = "<cac:AllowanceCharge><cbc:Amount>1</cbc:Amount></cac:AllowanceCharge>"
    document = with_more(Invoice().xml(), "<cac:TaxTotal>", charge * 4)
    check(document, pairs=5)
    with pytest.raises(DocumentTooComplex):
        check(document, pairs=4)


@pytest.mark.parametrize("name", ["e" * 201, 'e a{a}="1"'.format(a="a" * 201)])
def test_names_that_a_document_makes_up_have_a_limit(name):
    document = extended(f'<x xmlns="urn:x"><y><{name}/></y></x>')
    check(document, name=202)
    with pytest.raises(DocumentTooComplex, match="a name of more than 200 characters"):
        check(document)


def test_a_long_namespace_makes_no_long_name():
    uri = "u" * 150
    check(extended(f'<x xmlns="{uri}" xmlns:p="{uri}"><{"y" * 150} p:{"a" * 150}="1"/></x>'))


def test_the_path_of_an_element_has_a_limit_and_so_have_all_paths_together():
    deep = extended(f'<x xmlns="urn:x">{"<y>" * 9}{"</y>" * 9}</x>')
    check(deep, place=1_000)
    with pytest.raises(DocumentTooComplex, match="too deep for the length of its names"):
        check(deep, place=500)
    wide = extended(f'<x xmlns="urn:x">{"<y/>" * 9}</x>')
    check(wide, places=100_000)
    with pytest.raises(DocumentTooComplex, match="too many elements for how deep they are"):
        check(wide, places=10_000)


def test_paths_are_as_long_as_the_rules_write_them():
    """The limit is one of what the findings would take."""
    root = parse_document(extended('<x xmlns="urn:x"><y><!-- --><z/></y></x>'))
    longest = max(len(written(element)) for element in root.iter(etree.Element))
    check_volume(root, 0, ParsingLimits(place=longest + 200))
    with pytest.raises(DocumentTooComplex):
        check_volume(root, 0, ParsingLimits(place=longest))


def written(element):
    names = [etree.QName(each) for each in (element, *element.iterancestors())]
    return "".join(f"/*:{name.localname}[namespace-uri()='{name.namespace}'][1]" for name in names)


def test_the_default_limits_are_those_that_were_measured():
    limits = ParsingLimits()
    assert (limits.content, limits.elements, limits.depth, limits.rows) == (10_000_000, 100_000, 100, 2_000)
