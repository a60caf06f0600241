"""Functions on numbers, and aggregates (F&O 6.4, 14.5, 15.4)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from documents.adapters.schematron.compiler.atoms import at_most_one, atomized, converted, numeric
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    EMPTY_SEQUENCE,
    NOT_CONSTANT,
    NUMERIC,
    UNTYPED,
    Count,
    Kind,
    Value,
    integer_constant,
    recoded,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

Arguments: TypeAlias = tuple[Expression, ...]

_TEXTS: Final = UNTYPED | {Kind.STRING}


def _number(arguments: Arguments, scope: Scope) -> Value:
    """`number()`: never an error for what is no number, NaN instead."""
    value = at_most_one(scope.compile(arguments[0]) if arguments else scope.item())
    if value.kind is Kind.NOTHING:
        return Value(code="NAN", kind=Kind.DOUBLE)
    if value.kind in _TEXTS:
        code = f"number({value.code})" if value.is_one else f"number_or_nan({value.code})"
    elif value.kind in NUMERIC and value.is_one:
        return converted(value, Kind.DOUBLE)
    else:
        raise UnsupportedConstruct(f"number() of a {value.kind.value}")
    return Value(code=code, kind=Kind.DOUBLE, uses=value.uses)


def _keeping_kind(function: str) -> Callable[[Arguments, Scope], Value]:
    """A function from a number to one of the same kind."""

    def compiled(arguments: Arguments, scope: Scope) -> Value:
        value = scope.compile(arguments[0])
        if value.kind is Kind.NOTHING:
            return EMPTY_SEQUENCE
        value = numeric(value)
        code = f"{function}({value.code})" if value.is_one else f"mapped({function}, {value.code})"
        return recoded(value, code=code, constant=NOT_CONSTANT)

    return compiled


def _sum(arguments: Arguments, scope: Scope) -> Value:
    """Of nothing the integer 0; untyped items are doubles."""
    items = atomized(scope.compile(arguments[0]))
    if items.kind is Kind.NOTHING:
        return integer_constant(0)
    is_untyped = items.kind is Kind.UNTYPED
    if is_untyped:
        items = converted(items, Kind.DOUBLE)
    function = {Kind.DOUBLE: "total_double", Kind.DECIMAL: "total", Kind.INTEGER: "sum"}.get(items.kind)
    if function is None:
        raise UnsupportedConstruct(f"sum of a {items.kind.value}")
    return Value(code=f"{function}({as_many(items)})", kind=items.kind, uses=items.uses, may_be_zero=is_untyped)


def _count(arguments: Arguments, scope: Scope) -> Value:
    items = scope.compile(arguments[0])
    if items.is_constant and isinstance(items.constant, tuple):
        return integer_constant(len(items.constant))
    code = {
        Count.ONE: "1",
        Count.OPTIONAL: f"(0 if {items.code} is None else 1)",
        Count.MANY: f"len({items.code})",
    }[items.count]
    return Value(code=code, kind=Kind.INTEGER, uses=items.uses)


FUNCTIONS: Final[dict[tuple[str, int | None], Callable[[Arguments, Scope], Value]]] = {
    ("number", 0): _number,
    ("number", 1): _number,
    ("round", 1): _keeping_kind("round_half_up"),
    ("abs", 1): _keeping_kind("abs"),
    ("sum", 1): _sum,
    ("count", 1): _count,
}
