"""Hostile and broken bytes get a typed refusal, and nothing that they say is done."""

import base64
import socket
import threading

import pytest
from documents.adapters.rules.document_types import document_type_of, text_of
from documents.adapters.rules.parsing import ParsingLimits, parse_document
from documents.domain.findings import DoctypeForbidden, DocumentTooComplex, DocumentTooLarge, MalformedXml
from shared.errors import DomainError
from support.invoices import Invoice, changed

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><lolz>&l9;</lolz>"
)


def with_prolog(prolog: str) -> bytes:
    return changed(Invoice().xml(), "<Invoice ", f"{prolog}<Invoice ")


@pytest.mark.parametrize(
    "document",
    [
        with_prolog("<!DOCTYPE Invoice>"),
        with_prolog('<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/invoice.dtd">'),
        with_prolog('<!DOCTYPE Invoice [<!ENTITY x "y">]>'),
        with_prolog('<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'),
        BILLION_LAUGHS,
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>'.encode("utf-16"),
        b"<!-- " + b"x" * 20_000 + b" --><!DOCTYPE a><a/>",
        b"<!DOCTYPE html><html><body>Sign in<br></body></html>",
        b"<?first ?><!DOCTYPE a><a/>",
        b"\xef\xbb\xbf\n<!DOCTYPE a>\n<a/>",
    ],
    ids=[
        "plain",
        "external",
        "internal-entity",
        "parameter-entity",
        "billion-laughs",
        "utf-16",
        "after-a-comment",
        "html",
        "after-an-instruction",
        "byte-order-mark",
    ],
)
def test_a_document_type_declaration_is_refused(document):
    with pytest.raises(DoctypeForbidden):
        parse_document(document)


@pytest.mark.parametrize("encoding", ["cp037", "utf-32", "utf-16-be", "utf-7"])
def test_an_encoding_does_not_hide_a_document_type_declaration(encoding):
    with pytest.raises((DoctypeForbidden, MalformedXml)):
        parse_document(f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a/>'.encode(encoding))


def test_what_only_looks_like_a_document_type_declaration_is_text():
    root = parse_document(b'<?xml version="1.0" encoding="UTF-8"?><a><![CDATA[<!DOCTYPE a>]]><!-- <!DOCTYPE b> --></a>')
    assert root.text == "<!DOCTYPE a>"


def test_an_external_entity_is_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-123")
    document = changed(
        with_prolog(f'<!DOCTYPE Invoice [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'), "Test BV Donald", "&leak;"
    )
    with pytest.raises(DomainError) as refusal:
        parse_document(document)
    assert "SECRET" not in f"{refusal.value.detail}{refusal.value.extra}"


def test_an_external_address_is_not_called():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        called = threading.Event()

        def listen():
            try:
                server.accept()[0].close()
                called.set()
            except TimeoutError:
                pass

        listener = threading.Thread(target=listen)
        listener.start()
        with pytest.raises(DoctypeForbidden):
            parse_document(with_prolog(f'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:{port}/x.dtd">'))
        listener.join()
    assert not called.is_set()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \r\n\t ",
        b"Dear supplier, see the attachment",
        b"<html><body>502 Bad Gateway<hr></body></html>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        b"PK\x03\x04\x14\x00\x00\x00",
        b'{"invoice": 1}',
        b"\x00" * 100,
        b"\xff\xfe",
        Invoice().xml()[:-30],
        Invoice().xml() + b"<again/>",
        changed(Invoice().xml(), "Test BV Donald", "&undefined;"),
        changed(Invoice().xml(), "<cbc:ID>2026-0001</cbc:ID>", "<cbc:ID>2026-0001</cbc:Id>"),
        Invoice().xml().replace(b"Test BV Donald", b"Caf\xe9"),
        Invoice().xml().replace(b'encoding="UTF-8"', b'encoding="EBCDIC-XX"'),
        changed(Invoice().xml(), "Test BV Donald", "a\x00b"),
        changed(Invoice().xml(), 'xmlns:cac="', 'xmlns:other="'),
        b"\n" + Invoice().xml(),
    ],
)
def test_what_is_not_well_formed_xml_is_malformed(document):
    with pytest.raises(MalformedXml) as refusal:
        parse_document(document)
    assert refusal.value.status == 400
    assert "XML_PARSE" not in refusal.value.detail


def test_a_refusal_says_where_the_document_is_broken():
    with pytest.raises(MalformedXml) as refusal:
        parse_document(changed(Invoice().xml(), "</cbc:IssueDate>", ""))
    assert refusal.value.extra["line"] > 5


