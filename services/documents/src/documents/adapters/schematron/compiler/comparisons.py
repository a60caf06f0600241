"""General comparisons (`=`, over all pairs) and value comparisons (`eq`, of single items): XPath 2.0, 3.5."""

from typing import Final

from documents.adapters.schematron.compiler.atoms import at_most_one, beside, common_number, comparable, converted
from documents.adapters.schematron.compiler.forms import both, listing, may_fail, over
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    NUMERIC,
    UNTYPED,
    Count,
    Kind,
    Value,
    boolean_constant,
    union_of_uses,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

_OPERATORS: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_VALUE_OPERATORS: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_FUNCTIONS: Final = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_EQUALITY: Final = frozenset({"==", "!="})
_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compile_general(expression: Expression, scope: Scope) -> Value:
    """True when any pair of items compares so; nothing compares with an empty sequence."""
    operator = _OPERATORS[expression[1]]
    left, right = scope.compile(expression[2]), scope.compile(expression[3])
    if Kind.NOTHING in (left.kind, right.kind):
        return boolean_constant(False)
    for text, literal in ((left, right.constant), (right, left.constant)):
        special = _SPECIAL[literal](expression[1], text) if isinstance(literal, str) and literal in _SPECIAL else None
        if special is not None:
            return special
    kind = _kind_of_comparison(left, right)
    uses = union_of_uses(left, right)
    return Value(code=_general(operator, left, right, kind, scope), kind=Kind.BOOLEAN, uses=uses)


def _is_empty(operator: str, text: Value) -> Value | None:
    """`normalize-space(x) = ''`: whether x is blank, without normalizing it."""
    if operator not in _OF_EQUALITY or text.truth is None or text.kind is not Kind.STRING or not text.is_one:
        return None
    if operator == "=":
        return Value(code=f"(not {text.truth})", kind=Kind.BOOLEAN, uses=text.uses)
    return Value(code=f"({text.truth} != '')", kind=Kind.BOOLEAN, uses=text.uses, truth=text.truth)


def _is_no_number(operator: str, text: Value) -> Value | None:
    """`string(number(x)) = 'NaN'`: without writing the number, whose digits may be uncertain."""
    if operator not in _OF_EQUALITY or text.number is None:
        return None
    code = f"isnan({text.number})" if operator == "=" else f"(not isnan({text.number}))"
    return Value(code=code, kind=Kind.BOOLEAN, uses=text.uses)


_OF_EQUALITY: Final = frozenset({"=", "!="})
_SPECIAL: Final = {"": _is_empty, "NaN": _is_no_number}


def _kind_of_comparison(left: Value, right: Value) -> Kind:
    """The kind in which two items are compared: an untyped one follows the other."""
    kinds = {Kind.UNTYPED if value.kind in UNTYPED else value.kind for value in (left, right)}
    if kinds <= {Kind.UNTYPED, Kind.STRING}:
        return Kind.STRING
    if kinds <= NUMERIC | {Kind.UNTYPED}:
        return Kind.DOUBLE if Kind.UNTYPED in kinds else common_number(*kinds)
    typed = kinds - {Kind.UNTYPED}
    if len(typed) == 1 and typed <= {Kind.BOOLEAN, Kind.DATE}:
        return typed.pop()
    raise UnsupportedConstruct(f"a comparison of {' and '.join(sorted(each.value for each in kinds))}")


def _general(operator: str, left: Value, right: Value, kind: Kind, scope: Scope) -> str:
    if left.is_one and right.is_many:
        left, right, operator = right, left, _MIRRORED[operator]
    if operator == "==" and left.kind is Kind.ELEMENT and left.is_many and right.is_one:
        if kind is Kind.STRING:
            return over("has_text", left.code, converted(right, kind).code)
        if kind is Kind.BOOLEAN and not left.in_any_order:
            return f"has_boolean({left.code}, {converted(right, kind).code})"
    a, b = _side(left, kind, right.kind), _side(right, kind, left.kind)
    if kind is Kind.STRING and operator == "==" and (a.is_many or b.is_many):
        return _shared_string(a, b, scope)
    if (a.is_one and b.is_one) or (operator == "==" and _none_is_unequal(a, b)):
        return f"({a.code} {operator} {b.code})"
    if not a.is_many and not b.is_many:
        return f"({both(_FUNCTIONS[operator], a.code, b.code)} or False)"
    return _any_pair(operator, a, b, scope)


def _side(value: Value, kind: Kind, other: Kind) -> Value:
    if kind is Kind.DOUBLE and value.kind in UNTYPED:
        return beside(value, other)
    return comparable(value, kind)


def _none_is_unequal(a: Value, b: Value) -> bool:
    """Whether a missing item, which is None, makes Python's comparison false as it should be, and nothing else."""
    if a.is_many or b.is_many:
        return False
    return a.is_one or (b.is_one and not may_fail(b.code))


def _shared_string(a: Value, b: Value, scope: Scope) -> str:
    """Whether two sequences of strings have one in common."""
    if a.is_many and not b.is_many:
        a, b = b, a
    codes = _set_of(b, scope)
    if not a.is_many:
        return f"({a.code} in {codes or b.code})"
    if codes is None and (codes := _set_of(a, scope)) is not None:
        a = b
    return f"(not {codes}.isdisjoint({a.code}))" if codes else f"(not set({a.code}).isdisjoint({b.code}))"


def _set_of(value: Value, scope: Scope) -> str | None:
    if not isinstance(value.constant, tuple):
        return None
    return scope.module.constant(f"frozenset({sorted(set(value.constant))!r})")


def _any_pair(operator: str, a: Value, b: Value, scope: Scope) -> str:
    # The right side is evaluated once, and also when there is nothing to compare it with: it may be an error.
    x, y, others = (scope.module.fresh("x") for _ in range(3))
    # Whether something is less than an item may be asked of the greatest one, for which all have to be known.
    whole = a.in_any_order or b.in_any_order or operator not in _EQUALITY
    if not whole and a.is_many and b.is_many and may_fail(f"{a.code}, {b.code}"):
        return f"any_pair({_FUNCTIONS[operator]}, {a.code}, {b.code})"
    if b.is_one:
        pairs = f"{x} {operator} {y} for {y} in ({b.code},) for {x} in {as_many(a)}"
    else:
        pairs = f"{x} {operator} {y} for {others} in ({as_many(b)},) for {x} in {as_many(a)} for {y} in {others}"
    return f"any({listing(pairs, whole=whole)})"


def compile_value(expression: Expression, scope: Scope) -> Value:
    """`eq` and its like: at most one item each; untyped ones are strings; empty when one is empty."""
    operator = _VALUE_OPERATORS[expression[1]]
    sides = [at_most_one(scope.compile(side)) for side in expression[2:]]
    kinds = {Kind.STRING if side.kind is Kind.UNTYPED else side.kind for side in sides}
    if not kinds <= NUMERIC and len(kinds) > 1:
        raise UnsupportedConstruct(f"{expression[1]} of {' and '.join(sorted(kind.value for kind in kinds))}")
    kind = common_number(*kinds) if kinds <= NUMERIC else kinds.pop()
    a, b = (comparable(side, kind) for side in sides)
    uses = union_of_uses(a, b)
    if a.is_one and b.is_one:
        return Value(code=f"({a.code} {operator} {b.code})", kind=Kind.BOOLEAN, uses=uses)
    code = both(_FUNCTIONS[operator], a.code, b.code)
    return Value(code=code, kind=Kind.BOOLEAN, count=Count.OPTIONAL, uses=uses, is_bool=False)
