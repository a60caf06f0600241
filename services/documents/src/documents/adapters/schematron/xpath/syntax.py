"""The XPath syntax tree: nested tuples, so that an expression is hashable and can be the key of a memo.

Names are resolved: element and attribute names are (namespace URI, local name), never prefixes. The kinds:

    ("integer", int) ("decimal", text) ("double", text) ("string", value) ("var", name) ("context",) ("root",)
    ("path", start, steps)              start: ("root",), ("context",) or any other expression but a path
    ("filter", expression, predicates)  ("sequence", items)  ("call", uri, local, arguments)
    ("or" | "and" | "union" | "range", a, b)   ("general" | "value" | "arithmetic", operator, a, b)   ("negate", a)
    ("if", condition, then, otherwise)  ("for" | "some" | "every", ((name, expression), ...), result)
    ("cast" | "castable", XML Schema type, optional, expression)

A step is ("step", axis, test, predicates) or ("apply", expression); a test is ("name", uri, local), ("any",),
("any-local", uri), ("any-uri", local), ("node",), ("text",), ("comment",) or ("processing-instruction",).
A pattern alternative is ("pattern", anchored, steps): its steps are on the axes child, descendant (a `//` before the
step) and attribute, outermost first; anchored means that the first one is a child of the document node. The document
node itself is ("pattern", True, ()).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

Expression: TypeAlias = tuple[Any, ...]
Step: TypeAlias = tuple[Any, ...]
NodeTest: TypeAlias = tuple[Any, ...]
PatternAlternative: TypeAlias = tuple[Any, ...]

FN: Final = "http://www.w3.org/2005/xpath-functions"
XS: Final = "http://www.w3.org/2001/XMLSchema"

CONTEXT: Final[Expression] = ("context",)
ROOT: Final[Expression] = ("root",)
ANY_NODE: Final[NodeTest] = ("node",)
SELF: Final[Step] = ("step", "self", ANY_NODE, ())
PARENT: Final[Step] = ("step", "parent", ANY_NODE, ())
ANYWHERE: Final[Step] = ("step", "descendant-or-self", ANY_NODE, ())

_LEAVES: Final = frozenset({"integer", "decimal", "double", "string", "var", "context", "root"})


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and every expression inside it (predicates and step expressions too), outermost first."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def walk_pattern(alternative: PatternAlternative) -> Iterator[Expression]:
    """Every expression inside the predicates of a pattern."""
    for expression in _inside_steps(alternative[2]):
        yield from walk(expression)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression, in the order in which they are written."""
    kind = expression[0]
    return () if kind in _LEAVES else _CHILDREN[kind](expression)


def variables(expression: Expression) -> frozenset[str]:
    """Names of the variables that the expression refers to and does not bind itself."""
    if expression[0] == "var":
        return frozenset({expression[1]})
    if expression[0] not in {"for", "some", "every"}:
        return frozenset().union(*map(variables, children(expression)))
    free: frozenset[str] = frozenset()
    bound: set[str] = set()
    for name, value in expression[1]:
        free |= variables(value) - bound
        bound.add(name)
    return free | (variables(expression[2]) - bound)


def may_be_positional(predicate: Expression) -> bool:
    """Whether a predicate could depend on the position of the node: it may be a number, or asks for the position.

    False is certain; true only means that nobody can tell without types (XPath 2.0, 3.2.2).
    """
    return not _never_a_number(predicate) or any(
        inside[0] == "call" and inside[1] == FN and inside[2] in {"position", "last"} for inside in walk(predicate)
    )


_NEVER_NUMBERS: Final = frozenset(
    {"string", "or", "and", "general", "value", "union", "some", "every", "castable", "root"}
)
_NEVER_NUMBER_FUNCTIONS: Final = frozenset(
    {
        "boolean", "concat", "contains", "ends-with", "exists", "empty", "false", "local-name", "lower-case", "matches",
        "name", "namespace-uri", "normalize-space", "not", "replace", "starts-with", "string", "string-join",
        "substring", "substring-after", "substring-before", "translate", "true", "upper-case",
    }
)  # fmt: skip


def _never_a_number(expression: Expression) -> bool:
    kind = expression[0]
    if kind == "path":
        return bool(expression[2]) and expression[2][-1][0] == "step"
    if kind == "call":
        return expression[1] == FN and expression[2] in _NEVER_NUMBER_FUNCTIONS
    if kind == "sequence":
        return not expression[1]
    return kind in _NEVER_NUMBERS or (kind == "if" and all(map(_never_a_number, expression[2:])))


def _inside_steps(steps: tuple[Step, ...]) -> tuple[Expression, ...]:
    found: list[Expression] = []
    for step in steps:
        found.extend(step[3] if step[0] == "step" else step[1:])
    return tuple(found)


def _inside_binding(expression: Expression) -> tuple[Expression, ...]:
    return (*(value for _, value in expression[1]), expression[2])


_CHILDREN: Final[dict[str, Callable[[Expression], tuple[Expression, ...]]]] = {
    "path": lambda path: (path[1], *_inside_steps(path[2])),
    "filter": lambda filtered: (filtered[1], *filtered[2]),
    "sequence": lambda sequence: sequence[1],
    "call": lambda call: call[3],
    "if": lambda choice: choice[1:],
    "cast": lambda cast: cast[3:],
    "castable": lambda cast: cast[3:],
    "negate": lambda negation: negation[1:],
    **dict.fromkeys(("for", "some", "every"), _inside_binding),
    **dict.fromkeys(("or", "and", "union", "range"), lambda binary: binary[1:]),
    **dict.fromkeys(("general", "value", "arithmetic"), lambda binary: binary[2:]),
}
