"""`xs:decimal(x)`, `x cast as`, `x castable as` (XPath 2.0, 3.10; F&O 17)."""

from dataclasses import replace
from typing import Final

from documents.adapters.schematron.compiler.atoms import at_most_one, atomized, converted, text_or_empty
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import (
    EMPTY_SEQUENCE,
    EXACT,
    NOT_CONSTANT,
    UNTYPED,
    Count,
    Kind,
    Value,
    boolean_constant,
    recoded,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import Expression

_TEXTS: Final = UNTYPED | {Kind.STRING}
_KINDS: Final = {
    "decimal": Kind.DECIMAL,
    "integer": Kind.INTEGER,
    "double": Kind.DOUBLE,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "string": Kind.STRING,
}
_TESTS: Final = {
    Kind.DECIMAL: "is_decimal",
    Kind.INTEGER: "is_integer",
    Kind.DOUBLE: "is_double",
    Kind.DATE: "is_date",
}


def constructed(type_name: str, value: Value) -> Value:
    """`xs:type(x)`: of nothing, nothing; of more than one item an error."""
    kind = _kind(type_name)
    if value.kind is Kind.NOTHING:
        return EMPTY_SEQUENCE
    if kind is Kind.DECIMAL and value.kind is Kind.ELEMENT and value.is_many:
        code = f"child_decimal({value.child[0]}, {value.child[1]!r})" if value.child else f"decimal1({value.code})"
        return Value(code=code, kind=kind, count=Count.OPTIONAL, uses=value.uses)
    return cast(at_most_one(value), kind)


def cast(atom: Value, kind: Kind) -> Value:
    """Cast at most one atomic value."""
    if kind is Kind.STRING:
        return as_text(atom)
    if atom.kind is kind:
        return atom
    if atom.kind in _TEXTS:
        return converted(replace(atom, kind=Kind.UNTYPED), kind)
    function = _NUMBER_CASTS.get((atom.kind, kind))
    if function is None:
        raise UnsupportedConstruct(f"a cast from {atom.kind.value} to {kind.value}")
    code = f"{function}({atom.code})" if atom.is_one else f"mapped({function}, {atom.code})"
    return recoded(atom, code=code, kind=kind, constant=NOT_CONSTANT)


_NUMBER_CASTS: Final = {
    (Kind.INTEGER, Kind.DECIMAL): "Decimal",
    (Kind.DECIMAL, Kind.INTEGER): "decimal_to_integer",
    (Kind.DOUBLE, Kind.DECIMAL): "double_to_decimal",
    (Kind.DOUBLE, Kind.INTEGER): "double_to_integer",
    (Kind.INTEGER, Kind.DOUBLE): "integer_to_double",
    (Kind.DECIMAL, Kind.DOUBLE): "decimal_to_double",
}
_TEXT_OF: Final[dict[Kind, str]] = {
    Kind.DECIMAL: "decimal_text",
    Kind.INTEGER: "integer_text",
    Kind.DOUBLE: "double_text",
    Kind.BOOLEAN: "boolean_text",
}


def as_text(atom: Value) -> Value:
    """An atomic value as a string (F&O 17.1.2)."""
    if atom.kind in _TEXTS:
        return replace(atom, kind=Kind.STRING)
    function = _TEXT_OF.get(atom.kind)
    if function is None:
        raise UnsupportedConstruct(f"a cast from {atom.kind.value} to string")
    code = f"{function}({atom.code})" if atom.is_one else f"mapped({function}, {atom.code})"
    number = atom.code if atom.kind is Kind.DOUBLE and atom.is_one else None
    return recoded(atom, code=code, kind=Kind.STRING, number=number)


def compile_cast(expression: Expression, scope: Scope) -> Value:
    """`x cast as T`: of nothing an error; `x cast as T?`: of nothing, nothing."""
    _, type_name, optional, operand = expression
    value = cast(at_most_one(scope.compile(operand)), _kind(type_name))
    if optional or value.is_one:
        return value
    return recoded(value, code=f"required({value.code})", count=Count.ONE)


def compile_castable(expression: Expression, scope: Scope) -> Value:
    """`x castable as T`: never an error, not even for several items."""
    _, type_name, optional, operand = expression
    kind = _kind(type_name)
    value = scope.compile(operand)
    if value.kind in EXACT and kind in EXACT and value.is_one:
        return boolean_constant(value.kind is kind or kind is Kind.DECIMAL)
    if kind is Kind.STRING and value.kind is kind and value.is_one:
        return boolean_constant(True)
    if kind not in _TESTS or value.kind not in _TEXTS or optional:
        raise UnsupportedConstruct(f"{value.kind.value} castable as {type_name}")
    test = _TESTS[kind]
    if value.is_one:
        return Value(code=f"{test}({text_or_empty(value).code})", kind=Kind.BOOLEAN, uses=value.uses)
    if value.count is Count.OPTIONAL:
        return Value(code=f"(mapped({test}, {atomized(value).code}) or False)", kind=Kind.BOOLEAN, uses=value.uses)
    raise UnsupportedConstruct(f"castable as {type_name} of a sequence")


def _kind(type_name: str) -> Kind:
    kind = _KINDS.get(type_name)
    if kind is None:
        raise UnsupportedConstruct(f"the type xs:{type_name}")
    return kind
