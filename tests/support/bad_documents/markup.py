"""Markup: namespaces, comments, processing instructions, attributes that XML itself knows, contents of extensions."""

import re

from documents.adapters.rules.document_types import PREFIXES
from documents.domain.findings import DocumentTooComplex, MalformedXml, UnknownDocumentType
from shared.errors import DomainError

from support.bad_documents.making import ALL, CII, DUTCH, UBL, XSI, Bad, Cases, Judged, each, extended

INVOICE = UBL["invoice"]
_CUSTOMIZATION = "urn:cen.eu:en16931:2017"
_REFERENCE = "PO-2026-114"
_CBC, _CAC = PREFIXES["cbc"], PREFIXES["cac"]
_DECLARATION = re.compile(r'xmlns:(\w+)="([^"]+)"')


def _renamed(document: bytes, renaming: dict[str, str]) -> bytes:
    """Give prefixes other names, at once."""
    names = "|".join(renaming)
    text = re.sub(rf"(</?|xmlns:)({names})(?=[:=])", lambda match: match[1] + renaming[match[2]], document.decode())
    return text.encode()


def _without_prefixes(document: bytes) -> bytes:
    """Declare the namespace of every element on the element itself, as the default one."""
    text = document.decode()
    uris = dict(_DECLARATION.findall(text)) | {"": PREFIXES["ubl"]}
    text = _DECLARATION.sub("", re.sub(r' xmlns="[^"]+"', "", text, count=1))

    def own(match: re.Match[str]) -> str:
        prefix, _, local = match[1].rpartition(":")
        return f'<{local} xmlns="{uris[prefix]}"'

    return re.sub(r"</\w+:", "</", re.sub(r"<([A-Za-z][\w:]*)", own, text)).encode()


def _with_defaults_below(document: bytes) -> bytes:
    """Give the parties a default namespace of their own, which their children's prefix overrides."""
    text = re.sub(r"<cac:Party>", f'<Party xmlns="{_CAC}">', document.decode())
    return text.replace("</cac:Party>", "</Party>").encode()


def _rebound(document: bytes) -> bytes:
    """Let both prefixes mean the other namespace in one place."""
    return document.replace(
        b"<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>",
        f'<cac:PaymentMeansCode xmlns:cac="{_CBC}" xmlns:cbc="{_CAC}">30</cac:PaymentMeansCode>'.encode(),
    )


def _namespaces() -> Cases:
    renamings = {
        "prefixes swapped": {"cac": "cbc", "cbc": "cac"},
        "prefixes with odd letters": {"cac": "_é-.9", "cbc": "ñ"},
        "prefixes of other formats": {"cac": "rsm", "cbc": "ubl"},
        "a prefix of 200 letters": {"cbc": "c" * 200},
    }
    cases = {what: Bad(document=_renamed(INVOICE, names), expected=Judged.VALID) for what, names in renamings.items()}
    cases["a prefix of 201 letters"] = Bad(document=_renamed(INVOICE, {"cbc": "c" * 201}), expected=DocumentTooComplex)
    for name, document in UBL.items():
        second = document.replace(b"<cbc:ID>VAT</cbc:ID>", f'<x:ID xmlns:x="{_CBC}">VAT</x:ID>'.encode())
        cases |= {
            f"two prefixes for one namespace, {name}": Bad(document=second, expected=Judged.VALID),
            f"default namespaces below, {name}": Bad(document=_with_defaults_below(document), expected=Judged.VALID),
            f"prefixes that change their meaning, {name}": Bad(document=_rebound(document), expected=Judged.VALID),
        }
    cases["no prefix at all"] = Bad(document=_without_prefixes(INVOICE), expected=Judged.VALID)
    for number, expected in ((80, Judged.VALID), (200, DocumentTooComplex), (5_000, DocumentTooComplex)):
        unused = " ".join(f'xmlns:p{each}="urn:p{each}"' for each in range(number))
        cases |= each(ALL, f"{number} unused namespaces", " xmlns", f" {unused} xmlns", expected)
    cases |= each(ALL, "a long namespace", " xmlns", f' xmlns:p="urn:{"x" * 200}" xmlns', DocumentTooComplex)
    cases |= each(UBL, "another namespace", _CBC, f"{_CBC}1", UnknownDocumentType)
    cases |= each(UBL, "a namespace in capitals", _CAC, _CAC.upper(), Judged.BY_SCHEMA)
    cases |= each(UBL, "a namespace with a blank", f'"{_CAC}"', f'" {_CAC}"', MalformedXml)
    cases |= each(UBL, "an undeclared prefix", "<cac:PaymentMeans>", "<x:y/><cac:PaymentMeans>", MalformedXml)
    cases |= each(UBL, "a namespace taken away", "<cac:PaymentMeans>", '<cac:PaymentMeans xmlns:cbc="">', MalformedXml)
    cases |= each(UBL, "an attribute twice", 'schemeID="0106"', 'schemeID="0106" schemeID="0106"', MalformedXml)
    return cases


