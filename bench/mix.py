"""The mix of documents that the whole path is measured with: 80 % of 5 lines, 15 % of 30 and 5 % of 200."""

from bench.invoices import invoice

_OF = 20
_LONG, _MIDDLE = 200, 30
_SHORT = 5


def lines_of(number: int) -> int:
    """Of 20 documents in a row 16 have 5 lines, 3 have 30 and one has 200."""
    place = number % _OF
    if place == 0:
        return _LONG
    return _MIDDLE if place % 6 == 0 else _SHORT


def document(number: int) -> bytes:
    """Return the invoice of this number; no two numbers make the same one."""
    return invoice(lines_of(number), seed=number)


def invoice_number(number: int) -> str:
    """Return what the invoice calls itself."""
    return f"2026-{number:07d}"
