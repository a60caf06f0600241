"""`+ - * div idiv mod` and the minus sign (XPath 2.0, 3.4; F&O 6.2)."""

from typing import Final

from documents.adapters.schematron.compiler.atoms import common_number, comparable, converted, numeric
from documents.adapters.schematron.compiler.forms import both
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import (
    EMPTY_SEQUENCE,
    EXACT,
    NOT_CONSTANT,
    Count,
    Kind,
    Value,
    recoded,
    union_of_uses,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

_SIGNS: Final = {"+": "add", "-": "sub", "*": "mul"}


def compile_arithmetic(expression: Expression, scope: Scope) -> Value:
    """Empty when an operand is empty; exact between decimals and integers."""
    operator = expression[1]
    left, right = scope.compile(expression[2]), scope.compile(expression[3])
    if Kind.NOTHING in (left.kind, right.kind):
        return EMPTY_SEQUENCE
    a, b = numeric(left), numeric(right)
    may_be_zero = _may_be_zero(operator, a, b)
    kind = _calculated_in(operator, common_number(a.kind, b.kind))
    convert = comparable if operator in _SIGNS else converted
    a, b = convert(a, kind), convert(b, kind)
    optional = not (a.is_one and b.is_one)
    result = Kind.INTEGER if operator == "idiv" else kind
    return Value(
        code=_code(operator, kind, a, b, optional=optional),
        kind=result,
        count=Count.OPTIONAL if optional else Count.ONE,
        uses=union_of_uses(a, b),
        may_be_zero=may_be_zero,
    )


def _may_be_zero(operator: str, a: Value, b: Value) -> bool:
    """Whether the result is the integer 0 where a sum is; refused where a double would then be something else."""
    sums = [value.may_be_zero and value.kind is Kind.DOUBLE for value in (a, b)]
    if not any(sums):
        return False
    meets_exact = a.kind in EXACT or b.kind in EXACT
    if (operator not in {"*", "div"} and meets_exact) or (operator not in _SIGNS and sums[1]):
        raise UnsupportedConstruct(f"{operator} of a sum of untyped values, which is an integer when there are none")
    return meets_exact or all(sums)


def _calculated_in(operator: str, kind: Kind) -> Kind:
    """Integers divide to a decimal."""
    return Kind.DECIMAL if operator == "div" and kind is Kind.INTEGER else kind


def _code(operator: str, kind: Kind, a: Value, b: Value, *, optional: bool) -> str:
    function = _SIGNS.get(operator) or _division(operator, kind)
    if optional:
        return both(function, a.code, b.code)
    if operator in _SIGNS:
        return f"({a.code} {operator} {b.code})"
    return f"{function}({a.code}, {b.code})"


def _division(operator: str, kind: Kind) -> str:
    if operator == "div":
        return "double_divide" if kind is Kind.DOUBLE else "decimal_divide"
    return "integer_divide" if operator == "idiv" else "modulo"


def compile_negation(expression: Expression, scope: Scope) -> Value:
    value = numeric(scope.compile(expression[1]))
    code = f"(-{value.code})" if value.is_one else f"mapped(neg, {value.code})"
    return recoded(value, code=code, constant=NOT_CONSTANT)