def _inside_values() -> Cases:
    cases: Cases = {}
    for what, inserted in {
        "a comment": "<!-- -->",
        "an empty comment": "<!---->",
        "two comments": "<!-- a --><!-- b -->",
        "an instruction": "<?p q?>",
        "a comment and an instruction": "<!-- a --><?b?>",
        "an instruction for style sheets": '<?xml-stylesheet href="file:///etc/passwd"?>',
        "nothing, as CDATA": "<![CDATA[]]>",
    }.items():
        cases |= each(ALL, f"{what} in a text", "PO-2026", f"PO{inserted}-2026", Judged.VALID)
        cases |= each(ALL, f"{what} in an amount", "1210.00</", f"12{inserted}10.00</", Judged.VALID)
        cases |= each(UBL, f"{what} before a code", ">30<", f">{inserted}30<", Judged.VALID)
        where, divided = f"{what} in the identifier of the rules", f"urn:{inserted}{_CUSTOMIZATION[4:]}"
        # The Peppol rules ask for the text nodes of this one, and fail on two.
        fails = Judged.VALID if "CDATA" in what else Judged.BY_RULES
        cases |= each(UBL, where, _CUSTOMIZATION, divided, fails)
        cases |= each({**DUTCH, **CII}, where, _CUSTOMIZATION, divided, Judged.VALID)
    cases |= each(ALL, "all of it as CDATA", f">{_REFERENCE}<", f"><![CDATA[{_REFERENCE}]]><", Judged.VALID)
    cases |= each(UBL, "nothing but a comment", f">{_REFERENCE}<", "><!-- none --><", Judged.BY_RULES)
    cases |= each(UBL, "nothing but an instruction", f">{_REFERENCE}<", "><?none?><", Judged.BY_RULES)
    cases |= each(ALL, "a long instruction", f">{_REFERENCE}<", f">{_REFERENCE}<?{'p' * 201} q?><", DocumentTooComplex)
    return cases


def _around_values() -> Cases:
    cases: Cases = {}
    for what, text, expected in (
        ("text", "thanks", Judged.BY_SCHEMA),
        ("a no-break space", "\u00a0", Judged.BY_SCHEMA),
        ("a blank by reference", "&#32;&#13;&#9;", Judged.VALID),
        ("CDATA of blanks", "<![CDATA[ ]]>", Judged.VALID),
        ("a comment", "<!-- thanks -->", Judged.VALID),
        ("an instruction", "<?p?>", Judged.VALID),
    ):
        for documents, place in (
            ({**UBL, **DUTCH}, "<cac:PaymentMeans>"),
            (CII, "<ram:ApplicableHeaderTradeDelivery/>"),
        ):
            cases |= each(documents, f"{what} between elements", place, f"{text}{place}", expected)
    cases |= each(UBL, "an element in a value", _REFERENCE, "PO<cbc:ID>1</cbc:ID>", Judged.BY_SCHEMA)
    return cases


