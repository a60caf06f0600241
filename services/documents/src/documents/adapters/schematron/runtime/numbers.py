"""Casts between strings and decimal, integer, double and boolean (XPath 2.0 F&O section 17, XML Schema part 2).

Lexical forms are those of the schema types: outer blanks (the four of XML) are trimmed, digits are ASCII, a decimal has
no exponent, an infinity is `INF`. Nothing else that Python's own constructors take (`1_000`, full-width digits, `nan`)
is let through. What is not a number raises FORG0001, except in `number`, which gives NaN. Only a double zero
has a sign.
"""

import re
from decimal import ROUND_HALF_DOWN, Context, Decimal
from math import copysign, inf, isfinite, isnan, nan
from typing import Final

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided

BLANK: Final = " \t\r\n"

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DOUBLE: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAMED_DOUBLES: Final = {"INF": inf, "+INF": inf, "-INF": -inf, "NaN": nan}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}

_ZERO: Final = Decimal(0)
_LONGEST_DECIMAL: Final = 1000
_LONGEST_INTEGER: Final = 15
_KNOWN_LIMIT: Final = 4096
_KNOWN_LENGTH: Final = 24
_known: Final[dict[str, Decimal]] = {}

_PLAIN_FROM: Final = 1e-6
_PLAIN_BELOW: Final = 1e6
_TIES_DOWN: Final = Context(prec=20, rounding=ROUND_HALF_DOWN, traps=[])
_SMALLEST_NORMAL: Final = 2.0**-1022
_FIRST_SPARSE: Final = 2.0**53


def to_decimal(text: str) -> Decimal:
    """`xs:decimal(text)`, exact up to 1000 characters, beyond them an error (F&O 17.1.1).

    Short texts are remembered, as rules cast one amount many times; the memory is bounded, and emptied when full.
    """
    value = _known.get(text)
    return _read_decimal(text) if value is None else value


def _read_decimal(text: str) -> Decimal:
    if len(text) > _LONGEST_DECIMAL:
        raise Undecided("FOCA0006", f"a decimal of {len(text)} characters")
    value = _decimal_or_none(text)
    if value is None:
        raise EvaluationError("FORG0001", f"not a decimal: {_shown(text)}")
    if len(text) <= _KNOWN_LENGTH:
        if len(_known) >= _KNOWN_LIMIT:
            _known.clear()
        _known[text] = value
    return value


def _decimal_or_none(text: str) -> Decimal | None:
    trimmed = text.strip(BLANK)
    if not _DECIMAL.fullmatch(trimmed):
        return None
    if trimmed[-1] == "." or ("." not in trimmed and len(trimmed.removeprefix("+")) > _LONGEST_INTEGER):
        # division asks what was written as an integer: for the reference neither "300." nor what is long
        trimmed += "0" if trimmed[-1] == "." else ".0"
    return Decimal(trimmed) or _ZERO


def is_decimal(text: str) -> bool:
    """`text castable as xs:decimal`."""
    return text in _known or _DECIMAL.fullmatch(text.strip(BLANK)) is not None


def to_integer(text: str) -> int:
    """`xs:integer(text)`. More digits than Python converts (4300 by default) are an error too (FOCA0003)."""
    trimmed = text.strip(BLANK)
    if not _INTEGER.fullmatch(trimmed):
        raise EvaluationError("FORG0001", f"not an integer: {_shown(text)}")
    try:
        return int(trimmed)
    except ValueError:
        raise Undecided("FOCA0003", f"an integer of {len(trimmed)} digits") from None


def is_integer(text: str) -> bool:
    """`text castable as xs:integer`."""
    return _INTEGER.fullmatch(text.strip(BLANK)) is not None


def to_double(text: str) -> float:
    """`xs:double(text)`; what is too large becomes an infinity."""
    value = _double_or_none(text)
    if value is None:
        raise EvaluationError("FORG0001", f"not a double: {_shown(text)}")
    return value


def number(text: str) -> float:
    """`number(text)`: never an error, NaN for what is not a double (F&O 14.4)."""
    value = _double_or_none(text)
    return nan if value is None else value


def _double_or_none(text: str) -> float | None:
    trimmed = text.strip(BLANK)
    return float(trimmed) if _DOUBLE.fullmatch(trimmed) else _NAMED_DOUBLES.get(trimmed)


def is_double(text: str) -> bool:
    """`text castable as xs:double`."""
    return _double_or_none(text) is not None


def to_boolean(text: str) -> bool:
    """`xs:boolean(text)`: true, false, 1 or 0 in outer blanks."""
    value = _BOOLEANS.get(text.strip(BLANK))
    if value is None:
        raise EvaluationError("FORG0001", f"not a boolean: {_shown(text)}")
    return value


def is_boolean(text: str) -> bool:
    """`text castable as xs:boolean`."""
    return text.strip(BLANK) in _BOOLEANS


def decimal_to_integer(value: Decimal) -> int:
    """`xs:integer(decimal)`: towards zero."""
    return int(value)


def decimal_to_double(value: Decimal) -> float:
    """`xs:double(decimal)`: the nearest one, an infinity when there is none; never a negative zero."""
    return float(value) or 0.0


def integer_to_double(value: int) -> float:
    """`xs:double(integer)`: as of a decimal (Python's own conversion fails when the integer is too large)."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def double_to_decimal(value: float) -> Decimal:
    """`xs:decimal(double)`: exactly the binary value; of no number an error (FOCA0002)."""
    _require_finite(value, "decimal")
    return Decimal(value) or _ZERO


def double_to_integer(value: float) -> int:
    """`xs:integer(double)`: towards zero; of no number an error (FOCA0002)."""
    _require_finite(value, "integer")
    return int(value)


def _require_finite(value: float, wanted: str) -> None:
    if not isfinite(value):
        raise EvaluationError("FOCA0002", f"{double_text(value)} cannot be cast to {wanted}")


def decimal_text(value: Decimal) -> str:
    """`xs:string(decimal)`: without exponent, without zeros at the end, without sign of zero (F&O 17.1.2)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def integer_text(value: int) -> str:
    """`xs:string(integer)`."""
    try:
        return str(value)
    except ValueError:
        raise Undecided("FOCA0003", "an integer of too many digits") from None


def double_text(value: float) -> str:
    """`xs:string(double)`: plain from 0.000001 to below 1000000, otherwise `1.0E6` (F&O 17.1.2).

    The shortest digits that mean this double; of two equally near the lower ones. Of doubles from 2**53 and of those
    next to zero the reference writes other digits now and then: they are an error here rather than a different text.
    """
    if isnan(value):
        return "NaN"
    if not isfinite(value):
        return "INF" if value > 0 else "-INF"
    if value == 0:
        return "-0" if copysign(1, value) < 0 else "0"
    if not _SMALLEST_NORMAL <= abs(value) < _FIRST_SPARSE:
        raise Undecided("FOCA0006", f"the digits of the double {value!r} are not certain")
    shortest = _TIES_DOWN.quantize(Decimal(value), Decimal(repr(value)))
    if _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return decimal_text(shortest)
    sign, figures, _ = shortest.as_tuple()
    digits = "".join(map(str, figures)).rstrip("0")
    return f"{'-' if sign else ''}{digits[0]}.{digits[1:] or '0'}E{shortest.adjusted()}"


def boolean_text(value: bool) -> str:  # noqa: FBT001 - it is the value
    """`xs:string(boolean)`."""
    return "true" if value else "false"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _KNOWN_LENGTH else f"{text[:_KNOWN_LENGTH]}...")
