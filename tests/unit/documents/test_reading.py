"""Reading what a document says about itself: UBL and CII, both parties, and envelopes."""

import pytest
from documents.adapters.xml.reader import XmlReader
from documents.domain.errors import DocumentIncomplete, InvalidEnvelope
from documents.domain.findings import DoctypeForbidden, DocumentTooLarge, MalformedXml, UnknownDocumentType
from documents.domain.parties import InvalidParty
from support.cii import CiiInvoice
from support.documents_messages import SBDH, envelope
from support.invoices import SELF_BILLING, SELF_BILLING_PROCESS, CreditNote, Invoice, Party, changed

READER = XmlReader(max_bytes=1_000_000)
DONALD, KATRIEN = "0106:68750110", "0106:68727720"


async def test_an_invoice_names_sender_receiver_number_and_date() -> None:
    header = await READER.read(Invoice(id="F-1").xml())
    assert header.sender_ids == (DONALD, "9944:nl857587973b01")
    assert (header.receiver, header.number, header.issue_date, header.country) == (KATRIEN, "F-1", "2026-11-02", "NL")


async def test_a_credit_note_does_too() -> None:
    header = await READER.read(CreditNote().xml())
    assert (header.sender_ids[0], header.receiver) == (DONALD, KATRIEN)


async def test_in_a_self_billed_invoice_the_customer_sends() -> None:
    document = Invoice(customization_id=SELF_BILLING, profile_id=SELF_BILLING_PROCESS, type_code="389").xml()
    header = await READER.read(document)
    assert (header.sender_ids[0], header.receiver) == (KATRIEN, DONALD)


async def test_without_an_endpoint_the_legal_identifier_counts() -> None:
    document = changed(Invoice().xml(), '<cbc:EndpointID schemeID="0106">68750110</cbc:EndpointID>', "")
    assert (await READER.read(document)).sender_ids[0] == DONALD


@pytest.mark.parametrize("inside", ["<!-- -->68750110", "6875<!-- -->0110", "6875<?p?>0110<!-- -->", "\n68750110 "])
async def test_an_identifier_is_read_as_receivers_read_it_whatever_divides_it(inside: str) -> None:
    document = changed(Invoice().xml(), '"0106">68750110<', f'"0106">{inside}<')
    header = await READER.read(document)
    assert header.has_sender_endpoint
    assert header.sender_ids[0] == DONALD


async def test_a_comment_does_not_hide_an_electronic_address_behind_other_identifiers() -> None:
    document = changed(Invoice().xml(), '"0106">68750110<', '"0106"><!-- -->99999999<')
    header = await READER.read(document)
    assert header.sender_ids[0] == "0106:99999999"


@pytest.mark.parametrize("inside", ["68727720", "<!-- -->68727720", "687<!-- -->27720", ""])
async def test_another_receiver_takes_the_place_of_the_whole_address(inside: str) -> None:
    document = changed(Invoice().xml(), '"0106">68727720<', f'"0106">{inside}<')
    written = await READER.with_receiver(document, "0106:11111111")
    assert (await READER.read(written)).receiver == "0106:11111111"
    assert b"68727720</cbc:EndpointID>" not in written


async def test_an_address_is_added_where_the_schema_wants_it_comments_or_not() -> None:
    endpoint = '<cbc:EndpointID schemeID="0106">68727720</cbc:EndpointID>'
    document = changed(Invoice().xml(), endpoint, "<!-- a --><cbc:WebsiteURI>urn:x</cbc:WebsiteURI><?p?>")
    written = await READER.with_receiver(document, "0106:11111111")
    assert b'urn:x</cbc:WebsiteURI><cbc:EndpointID schemeID="0106">11111111</cbc:EndpointID>' in written
    assert (await READER.read(written)).receiver == "0106:11111111"


async def test_a_scheme_that_is_none_is_passed_over() -> None:
    document = Invoice(supplier=Party(
        name="X", number="1", scheme="ZZZ", vat="", street="", city="", postal_code="",
    )).xml()  # fmt: skip
    assert (await READER.read(document)).sender_ids == ()


