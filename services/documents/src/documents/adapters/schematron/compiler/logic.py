"""Truth: effective boolean values (XPath 2.0, 2.4.3), `and`, `or`, `if`."""

from documents.adapters.schematron.compiler.atoms import text_or_empty
from documents.adapters.schematron.compiler.code_lists import compile_single_code, single_code
from documents.adapters.schematron.compiler.forms import either
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import unified
from documents.adapters.schematron.compiler.values import (
    NODES,
    Count,
    Kind,
    Value,
    boolean_constant,
    union_of_uses,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import FN, XS, Expression


def truth(value: Value) -> str:
    """Code whose truth in Python is the effective boolean value."""
    if value.kind is Kind.NOTHING:
        return "False"
    if value.truth is not None:
        return value.truth
    if value.kind in NODES:
        return {Count.ONE: "True", Count.OPTIONAL: f"({value.code} is not None)", Count.MANY: value.code}[value.count]
    if value.is_many:
        return f"truth_of({value.code})"
    if value.kind is Kind.DOUBLE:
        return f"is_true_number({value.code})"
    if value.kind is Kind.DATE:
        raise UnsupportedConstruct("the effective boolean value of a date")
    return value.code  # strings, booleans, exact numbers: Python's truth is XPath's, and None is false


def known_truth(value: Value) -> bool | None:
    """The effective boolean value where it is known before any document is seen."""
    if value.kind in NODES and value.is_one:
        return True
    if not value.is_constant:
        return None
    constant = value.constant
    if isinstance(constant, tuple):
        if len(constant) > 1:
            return None
        constant = constant[0] if constant else False
    return constant == constant and bool(constant)  # noqa: PLR0124 - NaN is not itself


def as_boolean(value: Value) -> Value:
    """The effective boolean value as a boolean."""
    known = known_truth(value)
    if known is not None:
        return boolean_constant(known)
    if value.kind is Kind.BOOLEAN and value.is_one and value.truth is None:
        return value
    return Value(code=truth(value), kind=Kind.BOOLEAN, uses=value.uses, is_bool=False)


def negated(value: Value) -> Value:
    known = known_truth(value)
    if known is not None:
        return boolean_constant(not known)
    return Value(code=f"(not {truth(value)})", kind=Kind.BOOLEAN, uses=value.uses)


def compile_either(expression: Expression, scope: Scope) -> Value:
    """`and` and `or`: an operand that decides is enough, whatever the others are."""
    operator = expression[0]
    absorbing: bool = operator == "or"
    if (found := single_code(expression)) is not None:
        listing, text = found
        return compile_single_code(text_or_empty(scope.compile(text)), listing, scope)
    if _is_choice(expression):
        return _in_turn(*(as_boolean(scope.compile(part)) for part in expression[1:]))
    operands: list[Value] = []
    for part in _flattened(expression, operator):
        value = as_boolean(scope.compile(part))
        if value.constant is absorbing:
            return boolean_constant(absorbing)
        if not value.is_constant:
            operands.append(value)
    if not operands:
        return boolean_constant(not absorbing)
    if len(operands) == 1:
        return operands[0]
    code = either(operator, [operand.code for operand in operands])
    return Value(code=code, kind=Kind.BOOLEAN, uses=union_of_uses(*operands), is_bool=_all_strict(operands))


def _in_turn(first: Value, second: Value) -> Value:
    """`and` with an error in the first operand an error, whatever the second is."""
    if first.is_constant:
        return second if first.constant else first
    uses = union_of_uses(first, second)
    is_bool = first.is_bool and second.is_bool
    return Value(code=f"({first.code} and {second.code})", kind=Kind.BOOLEAN, uses=uses, is_bool=is_bool)


def _is_choice(expression: Expression) -> bool:
    """`a and f(b)` with a function of the stylesheet: the reference makes it `if (a) then f(b) else false()`."""
    return expression[0] == "and" and expression[2][0] == "call" and expression[2][1] not in {FN, XS}


def _flattened(expression: Expression, operator: str) -> list[Expression]:
    if expression[0] != operator or _is_choice(expression) or single_code(expression) is not None:
        return [expression]
    return [*_flattened(expression[1], operator), *_flattened(expression[2], operator)]


def _all_strict(operands: list[Value]) -> bool:
    return all(operand.is_bool for operand in operands)


def compile_choice(expression: Expression, scope: Scope) -> Value:
    """`if (..) then .. else ..`: only the branch that is chosen is evaluated."""
    condition = as_boolean(scope.compile(expression[1]))
    if condition.is_constant:
        return scope.compile(expression[2 if condition.constant else 3])
    then, otherwise = unified(scope.compile(expression[2]), scope.compile(expression[3]))
    code = f"({then.code} if {condition.code} else {otherwise.code})"
    uses = union_of_uses(condition, then, otherwise)
    is_bool = then.is_bool and otherwise.is_bool
    return Value(
        code=code,
        kind=then.kind,
        count=then.count,
        uses=uses,
        is_bool=is_bool,
        is_ordered=then.is_ordered and otherwise.is_ordered,
        is_nested=then.is_nested or otherwise.is_nested,
        in_any_order=then.in_any_order or otherwise.in_any_order,
    )
