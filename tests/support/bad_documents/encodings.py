"""Bytes: what is no XML at all, and XML in encodings that it should not be in."""

import re
import zipfile
from io import BytesIO

from documents.domain.findings import DoctypeForbidden, DocumentTooComplex, DocumentTooLarge, MalformedXml
from shared.errors import DomainError

from support.bad_documents.making import ALL, UBL, Bad, Cases, Judged, each
from support.invoices import changed

INVOICE = UBL["invoice"]
_BODY = re.sub(r"^<\?xml[^>]*\?>\s*", "", changed(INVOICE, "Lollum", "Łódź &amp; Søn").decode())
_WESTERN = re.sub(r"^<\?xml[^>]*\?>\s*", "", changed(INVOICE, "Lollum", "Café Søn").decode())


def _declared(encoding: str, body: str, written: str, *, version: str = "1.0") -> bytes:
    declaration = f' encoding="{encoding}"' if encoding else ""
    return f'<?xml version="{version}"{declaration}?>{body}'.encode(written)


def _zipped() -> bytes:
    with BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("invoice.xml", INVOICE)
        return file.getvalue()


def _no_xml() -> Cases:
    contents: dict[str, tuple[bytes, Judged | type[DomainError]]] = {
        "nothing": (b"", MalformedXml),
        "blanks": (b" \r\n\t ", MalformedXml),
        "NULs": (b"\0" * 100, MalformedXml),
        "a page": (b"<html><body>502 Bad Gateway<hr></body></html>", MalformedXml),
        "a page with DOCTYPE": (b"<!DOCTYPE html><html><body>Sign in<br></body></html>", DoctypeForbidden),
        "JSON": (b'{"invoice": {"id": 1}}', MalformedXml),
        "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", MalformedXml),
        "a zip archive": (_zipped(), MalformedXml),
        "a byte order mark alone": (b"\xef\xbb\xbf", MalformedXml),
        "a second root": (INVOICE + b"<again/>", MalformedXml),
        "text behind the root": (INVOICE + b"thanks", MalformedXml),
        "a NUL behind the root": (INVOICE + b"\0", MalformedXml),
        "blanks before the declaration": (b"\n" + INVOICE, MalformedXml),
        "half a document": (INVOICE[: len(INVOICE) // 2], MalformedXml),
        "25 MB": (b"<a>" + b"x" * 25_000_000, DocumentTooLarge),
        "depth 300": (b"<a>" * 300 + b"</a>" * 300, DocumentTooComplex),
        "comment behind the root": (INVOICE + b"<!-- thanks -->\n<?p ?>", Judged.VALID),
    }
    return {name: Bad(document=document, expected=expected) for name, (document, expected) in contents.items()}


def _entities() -> Cases:
    names = [f"&l{number};" * 10 for number in range(9)]
    laughs = "".join(f"<!ENTITY l{number} '{text}'>" for number, text in enumerate(["lol", *names]))
    doctypes = {
        "a DOCTYPE": "<!DOCTYPE Invoice>",
        "an external DOCTYPE": '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/invoice.dtd">',
        "a public DOCTYPE": '<!DOCTYPE Invoice PUBLIC "-//X//EN" "file:///etc/passwd">',
        "an entity": '<!DOCTYPE Invoice [<!ENTITY x "y">]>',
        "an external entity": '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "a parameter entity": '<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        "billion laughs": f"<!DOCTYPE Invoice [{laughs}]>",
        "an attribute's default": '<!DOCTYPE Invoice [<!ATTLIST Invoice x CDATA "y">]>',
    }
    cases: Cases = {}
    for what, doctype in doctypes.items():
        cases |= each(UBL, what, "?>\n", f"?>\n{doctype}", DoctypeForbidden)
    cases |= each(ALL, "an unknown entity", "PO-2026-114", "&nbsp;", MalformedXml)
    cases |= each(ALL, "5,000 known entities", "Test BV Donald", "&amp;" * 5_000, Judged.VALID)
    return cases


def _encoded() -> Cases:
    valid, malformed = Judged.VALID, MalformedXml
    rows: dict[str, tuple[str, str, str, Judged | type[DomainError]]] = {
        "UTF-8": ("UTF-8", _BODY, "utf-8", valid),
        "UTF-8 undeclared": ("", _BODY, "utf-8", valid),
        "UTF-8 with mark": ("UTF-8", _BODY, "utf-8-sig", valid),
        "UTF-8 with mark, declared as ISO-8859-1": ("ISO-8859-1", _WESTERN, "utf-8-sig", malformed),
        "UTF-8 declared as ISO-8859-1": ("ISO-8859-1", _WESTERN, "utf-8", valid),
        "UTF-8 declared as UTF-16": ("UTF-16", _WESTERN, "utf-8", malformed),
        "ISO-8859-1": ("ISO-8859-1", _WESTERN, "latin-1", valid),
        "ISO-8859-1 undeclared": ("", _WESTERN, "latin-1", malformed),
        "ISO-8859-1 declared as UTF-8": ("UTF-8", _WESTERN, "latin-1", malformed),
        "ISO-8859-1 declared as ASCII": ("US-ASCII", _WESTERN, "latin-1", malformed),
        "windows-1252": ("windows-1252", _WESTERN, "cp1252", valid),
        "UTF-16": ("UTF-16", _BODY, "utf-16", valid),
        "UTF-16 undeclared": ("", _BODY, "utf-16", valid),
        "UTF-16 declared as UTF-8": ("UTF-8", _BODY, "utf-16", malformed),
        "UTF-16 without mark": ("UTF-16", _BODY, "utf-16-le", malformed),
        "UTF-16, other end first, without mark": ("UTF-16BE", _BODY, "utf-16-be", malformed),
        "UTF-16 without mark, declared as ISO-8859-1": ("ISO-8859-1", _WESTERN, "utf-16-le", malformed),
        "UTF-32": ("UTF-32", _BODY, "utf-32", malformed),
        "UTF-7": ("UTF-7", _WESTERN, "utf-7", malformed),
        "EBCDIC": ("cp037", _WESTERN, "cp037", malformed),
        "EBCDIC behind an ASCII declaration": ("cp037", _WESTERN, "utf-8", malformed),
        "an encoding that does not exist": ("none-such", _WESTERN, "utf-8", malformed),
    }
    cases = {
        what: Bad(document=_declared(encoding, body, written), expected=expected)
        for what, (encoding, body, written, expected) in rows.items()
    }
    for version in ("1.1", "1.2", "2.0", ""):
        document = _declared("UTF-8", _BODY, "utf-8", version=version)
        cases[f"XML {version or 'of no version'}"] = Bad(document=document, expected=malformed)
    for name, octets in {
        "an unfinished character": b"\xe2\x82",
        "a character of too many bytes": b"\xc0\xae",
        "half a pair of surrogates": b"\xed\xa0\x80",
        "beyond Unicode": b"\xf7\xbf\xbf\xbf",
        "a NUL": b"a\0b",
        "no character": b"\xef\xbf\xbf",
    }.items():
        cases[name] = Bad(document=INVOICE.replace(b"Lollum", b"Lollum" + octets, 1), expected=malformed)
    return cases


CASES: Cases = _no_xml() | _entities() | _encoded()
