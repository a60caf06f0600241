"""Volume: much of everything, up to what a request may carry. Built when asked for, since some are 24 MB."""

from collections.abc import Callable
from dataclasses import dataclass

from documents.adapters.rules.rule_engine import NotEvaluated
from documents.domain.findings import DocumentTooComplex, DocumentTooLarge
from shared.errors import DomainError

from support.bad_documents.making import UBL, Judged, extended

INVOICE = UBL["invoice"]
_LINE = b"<cac:InvoiceLine><cbc:ID>1</cbc:ID><cac:Item/></cac:InvoiceLine>"
_WRONG_TERMS = b'<cac:PaymentTerms none="1"/>'
_NAMESPACE = f'xmlns:x="urn:{"u" * 190}"'


@dataclass(frozen=True, kw_only=True)
class Much:
    """`expected` is the verdict, or the error that there is none."""

    build: Callable[[], bytes]
    expected: Judged | type[DomainError]


def _before(place: bytes, inserted: bytes) -> bytes:
    assert place in INVOICE
    return INVOICE.replace(place, inserted + place, 1)


def payment_means(number: int) -> bytes:
    """An invoice with so many ways to pay, each with a reference of its own: rules compare each with all others."""
    means = (
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>{each}</cbc:PaymentID>"
        "<cac:PayeeFinancialAccount><cbc:ID>NL91ABNA0417164300</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        for each in range(number - 1)
    )
    return _before(b"<cac:TaxTotal>", "".join(means).encode())


def empty_notes(number: int) -> bytes:
    """An invoice that breaks a rule so many times."""
    return _before(b"<cbc:DocumentCurrencyCode>", b"<cbc:Note/>" * number)


def _subtotals(number: int) -> bytes:
    return _before(b"</cac:TaxTotal>", b"<cac:TaxSubtotal/>" * number)


def _breakdowns_and_lines() -> bytes:
    return _subtotals(1_999).replace(b"</Invoice>", _LINE * 400 + b"</Invoice>")


def _wrong_attributes() -> bytes:
    names = " ".join(f'a{each}="1"' for each in range(99))
    return _before(b"<cbc:DocumentCurrencyCode>", f"<cbc:Note {names}>x</cbc:Note>".encode() * 2_900)


def _made_up_attributes() -> bytes:
    attributes = " ".join(f'a{each}=""' for each in range(1_900_000))
    return extended(f'<x xmlns="urn:x" {attributes}/>')


def _empty_below_long_names(number: int) -> bytes:
    return extended(f"<x:a {_NAMESPACE}>{'<x:a>' * 30}{'<x:a/>' * number}{'</x:a>' * 30}</x:a>")


CASES: dict[str, Much] = {
    "100,000 lines": Much(build=lambda: _before(b"</Invoice>", _LINE * 100_000), expected=DocumentTooComplex),
    "99,000 lines of nothing": Much(
        build=lambda: _before(b"</Invoice>", b"<cac:InvoiceLine/>" * 99_000), expected=Judged.BY_SCHEMA
    ),
    "a number of 9,000,000 digits": Much(
        build=lambda: INVOICE.replace(b"1210.00</cbc:PayableAmount>", b"9" * 9_000_000 + b"</cbc:PayableAmount>"),
        expected=NotEvaluated,
    ),
    "2,000 VAT breakdowns of 400 lines": Much(build=_breakdowns_and_lines, expected=DocumentTooComplex),
    "2,001 payment means": Much(build=lambda: payment_means(2_001), expected=DocumentTooComplex),
    "2,001 VAT breakdowns": Much(build=lambda: _subtotals(2_000), expected=DocumentTooComplex),
    "a comment of 23.9 MB": Much(
        build=lambda: _before(b"<cac:TaxTotal>", b"<!--" + b"x" * 23_900_000 + b"-->"), expected=DocumentTooLarge
    ),
    "a name of 23.9 MB": Much(
        build=lambda: INVOICE.replace(b"Lollum", b"x" * 23_900_000, 1), expected=DocumentTooLarge
    ),
    "23.9 MB of blanks": Much(
        build=lambda: _before(b"<cac:TaxTotal>", b" " * 23_900_000), expected=DocumentTooLarge
    ),
    "millions of instructions": Much(
        build=lambda: _before(b"<cac:TaxTotal>", b"<?a?>" * 4_700_000), expected=DocumentTooComplex
    ),
    "millions of attributes": Much(build=_made_up_attributes, expected=DocumentTooComplex),
    "millions of namespaces": Much(
        build=lambda: INVOICE.replace(b"Lollum", b"xmlns='' " * 2_600_000, 1), expected=DocumentTooComplex
    ),
    "a tower of 100,000": Much(
        build=lambda: extended("<a>" * 100_000 + "</a>" * 100_000), expected=DocumentTooComplex
    ),
    "90,000 wrong attributes in as many elements": Much(
        build=lambda: _before(b"<cac:TaxTotal>", _WRONG_TERMS * 90_000), expected=Judged.BY_SCHEMA
    ),
    "290,000 wrong attributes in 2,900 elements": Much(build=_wrong_attributes, expected=Judged.BY_SCHEMA),
    "90,000 findings with long places": Much(
        build=lambda: _empty_below_long_names(90_000), expected=DocumentTooComplex
    ),
    "1,000 findings with long places": Much(
        build=lambda: _empty_below_long_names(1_000), expected=DocumentTooComplex
    ),
}  # fmt: skip