def _known_attributes() -> Cases:
    attributes = {
        "xml:space": ('xml:space="preserve"', Judged.BY_SCHEMA),
        "xml:lang": ('xml:lang="nl"', Judged.BY_SCHEMA),
        "xml:base": ('xml:base="file:///etc/"', Judged.BY_SCHEMA),
        "a schema's place": (f'{XSI} xsi:schemaLocation="{_CBC} file:///etc/passwd"', Judged.VALID),
        "a schema's place without namespace": (
            f'{XSI} xsi:noNamespaceSchemaLocation="http://127.0.0.1:1/"',
            Judged.VALID,
        ),
        "half a schema's place": (f'{XSI} xsi:schemaLocation="{_CBC}"', Judged.VALID),
        "no nil": (f'{XSI} xsi:nil="false"', Judged.BY_SCHEMA),
        "nil": (f'{XSI} xsi:nil="true"', Judged.BY_SCHEMA),
        "an unknown type": (f'{XSI} xsi:type="none"', Judged.BY_SCHEMA),
        "an unknown attribute of the instance": (f'{XSI} xsi:none="1"', Judged.BY_SCHEMA),
    }
    cases: Cases = {}
    for what, (attribute, expected) in attributes.items():
        place = "<cbc:BuyerReference>"
        cases |= each(UBL, what, place, f"{place[:-1]} {attribute}>", expected)
        place = "<ram:BuyerReference>"
        cases |= each(CII, what, place, f"{place[:-1]} {attribute}>", expected)
    own = f'<cbc:BuyerReference {XSI} xsi:type="cbc:BuyerReferenceType">'
    cases |= each(UBL, "its own type", "<cbc:BuyerReference>", own, Judged.VALID)
    other = f'<cbc:BuyerReference {XSI} xsi:type="cbc:IDType">'
    cases |= each(UBL, "another type", "<cbc:BuyerReference>", other, Judged.BY_SCHEMA)
    return cases


_LINE = f'<InvoiceLine xmlns="{_CAC}"><q:ID xmlns:q="{_CBC}">1</q:ID></InvoiceLine>'
_PAYMENT = f'<q:PaymentMeans xmlns:q="{_CAC}"><PaymentMeansCode xmlns="{_CBC}">30</PaymentMeansCode></q:PaymentMeans>'
_INCLUSION = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text">1</i:include>'
_MANY_NAMESPACES = " ".join(f'xmlns:p{n}="urn:p{n}" p{n}:a="{n}"' for n in range(50))
_MANY_ATTRIBUTES = " ".join(f'a{n}="{n}"' for n in range(101))
_NAME, _LONG_NAME = "y" * 200, "y" * 201
_EXTENSIONS: dict[str, tuple[str, Judged | type[DomainError]]] = {
    "mixed content": ("text<y>1</y>more<y>2</y>", Judged.VALID),
    "mixed content with comments": ("text<!-- -->more<y>2</y><!-- -->tail", Judged.VALID),
    "an empty element": ("<y/>", Judged.BY_RULES),
    "an element with a comment": ("<y><!-- --></y>", Judged.BY_RULES),
    "an element with a no-break space": ("<y>\u00a0</y>", Judged.VALID),
    "an element without namespace": ('<y xmlns="">1</y>', Judged.VALID),
    "a line of an invoice": (_LINE, Judged.BY_SCHEMA),
    "a payment": (_PAYMENT, Judged.BY_RULES),
    "another customer": (f'<q:AccountingCustomerParty xmlns:q="{_CAC}"/>', Judged.BY_RULES),
    "inclusion": (_INCLUSION, Judged.VALID),
    "an identifier twice": ('<y xml:id="a">1</y><y xml:id="a">2</y>', MalformedXml),
    "50 namespaces and attributes": (f"<y {_MANY_NAMESPACES}>1</y>", Judged.VALID),
    "101 attributes": (f"<y {_MANY_ATTRIBUTES}>1</y>", DocumentTooComplex),
    "a name of 200 letters": (f"<{_NAME}>1</{_NAME}>", Judged.VALID),
    "a name of 201 letters": (f"<{_LONG_NAME}>1</{_LONG_NAME}>", DocumentTooComplex),
    "an attribute of 201 letters": (f'<y {_LONG_NAME}="1">1</y>', DocumentTooComplex),
    "depth 90": ("<y>" * 85 + "1" + "</y>" * 85, Judged.VALID),
    "depth 101": ("<y>" * 96 + "1" + "</y>" * 96, DocumentTooComplex),
    "depth 30 of long names": (f"<{_NAME}>" * 30 + "1" + f"</{_NAME}>" * 30, DocumentTooComplex),
    "a namespace with a quotation mark": ("""<q:y xmlns:q="urn:o'y"/>""", Judged.BY_RULES),
}


def _extensions() -> Cases:
    return {
        f"{what} in an extension": Bad(document=extended(f'<x xmlns="urn:x">{content}</x>'), expected=expected)
        for what, (content, expected) in _EXTENSIONS.items()
    }


CASES: Cases = _namespaces() | _inside_values() | _around_values() | _known_attributes() | _extensions()
