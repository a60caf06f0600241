"""Money is an integer number of micro-euros everywhere inside; text is made and read at the edges only.

Never a float: EUR 0.171 is 171,000. A price may have six decimals, what is paid has two.
"""

from billing.domain.errors import AmountNotInCents

EURO = 1_000_000
CENT = 10_000
_DECIMALS = 6


def decimal_text(micros: int) -> str:
    """Return the exact decimal with at least two decimals: 50.00, 49.829, -0.341."""
    sign = "-" if micros < 0 else ""
    euros, rest = divmod(abs(micros), EURO)
    decimals = f"{rest:0{_DECIMALS}d}".rstrip("0").ljust(2, "0")
    return f"{sign}{euros}.{decimals}"


def cents_text(micros: int) -> str:
    """Return the amount with exactly two decimals; raises `AmountNotInCents` rather than rounding."""
    if micros % CENT:
        raise AmountNotInCents
    return decimal_text(micros)


def micros_of(text: str) -> int:
    """Read a plain decimal of at most six decimals; raises ValueError for anything else (signs, exponents, NaN)."""
    euros, point, decimals = text.partition(".")
    digits = euros + decimals
    if not (euros and digits.isascii() and digits.isdigit()) or (point and not decimals) or len(decimals) > _DECIMALS:
        raise ValueError(f"not a plain decimal: {text[:40]!r}")
    return int(euros) * EURO + int(decimals.ljust(_DECIMALS, "0"))
