"""Mutators of numbers: spellings that only some readers accept, and changes too small for a careless comparison."""

import random
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lxml import etree

from documents.adapters.rule_gate.mutators.subject import Subject
from documents.adapters.rule_gate.trees import leaves_of, path_of, pick, put_value, value_of

ODD_NUMBERS = (
    "0", "-0", "-1", "0.005", "1e3", "1E-2", "1.5e0", "NaN", "INF", "-INF", "Infinity", "", " ", " 12.50 ", "\t7\n",
    ".5", "5.", "-.5", "+5", "+-5", "- 5", "00012.50", "1,000.00", "1.000,00", "1_000", "0x10", "1 000",
    "12345678901234567890.12", "1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890",
    "9999999999999999999999999999999999999999.99", "\u0661\u0662", "\u00a012.50", "12.50\u00a0", "\u221212.50",
    "99.995", "100.005", "2.675", "-2.5", "1e400", "true", "12.50EUR", "1.2.3",
)  # fmt: skip
_Change = Callable[[Decimal], Decimal | str]
NUDGES: tuple[tuple[str, _Change], ...] = (
    ("+ 0.01", lambda number: number + Decimal("0.01")),
    ("- 0.01", lambda number: number - Decimal("0.01")),
    ("+ 0.005", lambda number: number + Decimal("0.005")),
    ("- 0.005", lambda number: number - Decimal("0.005")),
    ("+ 0.021", lambda number: number + Decimal("0.021")),
    ("- 0.021", lambda number: number - Decimal("0.021")),
    ("+ 1", lambda number: number + 1),
    ("- 1", lambda number: number - 1),
    ("negated", lambda number: -number),
    ("4 decimals", lambda number: number.quantize(Decimal("0.0001"))),
    ("5 thousandths", lambda number: number.quantize(Decimal("0.01")) + Decimal("0.0050")),
    ("+ sign", lambda number: f"+{abs(number):f}"),
    ("x 1.2345", lambda number: number * Decimal("1.2345")),
    ("/ 2", lambda number: number / 2),
    ("x 10", lambda number: number * 10),
)


def odd_number(subject: Subject, rng: random.Random) -> str | None:
    """Spell a number in a way that one of two engines might refuse, or write one that is none."""
    leaf = pick(rng, numbers_of(subject.root))
    if leaf is None:
        return None
    before = value_of(leaf)
    odd = rng.choice([number for number in ODD_NUMBERS if number != before])
    put_value(leaf, odd)
    return f"{path_of(leaf)}: {before!r} -> {odd!r}"


def nudge_number(subject: Subject, rng: random.Random) -> str | None:
    """Change a number a little: sums, roundings and tolerances are where engines part."""
    leaf = pick(rng, [leaf for leaf in numbers_of(subject.root) if (number_in(leaf) or 0) != 0])
    if leaf is None:
        return None
    before = value_of(leaf)
    name, change = rng.choice(NUDGES)
    try:
        changed = change(Decimal(before))
    except InvalidOperation:  # more digits than a quantized number may have
        return None
    after = changed if isinstance(changed, str) else f"{changed:f}"
    if after == before:
        return None
    put_value(leaf, after)
    return f"{path_of(leaf)}: {before!r} {name} -> {after!r}"


def numbers_of(root: etree._Element) -> list[etree._Element]:
    """The leaves whose value is a number."""
    return [leaf for leaf in leaves_of(root) if number_in(leaf) is not None]


def number_in(leaf: etree._Element) -> Decimal | None:
    try:
        number = Decimal(value_of(leaf))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
