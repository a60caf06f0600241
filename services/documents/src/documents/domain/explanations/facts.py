"""What an explanation looks up in a document: small functions from the document at a finding to a value.

Guarantees: a fact never fails on a document. What is not there is `Absent.MISSING`, what is no number is shown as it is
written, and what cannot be computed from that is `Absent.UNKNOWN`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

from documents.domain.explanations.wording import Absent, Percent, Plain, Value

# 40 digits times 40 digits is exact in the context in which facts are computed; what is longer is no amount of money.
PRECISION = 120
_NUMBER = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,40}(?:\.[0-9]{0,40})?", re.ASCII)
_BLANK = " \t\r\n"
_CENT = Decimal("0.01")
_HALF = Decimal("0.5")
_HUNDRED = Decimal(100)
ZERO = Decimal("0.00")


class Source(Protocol):
    """A document, seen from the place of a finding.

    Terms are the business terms of EN 16931 (`BT-131`), in whichever syntax the document has. Of a term that repeats,
    `text` is the one of the group in which the finding is (its line, its VAT breakdown), else the first of the
    document. Paths are XPaths of the document's syntax, from the place of the finding.
    """

    def text(self, term: str) -> str | None: ...

    def texts(self, term: str) -> Sequence[str]:
        """Return every value of a term in the document."""
        ...

    def distinct(self, term: str) -> Sequence[str]: ...

    def total(self, term: str) -> Decimal | None:
        """Return the sum of a term's values; None when one of them is no number."""
        ...

    def path(self, term: str) -> str: ...

    def at(self, path: str) -> Sequence[str]: ...

    def here(self) -> str: ...

    def attribute(self, name: str) -> str | None: ...

    def element(self) -> str: ...

    def line(self) -> str | None: ...

    def taxable(self, category: str, rate: Decimal | None) -> Decimal | None:
        """Return what lines, charges and allowances of a VAT category come to; None when one of them is no number."""
        ...

    def message(self) -> str:
        """Return what the rule itself says."""
        ...


Fact = Callable[[Source], Value]


def number_of(written: str | None) -> Decimal | None:
    """Return the number that a text is, None when it is none."""
    stripped = (written or "").strip(_BLANK)
    return Decimal(stripped) if _NUMBER.fullmatch(stripped) else None


def cents(value: Decimal) -> Decimal:
    """Round as the rules do: to the cent, halves up."""
    return (value * _HUNDRED + _HALF).to_integral_value(ROUND_FLOOR).scaleb(-2)


def money(value: Decimal) -> Decimal:
    """Return an amount with its cents, and with more decimals only when it has them."""
    exponent = value.as_tuple().exponent
    return value.quantize(_CENT) if isinstance(exponent, int) and exponent > -2 else value  # noqa: PLR2004 - cents


def _present(written: str | None) -> str | Absent:
    return Absent.MISSING if written is None else written.strip(_BLANK)


def _numeric(written: str | None, shape: Callable[[Decimal], Decimal]) -> Value:
    value = number_of(written)
    return _present(written) if value is None else shape(value)


def text(term: str) -> Fact:
    return lambda source: _present(source.text(term))


def amount(term: str) -> Fact:
    return lambda source: _numeric(source.text(term), money)


def number(term: str) -> Fact:
    """A quantity, with the decimals that it has."""
    return lambda source: _numeric(source.text(term), Decimal)


def percentage(term: str) -> Fact:
    return lambda source: _numeric(source.text(term), Percent)


def every(term: str) -> Fact:
    """Every value of a term in the document."""
    return lambda source: tuple(source.texts(term))


def distinct(term: str) -> Fact:
    """Every different value of a term in the document."""
    return lambda source: tuple(source.distinct(term))


def path(term: str) -> Fact:
    """Where the term belongs in the document's syntax."""
    return lambda source: Plain(source.path(term))


def here(source: Source) -> Value:
    return _present(source.here())


def amount_here(source: Source) -> Value:
    return _numeric(source.here(), money)


def element(source: Source) -> Value:
    return Plain(source.element())


def line(source: Source) -> Value:
    """The number of the line in which the finding is."""
    return Plain(source.line() or "?")


def attribute(name: str) -> Fact:
    return lambda source: _present(source.attribute(name))


def at(where: str) -> Fact:
    """The first value at a path."""
    return lambda source: _present(next(iter(source.at(where)), None))


def amount_at(where: str) -> Fact:
    return lambda source: _numeric(next(iter(source.at(where)), None), money)


def percentage_at(where: str) -> Fact:
    return lambda source: _numeric(next(iter(source.at(where)), None), Percent)


def total_at(where: str) -> Fact:
    """The sum of what is at a path; nothing when there is nothing."""
    return lambda source: _to_the_cent(sum_of(source.at(where)))


def total_at_or(where: str, term: str) -> Fact:
    """The sum of what is at a path, else of a term in the whole document."""

    def summed(source: Source) -> Value:
        found = source.at(where)
        return _to_the_cent(sum_of(found) if found else source.total(term))

    return summed


def all_at(where: str) -> Fact:
    """Every different value at a path."""
    return lambda source: tuple(dict.fromkeys(source.at(where)))


def distinct_at(where: str) -> Fact:
    """How many different values are at a path."""
    return lambda source: len(set(source.at(where)))


def count_at(where: str) -> Fact:
    return lambda source: len(source.at(where))


def count(term: str) -> Fact:
    return lambda source: len(source.texts(term))


def total(term: str) -> Fact:
    """The sum of every value of a term in the document, to the cent."""
    return lambda source: _to_the_cent(source.total(term))


def sum_of(texts: Iterable[str]) -> Decimal | None:
    """Return what numbers come to; None when one of them is none."""
    values = [number_of(written) for written in texts]
    numbers = [value for value in values if value is not None]
    return sum(numbers, ZERO) if len(numbers) == len(values) else None


def _to_the_cent(value: Decimal | None) -> Value:
    return Absent.UNKNOWN if value is None else cents(value)


def or_zero(fact: Fact) -> Fact:
    """Take what is missing for nothing, as the rules do with optional amounts."""
    return _or(fact, ZERO)


def or_one(fact: Fact) -> Fact:
    """Take what is missing for one, as the rules do with the quantity to which a price belongs."""
    return _or(fact, Decimal(1))


def _or(fact: Fact, default: Decimal) -> Fact:
    def defaulted(source: Source) -> Value:
        value = fact(source)
        return default if value is Absent.MISSING else value

    return defaulted


def computed(calculate: Callable[..., Decimal], *operands: Fact) -> Fact:
    """Compute with numbers; unknown when one of them is none."""

    def calculated(source: Source) -> Value:
        values = [operand(source) for operand in operands]
        if not all(isinstance(value, Decimal) for value in values):
            return Absent.UNKNOWN
        try:
            return calculate(*values)
        except ArithmeticError:  # a division by a quantity of nothing
            return Absent.UNKNOWN

    return calculated


def rounded(fact: Fact) -> Fact:
    return computed(cents, fact)
