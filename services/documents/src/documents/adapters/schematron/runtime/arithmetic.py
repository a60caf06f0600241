"""Calculating as XPath does (F&O 6.2-6.4, 15.4), equal to the reference to the last place.

Decimals and integers are exact. Whoever calculates with `Decimal` - by these functions or by `+`, `*`, `abs` - does so
inside `localcontext(EXACT)`: Python's operators round silently to the precision of the thread's context, while in this
one a result of more than `PRECISION` digits raises `decimal.Inexact`. (The functions of a `Context` would not need
that, but take four times as long.)

The scale of a quotient depends on the scales of its operands, as the reference counts them: without zeros at the end
(so 300.0 has -2), but 0 for what was written or calculated as an integer: here a `Decimal` of exponent 0.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import reduce
from math import copysign, floor, fmod, inf, isfinite, isinf, isnan, nan, trunc
from operator import add
from typing import Final, TypeVar

from documents.adapters.schematron.runtime.errors import EvaluationError

Number = TypeVar("Number", int, float, Decimal)

PRECISION: Final = 200
EXACT: Final = Context(prec=PRECISION, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])

_QUOTIENT_PLACES: Final = 18
_LAST_PLACE: Final = Decimal(1).scaleb(-_QUOTIENT_PLACES)
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_NO_INTEGER: Final = Decimal("0.0")  # added to a whole number it makes one that was not written as an integer
_HALF: Final = Decimal("0.5")


def decimal_divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """`a div b`, not of doubles: 18 places, plus what a has more than b, rounded half down; by zero an error."""
    if not divisor:
        raise EvaluationError("FOAR0001", "a decimal divided by zero")
    try:
        quotient = dividend / divisor
    except Inexact:
        return _rounded_quotient(dividend, divisor)
    if quotient % _LAST_PLACE:
        return _rounded_quotient(dividend, divisor)
    return quotient + _NO_INTEGER


def _rounded_quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    places = _QUOTIENT_PLACES + max(0, _scale(dividend) - _scale(divisor))
    quotient, remainder = divmod(dividend.scaleb(places), divisor)
    if remainder.copy_abs() * 2 > divisor.copy_abs():
        quotient += -1 if dividend.is_signed() != divisor.is_signed() else 1
    return quotient.scaleb(-places)


def _scale(value: Decimal) -> int:
    if value.same_quantum(_ONE):
        return 0
    return -int(value.normalize().as_tuple().exponent)


def double_divide(dividend: float, divisor: float) -> float:
    """`a div b` of doubles (IEEE 754): by zero an infinity or NaN."""
    if divisor:
        return dividend / divisor
    if not dividend or isnan(dividend):
        return nan
    return copysign(inf, dividend) * copysign(1, divisor)


def integer_divide(dividend: Number, divisor: Number) -> int:
    """`a idiv b`: towards zero; by zero FOAR0001, of NaN or an infinity FOAR0002."""
    if not divisor:
        raise EvaluationError("FOAR0001", "an integer division by zero")
    if not isinstance(dividend, float):
        quotient = abs(dividend) // abs(divisor)
        return int(quotient if (dividend < 0) == (divisor < 0) else -quotient)
    ratio = dividend / divisor
    if not isfinite(dividend) or not isfinite(ratio):
        raise EvaluationError("FOAR0002", "an integer division of, or to, NaN or infinity")
    return trunc(ratio)


def modulo(dividend: Number, divisor: Number) -> Number:
    """`a mod b`: with the sign of a; of decimals and integers by zero an error, of doubles NaN."""
    if isinstance(dividend, int):
        _refuse_zero(divisor)
        remainder = abs(dividend) % abs(divisor)
        return remainder if dividend >= 0 else -remainder
    if isinstance(dividend, Decimal):
        _refuse_zero(divisor)
        return dividend % divisor
    return nan if not divisor or isinf(dividend) else fmod(dividend, divisor)


def _refuse_zero(divisor: Decimal | float) -> None:
    if not divisor:
        raise EvaluationError("FOAR0001", "a remainder of a division by zero")


def round_half_up(value: Number) -> Number:
    """`round(value)`: the nearest integer, halves upwards (-2.5 gives -2), in the type of the value (F&O 6.4.4)."""
    if isinstance(value, int):
        return value
    if not isinstance(value, Decimal):
        return _round_double(value)
    if value.same_quantum(_ONE):
        return value
    if value.is_signed():
        return (value + _HALF).to_integral_value(ROUND_FLOOR) + _NO_INTEGER
    return (value + _HALF) // _ONE + _NO_INTEGER


def _round_double(value: float) -> float:
    """Keeps NaN, infinities and the sign of zero; `value - below` is exact, `value + 0.5` is not."""
    if not isfinite(value):
        return value
    below = floor(value)
    return copysign(float(below + (value - below >= 0.5)), value)  # noqa: PLR2004 - a half


def total(values: Iterable[Decimal]) -> Decimal:
    """`sum` of decimals and integers; of nothing 0."""
    return sum(values, _ZERO)


def total_double(values: Sequence[float]) -> float:
    """`sum` of doubles from left to right; of nothing 0 (Python's `sum` compensates for rounding since 3.12)."""
    return reduce(add, values) if values else 0.0