async def test_a_cii_invoice_is_read_alike() -> None:
    header = await READER.read(CiiInvoice().xml())
    assert header.sender_ids
    assert header.receiver
    assert header.number
    assert len(header.issue_date) == len("2026-11-02")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<cbc:ID>2026-0001</cbc:ID>", ""),
        ("<cbc:ID>2026-0001</cbc:ID>", f"<cbc:ID>{'9' * 201}</cbc:ID>"),
        ("2026-11-02</cbc:IssueDate>", "yesterday</cbc:IssueDate>"),
        ("2026-11-02</cbc:IssueDate>", "</cbc:IssueDate>"),
    ],
)
async def test_without_number_or_date_it_is_incomplete(before: str, after: str) -> None:
    with pytest.raises(DocumentIncomplete):
        await READER.read(changed(Invoice().xml(), before, after))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", MalformedXml),
        (b"<a", MalformedXml),
        (b"<!DOCTYPE a><a/>", DoctypeForbidden),
        (b"<a/>", UnknownDocumentType),
        (b"<a>" + b" " * 1_000_000 + b"</a>", DocumentTooLarge),
    ],
    ids=["empty", "malformed", "DOCTYPE", "unknown", "large"],
)
async def test_what_is_no_document_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await READER.read(content)


async def test_another_receiver_replaces_the_one_in_the_document() -> None:
    written = await READER.with_receiver(Invoice().xml(), "0190:00000001820029336000")
    header = await READER.read(written)
    assert (header.receiver, header.sender_ids[0]) == ("0190:00000001820029336000", DONALD)


async def test_a_receiver_is_written_where_there_was_none() -> None:
    bare = changed(Invoice().xml(), '<cbc:EndpointID schemeID="0106">68727720</cbc:EndpointID>', "")
    written = await READER.with_receiver(bare, "0106:11111111")
    assert (await READER.read(written)).receiver == "0106:11111111"
    party = written.decode().split("AccountingCustomerParty")[1]
    assert party.index("EndpointID") < party.index("PartyName")


async def test_a_cii_document_gets_its_receiver_too() -> None:
    written = await READER.with_receiver(CiiInvoice().xml(), "0106:11111111")
    assert (await READER.read(written)).receiver == "0106:11111111"


async def test_a_bare_document_passes_as_it_is() -> None:
    document = Invoice().xml()
    assert await READER.open_envelope(document) == (None, document)


async def test_an_envelope_is_opened() -> None:
    document = Invoice(id="F-2").xml()
    opened, content = await READER.open_envelope(envelope(document, KATRIEN, sender=DONALD, message_id="m-1"))
    assert opened is not None
    assert (opened.sender, opened.receiver, opened.message_id) == (DONALD, KATRIEN, "m-1")
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Invoice")
    assert (await READER.read(content)).number == "F-2"


async def test_a_document_that_only_speaks_of_envelopes_is_none() -> None:
    document = Invoice(buyer_reference="StandardBusinessDocument").xml()
    assert await READER.open_envelope(document) == (None, document)


@pytest.mark.parametrize(
    "content",
    [
        f'<StandardBusinessDocument xmlns="{SBDH}"/>'.encode(),
        f'<StandardBusinessDocument xmlns="{SBDH}"><a/></StandardBusinessDocument>'.encode(),
        envelope(b"<a/><b/>", KATRIEN),
        envelope(Invoice().xml(), KATRIEN, kind=""),
        envelope(Invoice().xml(), KATRIEN, process=""),
        envelope(Invoice().xml(), KATRIEN, message_id="x" * 201),
        envelope(Invoice().xml(), "nobody"),
    ],
    ids=["empty", "no header", "two payloads", "no type", "no process", "endless id", "no receiver"],
)
async def test_a_broken_envelope_is_refused(content: bytes) -> None:
    with pytest.raises((InvalidEnvelope, InvalidParty)):
        await READER.open_envelope(content)
