"""Expressions of XPath 2.0 (appendix A.1) and match patterns of XSLT 2.0 (5.5.2), as the tuples of `syntax`.

Nothing is skipped: what `syntax` has no tuple for raises UnsupportedConstruct, what is not XPath XPathSyntaxError.
"""

from collections.abc import Mapping
from typing import Final

from documents.adapters.schematron.xpath.cursor import Cursor
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from documents.adapters.schematron.xpath.patterns import alternatives_of
from documents.adapters.schematron.xpath.steps import joined_path
from documents.adapters.schematron.xpath.syntax import (
    ANY_NODE,
    ANYWHERE,
    CONTEXT,
    ROOT,
    Expression,
    NodeTest,
    PatternAlternative,
    Step,
)

_KIND_TESTS: Final = frozenset({"node", "text", "comment", "processing-instruction"})
_REFUSED_TESTS: Final = frozenset(
    {"attribute", "document-node", "element", "empty-sequence", "item", "schema-attribute", "schema-element"}
)
_AXES: Final = frozenset(
    {
        "child", "attribute", "self", "parent", "descendant", "descendant-or-self", "ancestor", "ancestor-or-self",
        "preceding", "following", "preceding-sibling", "following-sibling",
    }
)  # fmt: skip
_REFUSED_OPERATORS: Final = frozenset({"instance", "treat", "intersect", "except", "is", "<<", ">>"})
_COMPARISON: Final = 3
_RANGE: Final = 4
# Operator: how tightly it binds, and how its tuple begins.
_OPERATORS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "or": (1, ("or",)),
    "and": (2, ("and",)),
    **{sign: (_COMPARISON, ("general", sign)) for sign in ("=", "!=", "<", "<=", ">", ">=")},
    **{sign: (_COMPARISON, ("value", sign)) for sign in ("eq", "ne", "lt", "le", "gt", "ge")},
    "to": (_RANGE, ("range",)),
    **{sign: (5, ("arithmetic", sign)) for sign in ("+", "-")},
    **{sign: (6, ("arithmetic", sign)) for sign in ("*", "div", "idiv", "mod")},
    **dict.fromkeys(("|", "union"), (7, ("union",))),
}
_NOT_AN_OPERATOR: Final = (0, ())
_LONGEST_INTEGER: Final = 1000


def parse_expression(text: str, namespaces: Mapping[str, str]) -> Expression:
    """The expression that the text stands for; `namespaces` are the prefixes in scope."""
    try:
        return _Parser(text, namespaces).whole()
    except RecursionError:
        raise UnsupportedConstruct("nesting this deep", text) from None


def parse_pattern(text: str, namespaces: Mapping[str, str]) -> tuple[PatternAlternative, ...]:
    """The alternatives of a match pattern, as written."""
    return alternatives_of(parse_expression(text, namespaces), text)


