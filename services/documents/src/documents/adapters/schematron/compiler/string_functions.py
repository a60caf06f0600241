"""Functions on strings (F&O 7)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from documents.adapters.schematron.compiler.atoms import at_most_one, atomized, converted, text_or_empty
from documents.adapters.schematron.compiler.casts import as_text
from documents.adapters.schematron.compiler.code_lists import compile_listed, listed
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.unify import as_many
from documents.adapters.schematron.compiler.values import (
    UNTYPED,
    Count,
    Kind,
    Value,
    text_constant,
    union_of_uses,
)
from documents.adapters.schematron.runtime.regexes import compile_regex, compile_search, tokenize
from documents.adapters.schematron.runtime.strings import normalize_space
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.syntax import FN, Expression

Arguments: TypeAlias = tuple[Expression, ...]
CompileFunction: TypeAlias = Callable[[Arguments, Scope], Value]

_TEXTS: Final = UNTYPED | {Kind.STRING}


def string_of(argument: Expression | None, scope: Scope) -> Value:
    """An argument (by default the context item) as a string; of nothing the empty one."""
    return text_or_empty(scope.item() if argument is None else scope.compile(argument))


def _string(arguments: Arguments, scope: Scope) -> Value:
    value = scope.compile(arguments[0]) if arguments else scope.item()
    if value.kind in _TEXTS or value.kind is Kind.NOTHING:
        return text_or_empty(value)
    text = as_text(at_most_one(value))
    return text_or_empty(text)


def _simple(code: str, kind: Kind = Kind.STRING) -> CompileFunction:
    """A function of strings, all of which are empty when missing; by default the first is the context item."""
    wanted = code.count("{}")

    def compiled(arguments: Arguments, scope: Scope) -> Value:
        given = arguments if arguments or wanted > 1 else (None,)
        texts = [string_of(argument, scope) for argument in given]
        if len(texts) != wanted:
            raise UnsupportedConstruct(f"a function of {wanted} strings with {len(texts)}")
        return Value(code=code.format(*(text.code for text in texts)), kind=kind, uses=union_of_uses(*texts))

    return compiled


def _normalize_space(arguments: Arguments, scope: Scope) -> Value:
    text = string_of(arguments[0] if arguments else None, scope)
    if isinstance(text.constant, str):
        return text_constant(normalize_space(text.constant))
    truth = f"{text.code}.strip(BLANK)"
    return Value(code=f"normalize_space({text.code})", kind=Kind.STRING, uses=text.uses, truth=truth)


def _contains(arguments: Arguments, scope: Scope) -> Value:
    code_list = listed(("call", FN, "contains", arguments))
    if code_list is None:
        return _simple("({} in {})", Kind.BOOLEAN)(arguments[::-1], scope)
    return compile_listed(string_of(code_list[1], scope), code_list[0], scope)


def _substring(arguments: Arguments, scope: Scope) -> Value:
    text = string_of(arguments[0], scope)
    places = [converted(at_most_one(scope.compile(argument)), Kind.DOUBLE) for argument in arguments[1:]]
    if any(not place.is_one for place in places):
        raise UnsupportedConstruct("substring with a position that may be missing")
    code = f"substring({text.code}, {', '.join(place.code for place in places)})"
    return Value(code=code, kind=Kind.STRING, uses=union_of_uses(text, *places))


def _concat(arguments: Arguments, scope: Scope) -> Value:
    texts = [_string((argument,), scope) for argument in arguments]
    code = f"({' + '.join(text.code for text in texts)})"
    return Value(code=code, kind=Kind.STRING, uses=union_of_uses(*texts))


def _string_join(arguments: Arguments, scope: Scope) -> Value:
    items = atomized(scope.compile(arguments[0]))
    separator = string_of(arguments[1], scope) if len(arguments) > 1 else text_constant("")
    if items.kind is Kind.NOTHING:
        return text_constant("")
    if items.kind not in _TEXTS:
        items = _all_texts(items, scope)
    code = f"{separator.code}.join({as_many(items)})"
    return Value(code=code, kind=Kind.STRING, uses=union_of_uses(items, separator))


def _all_texts(items: Value, scope: Scope) -> Value:
    name = scope.module.fresh("x")
    text = as_text(Value(code=name, kind=items.kind))
    code = f"[{text.code} for {name} in {as_many(items)}]"
    return Value(code=code, kind=Kind.STRING, count=Count.MANY, uses=items.uses)


def _regex(argument: Expression, scope: Scope, *, only_searched: bool = False) -> str:
    """The constant that holds a compiled regular expression; only literal ones are known before the run."""
    pattern = scope.compile(argument)
    if not isinstance(pattern.constant, str):
        raise UnsupportedConstruct("a regular expression that is not a literal")
    name, compiler = ("compile_search", compile_search) if only_searched else ("compile_regex", compile_regex)
    compiler(pattern.constant)  # refused now rather than when the module is loaded
    return scope.module.constant(f"{name}({pattern.constant!r})")


def _matches(arguments: Arguments, scope: Scope) -> Value:
    text = string_of(arguments[0], scope)
    code = f"matches({text.code}, {_regex(arguments[1], scope, only_searched=True)})"
    return Value(code=code, kind=Kind.BOOLEAN, uses=text.uses)


def _tokenize(arguments: Arguments, scope: Scope) -> Value:
    text = string_of(arguments[0], scope)
    regex = _regex(arguments[1], scope)
    if isinstance(text.constant, str):
        pattern = scope.compile(arguments[1]).constant
        constant = tuple(tokenize(text.constant, compile_regex(str(pattern))))
        return Value(code=scope.module.constant(repr(constant)), kind=Kind.STRING, count=Count.MANY, constant=constant)
    return Value(code=f"tokenize({text.code}, {regex})", kind=Kind.STRING, count=Count.MANY, uses=text.uses)


def _replace(arguments: Arguments, scope: Scope) -> Value:
    text, replacement = string_of(arguments[0], scope), string_of(arguments[2], scope)
    code = f"replace({text.code}, {_regex(arguments[1], scope)}, {replacement.code})"
    return Value(code=code, kind=Kind.STRING, uses=union_of_uses(text, replacement))


def _codepoints(arguments: Arguments, scope: Scope) -> Value:
    text = string_of(arguments[0], scope)
    return Value(code=f"codepoints({text.code})", kind=Kind.INTEGER, count=Count.MANY, uses=text.uses)


def _from_codepoints(arguments: Arguments, scope: Scope) -> Value:
    items = scope.compile(arguments[0])
    if items.kind is not Kind.INTEGER:
        raise UnsupportedConstruct(f"codepoints-to-string of a {items.kind.value}")
    return Value(code=f"from_codepoints({as_many(items)})", kind=Kind.STRING, uses=items.uses)


FUNCTIONS: Final[dict[tuple[str, int | None], CompileFunction]] = {
    ("string", 0): _string,
    ("string", 1): _string,
    ("normalize-space", 0): _normalize_space,
    ("normalize-space", 1): _normalize_space,
    ("string-length", 0): _simple("len({})", Kind.INTEGER),
    ("string-length", 1): _simple("len({})", Kind.INTEGER),
    ("upper-case", 1): _simple("upper_case({})"),
    ("contains", 2): _contains,
    ("starts-with", 2): _simple("{}.startswith({})", Kind.BOOLEAN),
    ("ends-with", 2): _simple("{}.endswith({})", Kind.BOOLEAN),
    ("substring-before", 2): _simple("substring_before({}, {})"),
    ("substring-after", 2): _simple("substring_after({}, {})"),
    ("translate", 3): _simple("translate({}, {}, {})"),
    ("substring", 2): _substring,
    ("substring", 3): _substring,
    ("concat", None): _concat,
    ("string-join", 1): _string_join,
    ("string-join", 2): _string_join,
    ("matches", 2): _matches,
    ("tokenize", 2): _tokenize,
    ("replace", 3): _replace,
    ("string-to-codepoints", 1): _codepoints,
    ("codepoints-to-string", 1): _from_codepoints,
}
