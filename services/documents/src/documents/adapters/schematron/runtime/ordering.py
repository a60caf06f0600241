"""Untyped text beside a number: the one place where the reference orders doubles totally, as Java does.

There NaN is above every number and the zero with a minus below the one without: `price >= 0` holds of the text `NaN`
and not of `-0.0`. Nothing is equal to the text `NaN`. Beside an integer a text that is written as one is an integer, of
which there is one zero. A decimal may be either, by how the reference came to it, which is not known here.
"""

import re
from math import copysign
from typing import Final

from documents.adapters.schematron.runtime.errors import Undecided
from documents.adapters.schematron.runtime.numbers import BLANK, to_double

_INTEGER_ZERO: Final = re.compile(r"[+-]?0+")


class _AboveAll(float):
    """The text `NaN`: greater than every number; with NaN it compares as NaN does."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__

    def __gt__(self, other: float) -> bool:
        return other == other  # noqa: PLR0124 - all but NaN are

    __ge__ = __gt__

    def __lt__(self, other: float) -> bool:
        return False

    __le__ = __lt__


class _NegativeZero(float):
    """The zero with a minus: equal to itself, and less than the one without."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and other == 0 and copysign(1.0, other) < 0

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__

    def __lt__(self, other: float) -> bool:
        return other >= 0 and not self == other

    def __le__(self, other: float) -> bool:
        return other >= 0

    def __gt__(self, other: float) -> bool:
        return other < 0

    def __ge__(self, other: float) -> bool:
        return other < 0 or self == other


class _UncertainZero(float):
    """A zero of which it is not known whether its minus counts: undecided beside a zero."""

    def __eq__(self, other: object) -> bool:
        if other == 0:
            raise Undecided("KOER0004", "a zero with a minus beside a decimal that is zero")
        return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__

    def __lt__(self, other: float) -> bool:
        return not self == other and other > 0

    def __gt__(self, other: float) -> bool:
        return not self == other and other < 0

    __le__ = __lt__
    __ge__ = __gt__


_ABOVE_ALL: Final = _AboveAll("inf")
_NEGATIVE_ZERO: Final = _NegativeZero(-0.0)
_UNCERTAIN_ZERO: Final = _UncertainZero(-0.0)


def beside_double(text: str) -> float:
    """`xs:double(text)`, to be compared with a double."""
    value = to_double(text)
    return value if value > 0 or value < 0 else _special(value, _NEGATIVE_ZERO)


def beside_integer(text: str) -> float:
    """`xs:double(text)`, to be compared with an integer."""
    value = to_double(text)
    return value if value > 0 or value < 0 else _special(value, 0.0 if _is_integer(text) else _NEGATIVE_ZERO)


def beside_decimal(text: str) -> float:
    """`xs:double(text)`, to be compared with a decimal."""
    value = to_double(text)
    return (
        value if value > 0 or value < 0 else _special(value, _UNCERTAIN_ZERO if _is_integer(text) else _NEGATIVE_ZERO)
    )


def _special(value: float, negative_zero: float) -> float:
    if value != value:  # noqa: PLR0124 - NaN is not
        return _ABOVE_ALL
    return negative_zero if copysign(1.0, value) < 0 else value


def _is_integer(text: str) -> bool:
    return _INTEGER_ZERO.fullmatch(text.strip(BLANK)) is not None
