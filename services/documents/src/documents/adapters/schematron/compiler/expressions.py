"""Every kind of expression, and who compiles it.

Guarantees: a kind that is not in the table is refused by name. What does not depend on the context is made a value of
the document, evaluated at most once.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from documents.adapters.schematron.compiler import (
    arithmetic,
    casts,
    comparisons,
    functions,
    logic,
    loops,
    paths,
    predicates,
)
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import Kind, Value, integer_constant, text_constant
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression, variables


def compile_expression(expression: Expression, scope: Scope) -> Value:
    """Compile an expression; raises `UnsupportedConstruct` for what this compiler does not know."""
    compiler = _COMPILERS.get(expression[0])
    if compiler is None:
        raise UnsupportedConstruct(f"the expression {expression[0]!r}")
    value = compiler(expression, scope)
    if not value.is_document_wide or value.is_constant or expression[0] in _CHEAP or scope.of_path_type:
        return value
    if not scope.repeated and scope.module.occurrences.get(expression, 0) <= 1:
        return value
    meanings = tuple((name, scope.variable(name).code) for name in sorted(variables(expression)))
    return scope.module.once_per_document((expression, meanings, value.uses), value)


def _integer(expression: Expression, _: Scope) -> Value:
    return integer_constant(expression[1])


def _decimal(expression: Expression, scope: Scope) -> Value:
    code = scope.module.constant(f"Decimal({expression[1]!r})")
    return Value(code=code, kind=Kind.DECIMAL, constant=Decimal(expression[1]))


def _double(expression: Expression, scope: Scope) -> Value:
    number = float(expression[1])
    code = repr(number) if math.isfinite(number) else scope.module.constant("float('inf')")
    return Value(code=code, kind=Kind.DOUBLE, constant=number)


def _string(expression: Expression, _: Scope) -> Value:
    return text_constant(expression[1])


def _variable(expression: Expression, scope: Scope) -> Value:
    return scope.variable(expression[1])


def _context(_: Expression, scope: Scope) -> Value:
    return scope.item()


# Already as cheap as looking a value up.
_CHEAP: Final = frozenset({"context", "var", "root", "sequence"})
_COMPILERS: Final[dict[str, Callable[[Expression, Scope], Value]]] = {
    "integer": _integer,
    "decimal": _decimal,
    "double": _double,
    "string": _string,
    "var": _variable,
    "context": _context,
    "root": paths.compile_root,
    "path": paths.compile_path,
    "filter": predicates.compile_filter,
    "union": paths.compile_union,
    "sequence": loops.compile_sequence,
    "range": loops.compile_range,
    "for": loops.compile_for,
    "some": loops.compile_quantified,
    "every": loops.compile_quantified,
    "or": logic.compile_either,
    "and": logic.compile_either,
    "if": logic.compile_choice,
    "general": comparisons.compile_general,
    "value": comparisons.compile_value,
    "arithmetic": arithmetic.compile_arithmetic,
    "negate": arithmetic.compile_negation,
    "call": functions.compile_call,
    "cast": casts.compile_cast,
    "castable": casts.compile_castable,
}
