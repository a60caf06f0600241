"""Sequences, ranges, `for`, `some` and `every`."""

from documents.adapters.schematron.compiler.forms import listing
from documents.adapters.schematron.compiler.logic import as_boolean
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many, unified
from documents.adapters.schematron.compiler.values import (
    EMPTY_SEQUENCE,
    NOT_CONSTANT,
    Count,
    Kind,
    Value,
    boolean_constant,
    stored,
    union_of_uses,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression, variables


def compile_sequence(expression: Expression, scope: Scope) -> Value:
    """`(a, b, c)`"""
    items = expression[1]
    if not items:
        return EMPTY_SEQUENCE
    compiled = [stored(scope.compile(item)) for item in items]
    if len(compiled) == 1:
        return compiled[0]
    values = unified(*compiled)
    if all(value.is_one for value in values):
        code = f"({', '.join(value.code for value in values)})"
    else:
        code = f"[{', '.join(f'*{as_many(value)}' for value in values)}]"
    return Value(
        code=code,
        kind=values[0].kind,
        count=Count.MANY,
        uses=union_of_uses(*values),
        constant=_constants(values),
        is_ordered=False,
        in_any_order=any(value.in_any_order for value in values),
    )


def _constants(values: list[Value]) -> object:
    """The items, when all are constant: sequences are laid end to end."""
    if not all(value.is_constant for value in values):
        return NOT_CONSTANT
    constants = (value.constant for value in values)
    return tuple(item for each in constants for item in (each if isinstance(each, tuple) else (each,)))


def compile_range(expression: Expression, scope: Scope) -> Value:
    """`a to b`"""
    first, last = scope.compile(expression[1]), scope.compile(expression[2])
    for value in (first, last):
        if value.kind is not Kind.INTEGER or not value.is_one:
            raise UnsupportedConstruct("a range of anything but integers")
    code = f"range({first.code}, {last.code} + 1)"
    return Value(code=code, kind=Kind.INTEGER, count=Count.MANY, uses=union_of_uses(first, last))


def bound(scope: Scope, value: Value) -> tuple[str, Value]:
    """A Python name for the items of a sequence, and the item as a value."""
    name = scope.module.fresh("x")
    return name, Value(code=name, kind=value.kind, uses=frozenset({name}))


def compile_for(expression: Expression, scope: Scope) -> Value:
    """`for $a in .., $b in .. return ..`: one list."""
    clauses, names, uses, sources = [], set(), frozenset[str](), []
    for variable, sequence in expression[1]:
        value = scope.compile(sequence)
        name, item = bound(scope, value)
        clauses.append(f"for {name} in {as_many(value)}")
        uses |= value.uses
        names.add(name)
        sources.append(value)
        scope = scope.having(variable, item)
    result = scope.compile(expression[2])
    whole = any(value.in_any_order for value in (*sources, result))
    return Value(
        code=listing(flat(result, scope, clauses), whole=whole),
        kind=result.kind,
        count=Count.MANY,
        uses=(uses | result.uses) - names,
        is_ordered=False,
        in_any_order=whole,
    )


def flat(result: Value, scope: Scope, clauses: list[str]) -> str:
    """The inside of a list: the result for every round of the clauses, sequences laid end to end."""
    loops = " ".join(clauses)
    result = stored(result)
    if result.is_one:
        return f"{result.code} {loops}"
    name = scope.module.fresh("x")
    if result.is_many:
        return f"{name} {loops} for {name} in {result.code}"
    return f"{name} {loops} for {name} in ({result.code},) if {name} is not None"


def compile_quantified(expression: Expression, scope: Scope) -> Value:
    """`some` and `every`: the items are looked at until one decides."""
    if len(expression[1]) != 1:
        raise UnsupportedConstruct(f"{expression[0]} over several sequences")
    ((variable, sequence),) = expression[1]
    value = scope.compile(sequence)
    if value.kind is Kind.NOTHING:
        return boolean_constant(expression[0] == "every")
    if expression[0] == "some" and value.is_constant:
        listed = _in_list(expression, value, scope)
        if listed is not None:
            return listed
    name, item = bound(scope, value)
    condition = as_boolean(scope.having(variable, item).compile(expression[2]))
    uses = (value.uses | condition.uses) - {name}
    conditions = listing(f"{condition.code} for {name} in {as_many(value)}", whole=value.in_any_order)
    code = f"{'any' if expression[0] == 'some' else 'all'}({conditions})"
    return Value(code=code, kind=Kind.BOOLEAN, uses=uses)


def _in_list(expression: Expression, codes: Value, scope: Scope) -> Value | None:
    """`some $code in <constant strings> satisfies x = $code`: whether x is one of a set."""
    ((variable, _),), condition = expression[1], expression[2]
    listed = codes.constant
    if condition[:2] != ("general", "=") or codes.kind is not Kind.STRING or not isinstance(listed, tuple):
        return None
    sides = [side for side in condition[2:] if side != ("var", variable)]
    if len(sides) != 1:
        return None
    if variable in variables(sides[0]):
        return None
    return scope.compile(("general", "=", sides[0], ("sequence", tuple(("string", code) for code in listed))))