@pytest.mark.parametrize(
    "document",
    [
        Invoice().xml(),
        b"\xef\xbb\xbf" + Invoice().xml(),
        Invoice().xml().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        changed(Invoice().xml(), "Donald", "Caf\u00e9").decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    ],
    ids=["utf-8", "utf-8 with byte order mark", "utf-16", "latin-1"],
)
def test_declared_encodings_are_read(document):
    assert document_type_of(parse_document(document)).specification == "Peppol BIS Billing 3"


def test_a_document_above_the_size_limit_is_too_large():
    with pytest.raises(DocumentTooLarge) as refusal:
        parse_document(b"<a>" + b"x" * 25_000_000)
    assert refusal.value.status == 413


def test_a_large_attachment_is_accepted():
    attachment = base64.b64encode(bytes(9_000_000)).decode()
    root = parse_document(Invoice(attachment=attachment).xml())
    assert len("".join(str(text) for text in root.itertext())) > 12_000_000


@pytest.mark.parametrize("depth", [150, 1000, 100_000])
def test_deep_nesting_is_refused(depth):
    with pytest.raises(DocumentTooComplex):
        parse_document(b"<a>" * depth + b"</a>" * depth)


def test_the_greatest_depth_is_accepted():
    assert parse_document(b"<a>" * 100 + b"</a>" * 100).tag == "a"


def test_millions_of_elements_are_refused():
    with pytest.raises(DocumentTooComplex):
        parse_document(b"<a>" + b"<b/>" * 5_000_000 + b"</a>")


def test_elements_are_counted_exactly():
    limits = ParsingLimits(elements=10)
    assert parse_document(b"<a>" + b"<b/>" * 9 + b"</a>", limits).tag == "a"
    with pytest.raises(DocumentTooComplex):
        parse_document(b"<a>" + b"<b/>" * 10 + b"</a>", limits)


def test_hundreds_of_attributes_are_refused():
    attributes = " ".join(f'a{n}=""' for n in range(201))
    with pytest.raises(DocumentTooComplex):
        parse_document(f"<a><b {attributes}/></a>".encode())


def test_the_greatest_number_of_attributes_is_accepted():
    attributes = " ".join(f'a{n}=""' for n in range(100))
    assert parse_document(f"<a><b {attributes}/><b {attributes}/></a>".encode()).tag == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_prefixes_are_counted_once_each(encoding):
    limits = ParsingLimits(namespaces=10)
    allowed = "".join(f'<b xmlns:p{n % 10}="urn:{n}"/>' for n in range(100))
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert parse_document(f"{declared}<a>{allowed}</a>".encode(encoding), limits).tag == "a"
    with pytest.raises(DocumentTooComplex, match="more than 10 prefixes"):
        parse_document(f'{declared}<a>{allowed}<b xmlns="urn:x"/></a>'.encode(encoding), limits)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "long", ['<{n}:a xmlns:{n}="urn:x"/>', '<a xmlns="{n}"/>', "<a xmlns:p = \n '{n}'/>", "<a><?{n} x?></a>"]
)
def test_names_of_prefixes_namespaces_and_instructions_have_a_limit(encoding, long):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert parse_document((declared + long.format(n="n" * 200)).encode(encoding)).tag.endswith("a")
    with pytest.raises(DocumentTooComplex, match="more than 200 characters"):
        parse_document((declared + long.format(n="n" * 201)).encode(encoding))


def test_text_that_only_looks_like_declarations_is_text():
    text = "xmlns:a='urn:x' xmlns:" + "xmlns:" * 50_000
    assert parse_document(f"<a>{text}</a>".encode()).text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<a " + b" ".join(b"a%d=''" % n for n in range(40)) + b"/>", "30 attributes"),
        (b"<a>" + b"xmlns" * 40 + b"</a>", "30 namespaces"),
    ],
)
def test_what_there_are_millions_of_is_refused_before_it_is_read(content, reason):
    with pytest.raises(DocumentTooComplex, match=f"more than {reason}"):
        parse_document(content, ParsingLimits(elements=10))


def test_equals_signs_and_quotation_marks_in_texts_are_no_attributes():
    limits = ParsingLimits(elements=10)
    assert parse_document(b"<a>" + b"=" * 100 + b"</a>", limits).tag == "a"
    assert parse_document(b"<a>" + b"'" * 100 + b"</a>", limits).tag == "a"


def test_a_name_without_end_is_refused():
    with pytest.raises(DocumentTooComplex):
        parse_document(b"<" + b"a" * 60_000 + b"/>")


def test_comments_and_processing_instructions_stay_because_they_divide_texts():
    root = parse_document(b'<?xml-stylesheet href="file:///etc/passwd"?><a>1<?php system() ?>2<!-- 3 -->4</a>')
    assert [str(text) for text in root.xpath("text()")] == ["1", "2", "4"]
    assert text_of(root) == "124"
