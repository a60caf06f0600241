"""Code lists as the published rules spell them (`contains(' A B ', concat(' ', code, ' '))`): look-ups in a set."""

from typing import Final

from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import Kind, Value
from documents.adapters.schematron.runtime.numbers import BLANK
from documents.adapters.schematron.xpath.syntax import CONTEXT, FN, Expression

_SPACE: Final = ("string", " ")


def listed(expression: Expression) -> tuple[str, Expression] | None:
    """The list, which has blanks around it, and the code that is looked for between blanks."""
    codes, sought = _arguments(expression, "contains", 2) or (_SPACE, _SPACE)
    parts = _arguments(sought, "concat", 3)
    if not parts or parts[0] != _SPACE or parts[2] != _SPACE:
        return None
    return (codes[1], parts[1]) if codes[0] == "string" and codes[1][:1] == codes[1][-1:] == " " else None


def compile_listed(text: Value, listing: str, scope: Scope) -> Value:
    """Whether a text between blanks occurs in the list; mostly it is one of the codes."""
    tokens, spelled = scope.module.constant(_set(listing)), scope.module.constant(repr(listing))
    return Value(code=f"is_listed({text.code}, {tokens}, {spelled})", kind=Kind.BOOLEAN, uses=text.uses)


def single_code(expression: Expression) -> tuple[str, Expression] | None:
    """The list and `x` of `not(contains(c, ' ')) and contains(list, concat(' ', c, ' '))`; c is `normalize-space(x)`.

    Lists with an empty code, or with blanks that are no space, are left to the general way.
    """
    found = listed(expression[2]) if expression[0] == "and" else None
    if found is None:
        return None
    listing, code = found
    (no_space,) = _arguments(expression[1], "not", 1) or (_SPACE,)
    if _arguments(no_space, "contains", 2) != (code, _SPACE) or "  " in listing or set(listing) & set(BLANK) != {" "}:
        return None
    if code == ("call", FN, "normalize-space", ()):
        return listing, CONTEXT
    (text,) = _arguments(code, "normalize-space", 1) or (None,)
    return None if text is None else (listing, text)


def compile_single_code(text: Value, listing: str, scope: Scope) -> Value:
    """Whether a normalized text is one code of the list; a text that is one as it stands needs no normalizing."""
    tokens = scope.module.constant(_set(listing))
    code = f"({text.code} in {tokens} or normalize_space({text.code}) in {tokens})"
    return Value(code=code, kind=Kind.BOOLEAN, uses=text.uses)


def _set(listing: str) -> str:
    return f"frozenset({sorted(set(listing.split(' ')) - {''})!r})"


def _arguments(expression: Expression, function: str, count: int) -> tuple[Expression, ...] | None:
    """The arguments of a call of a standard function."""
    if expression[0] != "call" or expression[1:3] != (FN, function) or len(expression[3]) != count:
        return None
    return tuple(expression[3])