class _Parser:
    def __init__(self, text: str, namespaces: Mapping[str, str]) -> None:
        self._at = Cursor(text, namespaces)

    def whole(self) -> Expression:
        expression = self._listed()
        if self._at.word.kind != "end":
            self._at.fail(f"{self._at.word.text} is not expected here")
        return expression

    def _listed(self) -> Expression:
        """One expression, or several with commas between them: a sequence."""
        items = self._separated()
        return items[0] if len(items) == 1 else ("sequence", items)

    def _separated(self) -> tuple[Expression, ...]:
        items = [self._single()]
        while self._at.accept(","):
            items.append(self._single())
        return tuple(items)

    def _single(self) -> Expression:
        word, following = self._at.word, self._at.following
        if word.kind == "name" and following.kind == "symbol":
            if word.text in {"for", "some", "every"} and following.text == "$":
                return self._binding()
            if word.text == "if" and following.text == "(":
                return self._choice()
        return self._binary()

    def _binding(self) -> Expression:
        kind = self._at.advance().text
        clauses = [self._clause()]
        while self._at.accept(","):
            clauses.append(self._clause())
        self._at.expect("name", "return" if kind == "for" else "satisfies")
        return kind, tuple(clauses), self._single()

    def _clause(self) -> tuple[str, Expression]:
        name = self._variable()
        if self._at.word.text == "as":
            self._at.refuse("type of a bound variable")
        self._at.expect("name", "in")
        return name, self._single()

    def _variable(self) -> str:
        self._at.expect("symbol", "$")
        name = self._at.expect("name").text
        if ":" in name:
            self._at.refuse("variable with a prefix")
        return name

    def _choice(self) -> Expression:
        self._at.advance()
        self._at.expect("symbol", "(")
        condition = self._listed()
        self._at.expect("symbol", ")")
        self._at.expect("name", "then")
        then = self._single()
        self._at.expect("name", "else")
        return "if", condition, then, self._single()

    def _operator(self) -> tuple[int, tuple[str, ...]]:
        word = self._at.word
        if word.kind not in {"symbol", "name"}:
            return _NOT_AN_OPERATOR
        if word.text in _REFUSED_OPERATORS:
            self._at.refuse(f"operator {word.text}")
        return _OPERATORS.get(word.text, _NOT_AN_OPERATOR)

    def _binary(self, loosest: int = 1) -> Expression:
        left = self._operand()
        while True:
            level, head = self._operator()
            if level < loosest:
                return left
            self._at.advance()
            left = (*head, left, self._binary(level + 1))
            if level in {_COMPARISON, _RANGE} and self._operator()[0] == level:
                self._at.fail("comparisons and ranges do not chain")

    def _operand(self) -> Expression:
        operand = self._signed()
        for kind in ("cast", "castable"):
            if self._at.word[:2] == ("name", kind):
                self._at.advance()
                self._at.expect("name", "as")
                name = self._at.atomic_type(self._at.expect("name").text)
                operand = (kind, name, self._at.accept("?"), operand)
        return operand

    def _signed(self) -> Expression:
        if self._at.at_symbol("+"):
            self._at.refuse("unary plus")
        if self._at.accept("-"):
            return "negate", self._signed()
        return self._path()

    def _path(self) -> Expression:
        if self._at.at_symbol("//"):
            return self._relative(ROOT, [])
        if self._at.accept("/"):
            return self._relative(ROOT, [self._step()]) if self._starts_step() else ROOT
        return self._relative(None, [self._step()])

    def _relative(self, start: Expression | None, parts: list[Expression]) -> Expression:
        while self._at.at_symbol("/", "//"):
            if self._at.advance().text == "//":
                parts.append(ANYWHERE)
            parts.append(self._step())
        return joined_path(start, parts)

    def _starts_step(self) -> bool:
        word = self._at.word
        return word.text in {"*", "@", ".", "..", "(", "$"} if word.kind == "symbol" else word.kind != "end"

    def _step(self) -> Expression:
        """A step along an axis, ("step", ..), or any other expression."""
        word, following = self._at.word, self._at.following
        if self._at.accept(".."):
            return "step", "parent", ANY_NODE, self._predicates()
        if self._at.at_symbol("@") or (word.kind == "name" and following[:2] == ("symbol", "::")):
            return self._axis_step(self._axis())
        if word.kind == "wildcard" or self._at.at_symbol("*"):
            return self._axis_step("child")
        if word.kind != "name":
            return self._filtered(self._primary())
        if following[:2] != ("symbol", "(") or word.text in _KIND_TESTS | _REFUSED_TESTS:
            return self._axis_step("child")
        return self._filtered(self._call())

    def _axis(self) -> str:
        if self._at.accept("@"):
            return "attribute"
        axis = self._at.advance().text
        self._at.expect("symbol", "::")
        if axis not in _AXES:
            self._at.refuse(f"axis {axis}")
        return axis

    def _axis_step(self, axis: str) -> Step:
        return "step", axis, self._node_test(), self._predicates()

    def _node_test(self) -> NodeTest:
        if self._at.accept("*"):
            return ("any",)
        word = self._at.advance()
        if word.kind == "wildcard":
            prefix, local = word.text.split(":")
            return ("any-uri", local) if prefix == "*" else ("any-local", self._at.namespace(prefix))
        if word.kind != "name":
            self._at.fail("a step needs a name")
        if not self._at.at_symbol("("):
            return ("name", *self._at.element_name(word.text))
        return self._kind_test(word.text)

    def _kind_test(self, kind: str) -> NodeTest:
        self._at.advance()
        if kind not in _KIND_TESTS or not self._at.accept(")"):
            self._at.refuse(f"node test {kind}(..)")
        return (kind,)

    def _predicates(self) -> tuple[Expression, ...]:
        predicates = []
        while self._at.accept("["):
            predicates.append(self._listed())
            self._at.expect("symbol", "]")
        return tuple(predicates)

    def _filtered(self, expression: Expression) -> Expression:
        predicates = self._predicates()
        return ("filter", expression, predicates) if predicates else expression

    def _call(self) -> Expression:
        name = self._at.function_name(self._at.advance().text)
        self._at.expect("symbol", "(")
        if self._at.accept(")"):
            return "call", *name, ()
        arguments = self._separated()
        self._at.expect("symbol", ")")
        return "call", *name, arguments

    def _primary(self) -> Expression:
        word = self._at.word
        if word.kind == "integer":
            if len(word.text) > _LONGEST_INTEGER:
                self._at.refuse("integer this long")
            return "integer", int(self._at.advance().text)
        if word.kind in {"decimal", "double", "string"}:
            return word.kind, self._at.advance().text
        if self._at.at_symbol("$"):
            return "var", self._variable()
        if self._at.accept("."):
            return CONTEXT
        return self._parenthesized()

    def _parenthesized(self) -> Expression:
        self._at.expect("symbol", "(")
        if self._at.accept(")"):
            return "sequence", ()
        inside = self._listed()
        self._at.expect("symbol", ")")
        return inside
