"""Expressions of XPath over `$a`, `$b` and `$c` (strings), and the same as calls of our run-time."""

from collections.abc import Callable
from decimal import Decimal, DecimalException, localcontext
from operator import add, eq, ge, le, lt, mul, ne, neg
from typing import Any, Final

from documents.adapters.schematron.runtime import arithmetic, dates, numbers, strings
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.regexes import compile_regex, matches, replace, tokenize

Calculate = Callable[..., Any]

FAILED: Final = "an error"


def _of(cast: Callable[[str], Any], *functions: Calculate) -> Calculate:
    """The casts of all arguments, then one function after the other."""

    def calculate(*texts: str) -> Any:
        first, *others = functions or (lambda value: value,)
        value = first(*map(cast, texts))
        for function in others:
            value = function(value)
        return value

    return calculate


def _of_text(function: Calculate) -> Calculate:
    """A function of a text and numbers."""
    return lambda text, *places: function(text, *map(numbers.to_double, places))


_DECIMAL, _INTEGER, _DOUBLE = numbers.to_decimal, numbers.to_integer, numbers.to_double
_HUNDRED: Final = Decimal(100)

CASTS: Final[dict[str, Calculate]] = {
    "xs:decimal($a)": _DECIMAL,
    "$a castable as xs:decimal": numbers.is_decimal,
    "xs:integer($a)": _INTEGER,
    "$a castable as xs:integer": numbers.is_integer,
    "$a castable as xs:double": numbers.is_double,
    "xs:integer(xs:decimal($a))": _of(_DECIMAL, numbers.decimal_to_integer),
    "xs:integer(xs:double($a))": _of(_DOUBLE, numbers.double_to_integer),
    "xs:decimal(xs:double($a))": _of(_DOUBLE, numbers.double_to_decimal),
    "xs:boolean($a)": numbers.to_boolean,
    "$a castable as xs:boolean": numbers.is_boolean,
    "round(xs:decimal($a))": _of(_DECIMAL, arithmetic.round_half_up),
    "round(xs:integer($a))": _of(_INTEGER, arithmetic.round_half_up),
    "abs(xs:decimal($a))": _of(_DECIMAL, abs),
    "-xs:decimal($a)": _of(_DECIMAL, neg),
}
CASTS_TO_DOUBLE: Final[dict[str, Calculate]] = {
    "xs:double($a)": _DOUBLE,
    "number($a)": numbers.number,
    "round(xs:double($a))": _of(_DOUBLE, arithmetic.round_half_up),
    "xs:double(xs:decimal($a))": _of(_DECIMAL, numbers.decimal_to_double),
    "xs:double(-xs:decimal($a) * 0)": _of(_DECIMAL, lambda a: -a * 0, numbers.decimal_to_double),
    "xs:double(xs:integer($a))": _of(_INTEGER, numbers.integer_to_double),
}
OF_TWO_DECIMALS: Final[dict[str, Calculate]] = {
    "xs:decimal($a) div xs:decimal($b)": _of(_DECIMAL, arithmetic.decimal_divide),
    "xs:decimal($a) mod xs:decimal($b)": _of(_DECIMAL, arithmetic.modulo),
    "xs:decimal($a) idiv xs:decimal($b)": _of(_DECIMAL, arithmetic.integer_divide),
    "xs:decimal($a) * xs:decimal($b)": _of(_DECIMAL, mul),
    "xs:decimal($a) + xs:decimal($b)": _of(_DECIMAL, add),
    "sum((xs:decimal($a), xs:decimal($b)))": _of(_DECIMAL, lambda a, b: arithmetic.total([a, b])),
    "xs:decimal($a) < xs:decimal($b)": _of(_DECIMAL, lt),
    "1 div (xs:decimal($a) div xs:decimal($b))": _of(
        _DECIMAL, arithmetic.decimal_divide, lambda ratio: arithmetic.decimal_divide(Decimal(1), ratio)
    ),
    "1.0 div round(xs:decimal($a) div xs:decimal($b))": _of(
        _DECIMAL,
        arithmetic.decimal_divide,
        arithmetic.round_half_up,
        lambda ratio: arithmetic.decimal_divide(Decimal(1), ratio),
    ),
    "round(xs:decimal($a) * xs:decimal($b) * 100) div 100": _of(
        _DECIMAL,
        lambda a, b: arithmetic.round_half_up(a * b * _HUNDRED),
        lambda cents: arithmetic.decimal_divide(cents, _HUNDRED),
    ),
}
OF_TWO_INTEGERS: Final[dict[str, Calculate]] = {
    "xs:integer($a) mod xs:integer($b)": _of(_INTEGER, arithmetic.modulo),
    "xs:integer($a) idiv xs:integer($b)": _of(_INTEGER, arithmetic.integer_divide),
}
TO_DOUBLE_OF_TWO: Final[dict[str, Calculate]] = {
    "xs:double($a) div xs:double($b)": _of(_DOUBLE, arithmetic.double_divide),
    "xs:double($a) mod xs:double($b)": _of(_DOUBLE, arithmetic.modulo),
    "xs:double($a) * xs:double($b)": _of(_DOUBLE, mul),
    "xs:double($a) + xs:double($b)": _of(_DOUBLE, add),
    "sum((xs:double($a), xs:double($b), xs:double($a)))": _of(_DOUBLE, lambda a, b: arithmetic.total_double([a, b, a])),
}
OF_TWO_DOUBLES: Final[dict[str, Calculate]] = {
    "xs:double($a) idiv xs:double($b)": _of(_DOUBLE, arithmetic.integer_divide),
    "number($a) = number($b)": _of(numbers.number, eq),
    "number($a) != number($b)": _of(numbers.number, ne),
    "number($a) <= number($b)": _of(numbers.number, le),
}
OF_ONE_TEXT: Final[dict[str, Calculate]] = {
    "normalize-space($a)": strings.normalize_space,
    "upper-case($a)": strings.upper_case,
    "string-to-codepoints($a)": strings.codepoints,
    "codepoints-to-string(string-to-codepoints($a))": lambda a: strings.from_codepoints(strings.codepoints(a)),
}
OF_TWO_TEXTS: Final[dict[str, Calculate]] = {
    "substring-before($a, $b)": strings.substring_before,
    "substring-after($a, $b)": strings.substring_after,
}
OF_TWO_DATES: Final[dict[str, Calculate]] = {
    "xs:date($a) = xs:date($b)": _of(dates.to_date, eq),
    "xs:date($a) < xs:date($b)": _of(dates.to_date, lt),
    "xs:date($a) >= xs:date($b)": _of(dates.to_date, ge),
}
OTHERS: Final[dict[str, Calculate]] = {
    "substring($a, xs:double($b))": _of_text(strings.substring),
    "substring($a, xs:double($b), xs:double($c))": _of_text(strings.substring),
    "translate($a, $b, $c)": strings.translate,
    "codepoints-to-string(xs:integer($a))": lambda a: strings.from_codepoints([numbers.to_integer(a)]),
    "xs:date($a)": dates.to_date,
    "$a castable as xs:date": dates.is_date,
    "matches($a, $b)": lambda a, b: matches(a, compile_regex(b)),
    "tokenize($a, $b)": lambda a, b: tokenize(a, compile_regex(b)),
    "replace($a, $b, $c)": lambda a, b, c: replace(a, compile_regex(b), c),
}
DOUBLES: Final = CASTS_TO_DOUBLE | TO_DOUBLE_OF_TWO
CALCULATIONS: Final[dict[str, Calculate]] = {
    **CASTS,
    **DOUBLES,
    **OF_TWO_DECIMALS,
    **OF_TWO_INTEGERS,
    **OF_TWO_DOUBLES,
    **OF_ONE_TEXT,
    **OF_TWO_TEXTS,
    **OF_TWO_DATES,
    **OTHERS,
    **{f"string({name})": lambda *texts, of=of: numbers.double_text(of(*texts)) for name, of in DOUBLES.items()},
}


def ours(expression: str, *texts: str) -> list[str] | str:
    """What our run-time says the expression is worth, item by item as text, or FAILED."""
    try:
        with localcontext(arithmetic.EXACT):
            value = CALCULATIONS[expression](*texts)
    except (EvaluationError, DecimalException):
        return FAILED
    return [written(item) for item in (value if isinstance(value, list) else [value])]


def written(item: object) -> str:
    """An item as text; a double as Python writes it, as its text in XPath is a question of its own."""
    match item:
        case bool():
            return numbers.boolean_text(item)
        case int():
            return numbers.integer_text(item)
        case float():
            return repr(item)
        case Decimal():
            return numbers.decimal_text(item)
        case dates.Date():
            return dates.date_text(item)
    return str(item)


def expected_items(expected: str | list[str]) -> str | list[str]:
    """What a row of `xpath_traps` expects, in the form of `ours`: one item may be written without brackets."""
    return expected if expected == FAILED or isinstance(expected, list) else [expected]
