"""Atomization and the casts that operators imply (XPath 2.0, 2.4.2 and 3.5): from any value to items of one kind."""

from dataclasses import replace

from documents.adapters.schematron.compiler.forms import listing, over
from documents.adapters.schematron.compiler.values import (
    EXACT,
    NOT_CONSTANT,
    NUMERIC,
    UNTYPED,
    Count,
    Kind,
    Value,
    recoded,
    stored,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct

_CASTS = {
    Kind.DOUBLE: "to_double",
    Kind.DECIMAL: "to_decimal",
    Kind.INTEGER: "to_integer",
    Kind.BOOLEAN: "to_boolean",
    Kind.DATE: "to_date",
}
_BESIDE = {Kind.DOUBLE: "beside_double", Kind.INTEGER: "beside_integer", Kind.DECIMAL: "beside_decimal"}
_PROMOTIONS = {
    (Kind.INTEGER, Kind.DECIMAL): "Decimal",
    (Kind.INTEGER, Kind.DOUBLE): "integer_to_double",
    (Kind.DECIMAL, Kind.DOUBLE): "decimal_to_double",
}


def atomized(value: Value) -> Value:
    """The typed value: for nodes their string value, untyped."""
    if value.kind is Kind.ELEMENT:
        code = {
            Count.ONE: f"({value.code}.text or text_of({value.code}))",
            Count.OPTIONAL: f"mapped(text_of, {value.code})",
            Count.MANY: over("texts", value.code),
        }[value.count]
        return recoded(value, code=code, kind=Kind.UNTYPED)
    if value.kind in UNTYPED:
        return replace(value, kind=Kind.UNTYPED, truth=None)
    return stored(value)


def at_most_one(value: Value) -> Value:
    """The typed value of at most one item; more is an error at run time."""
    if value.kind is Kind.ELEMENT and value.is_many:
        return recoded(value, code=f"text_if_any({value.code})", kind=Kind.UNTYPED, count=Count.OPTIONAL)
    atom = atomized(value)
    if atom.is_many and atom.kind is not Kind.NOTHING:
        return recoded(atom, code=f"only({atom.code})", count=Count.OPTIONAL, constant=NOT_CONSTANT)
    return atom


def text_or_empty(value: Value) -> Value:
    """At most one item as a string: the empty string when there is none. Numbers have to be cast before."""
    if value.kind is Kind.NOTHING:
        return Value(code="''", kind=Kind.STRING, constant="")
    if value.kind is Kind.STRING and value.is_one:
        return value
    if value.kind not in UNTYPED and value.kind is not Kind.STRING:
        raise UnsupportedConstruct(f"a {value.kind.value} where a string is expected")
    if value.kind is Kind.ELEMENT and value.is_many:
        code = f"child_text({value.child[0]}, {value.child[1]!r})" if value.child else f"text1({value.code})"
        return Value(code=code, kind=Kind.STRING, uses=value.uses)
    atom = atomized(value)
    code = {
        Count.ONE: atom.code,
        Count.OPTIONAL: f"({atom.code} or '')",
        Count.MANY: f"string1({atom.code})",
    }[atom.count]
    constant = value.constant if isinstance(value.constant, str) else NOT_CONSTANT
    return recoded(atom, code=code, kind=Kind.STRING, count=Count.ONE, constant=constant)


def converted(value: Value, kind: Kind) -> Value:
    """The items cast to another kind, where operators do that by themselves; anything else is refused."""
    atom = atomized(value)
    if atom.kind is kind or (kind is Kind.STRING and atom.kind is Kind.UNTYPED):
        return replace(atom, kind=kind)
    if atom.kind is Kind.UNTYPED:
        return _mapped(atom, _CASTS[kind], kind)
    promotion = _PROMOTIONS.get((atom.kind, kind))
    if promotion is not None:
        return _mapped(atom, promotion, kind)
    raise UnsupportedConstruct(f"a {atom.kind.value} where a {kind.value} is expected")


def comparable(value: Value, kind: Kind) -> Value:
    """The items for an operator of Python's that takes decimals and integers alike."""
    atom = atomized(value)
    return replace(atom, kind=kind) if kind is Kind.DECIMAL and atom.kind in EXACT else converted(atom, kind)


def beside(value: Value, other: Kind) -> Value:
    """Untyped items as doubles, to be compared with numbers of the other kind."""
    return _mapped(atomized(value), _BESIDE[other], Kind.DOUBLE)


def _mapped(atom: Value, function: str, kind: Kind) -> Value:
    code = {
        Count.ONE: f"{function}({atom.code})",
        Count.OPTIONAL: f"mapped({function}, {atom.code})",
        Count.MANY: listing(f"{function}(i) for i in {atom.code}", whole=atom.in_any_order),
    }[atom.count]
    return recoded(atom, code=code, kind=kind, constant=NOT_CONSTANT)


def numeric(value: Value) -> Value:
    """At most one number; untyped values are doubles (XPath 2.0, 3.4)."""
    atom = at_most_one(value)
    if atom.kind in NUMERIC:
        return atom
    return converted(atom, Kind.DOUBLE)


def common_number(*kinds: Kind) -> Kind:
    """The kind in which numbers of these kinds are calculated."""
    if Kind.DOUBLE in kinds:
        return Kind.DOUBLE
    return Kind.INTEGER if set(kinds) == {Kind.INTEGER} else Kind.DECIMAL
