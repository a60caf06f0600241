"""Mistakes in what generated code calls for numbers, strings and dates."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import partial
from typing import Any

from documents.adapters.rule_gate.plants.planting import PlantedBug, replaced_everywhere
from documents.adapters.schematron.runtime.arithmetic import EXACT, round_half_up
from documents.adapters.schematron.runtime.dates import Date, is_date, to_date
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.exact import disjunction
from documents.adapters.schematron.runtime.numbers import BLANK, is_decimal, number, to_boolean, to_decimal
from documents.adapters.schematron.runtime.regexes import compile_regex
from documents.adapters.schematron.runtime.strings import normalize_space, substring

_DATE_SHAPE = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")
ReadDecimal = Callable[[str], Decimal | None]


def _half_to_even(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.to_integral_value(ROUND_HALF_EVEN, EXACT)
    return value if isinstance(value, int) else float(round(value))


@contextmanager
def _decimals_read_by(read: ReadDecimal) -> Iterator[None]:
    """Casts to decimal, and the question whether one is possible, by another reader."""

    def cast(text: str) -> Decimal:
        value = read(text)
        if value is None:
            raise EvaluationError("FORG0001", "not a decimal")
        return value

    with replaced_everywhere(to_decimal, cast), replaced_everywhere(is_decimal, lambda text: read(text) is not None):
        yield


def _with_exponent(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip(BLANK))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _untrimmed(text: str) -> Decimal | None:
    return to_decimal(text) if text == text.strip() and is_decimal(text) else None


def _binary(text: str) -> Decimal | None:
    return Decimal(float(text)) if is_decimal(text) else None


@contextmanager
def _dates_by_shape() -> Iterator[None]:
    """Anything that looks like a date is one; a day that does not exist is the last of its month."""

    def cast(text: str) -> Date:
        if _DATE_SHAPE.fullmatch(text) and not is_date(text):
            return to_date(f"{text.strip()[:8]}28")
        return to_date(text)

    looks_like_one = partial(re.fullmatch, _DATE_SHAPE)
    with (
        replaced_everywhere(to_date, cast),
        replaced_everywhere(is_date, lambda text: is_date(text) or looks_like_one(text) is not None),
    ):
        yield


def _no_digits_as_booleans(text: str) -> bool:
    if text.strip(BLANK) in {"0", "1"}:
        raise EvaluationError("FORG0001", "not a boolean")
    return to_boolean(text)


def _dollar_before_a_newline(pattern: str, flags: str = "") -> re.Pattern[str]:
    return re.compile(compile_regex(pattern, flags).pattern.replace(r"\Z", "$"))


def _undecided_is_false(*operands: Callable[[], Any]) -> bool:
    """An `or` in which no operand is true, though one is an error."""
    for operand in operands:
        with suppress(EvaluationError):
            if operand():
                return True
    return False


def _instead(
    original: Callable[..., Any], replacement: Callable[..., Any]
) -> Callable[[], AbstractContextManager[None]]:
    return partial(replaced_everywhere, original, replacement)


RUNTIME_BUGS = (
    PlantedBug(
        name="round half to even",
        plant=_instead(round_half_up, _half_to_even),
        kinds=("directed: nudge-each", "nudge-number"),
    ),
    PlantedBug(name="exponent accepted", plant=partial(_decimals_read_by, _with_exponent), kinds=("odd-number",)),
    PlantedBug(name="blanks not trimmed", plant=partial(_decimals_read_by, _untrimmed), kinds=("odd-number",)),
    PlantedBug(
        name="binary float for decimal",
        plant=partial(_decimals_read_by, _binary),
        kinds=("directed: nudge-each", "nudge-number"),
    ),
    PlantedBug(
        name="number('') is 0",
        plant=_instead(number, lambda text: number(text) if text.strip(BLANK) else 0.0),
        kinds=("directed: empty-each", "odd-number"),
    ),
    PlantedBug(
        name="boolean 1/0 unknown", plant=_instead(to_boolean, _no_digits_as_booleans), kinds=("respell-boolean",)
    ),
    PlantedBug(name="date not checked", plant=_dates_by_shape, kinds=("directed: date-each", "odd-text")),
    PlantedBug(
        name="normalize-space missing",
        plant=_instead(normalize_space, lambda text: text),
        kinds=("directed: pad-each", "put-blanks-around"),
    ),
    PlantedBug(
        name="U+00A0 trimmed",
        plant=_instead(normalize_space, lambda text: " ".join(text.split())),
        kinds=("directed: pad-each", "odd-text"),
    ),
    PlantedBug(
        name="an undecided or is false",
        plant=_instead(disjunction, _undecided_is_false),
        kinds=("duplicate-element", "copy-with-other-value"),
    ),
    PlantedBug(
        name="substring from 0",
        plant=_instead(substring, lambda text, start, *length: substring(text, start + 1, *length)),
    ),
    PlantedBug(
        name="$ before a newline",
        plant=_instead(compile_regex, _dollar_before_a_newline),
        kinds=("directed: pad-each", "put-blanks-around"),
    ),
)
