"""Two forms of one expression: a fast one, and an exact one in which an error that does not matter is none.

XPath leaves it open whether `a and b` is an error when `a` is one and `b` is false (XPath 2.0, 2.3.4). For the
reference it is not: an operand that decides is enough, whichever it is; of a sequence it evaluates no more items than
it needs, and nothing beside an operand of an operator that is empty. The fast form goes from left to right, makes whole
lists and evaluates both operands. It gives the same value or an error, and after an error the exact form says what is
true. An expression is compiled once, to code with marks where the forms differ.
"""

import re
from collections.abc import Sequence
from typing import Final

# Characters that repr() lets into no literal.
_AND, _OR, _NEXT_AND, _NEXT_OR, _END, _LIST, _END_LIST = "\x01\x02\x03\x04\x05\x06\x07"
_BOTH, _SECOND, _OVER = "\x0e\x0f\x10"
_SPELLINGS: Final = {
    _AND: ("(", "conjunction(lambda: "),
    _OR: ("(", "disjunction(lambda: "),
    _NEXT_AND: (" and ", ", lambda: "),
    _NEXT_OR: (" or ", ", lambda: "),
    _END: (")", ")"),
    _LIST: ("[", "Lazily("),
    _END_LIST: ("]", ")"),
    _BOTH: ("both(", "in_turn("),
    _SECOND: (", ", ", lambda: "),
    _OVER: ("", "lazy_"),
}
_FAST: Final = str.maketrans({mark: spellings[0] for mark, spellings in _SPELLINGS.items()})
_EXACT: Final = str.maketrans({mark: spellings[1] for mark, spellings in _SPELLINGS.items()})
_MARKS: Final = {"and": (_AND, _NEXT_AND), "or": (_OR, _NEXT_OR)}
_WORD: Final = re.compile(r"\w+")
_WRITTEN: Final = re.compile(r"m\d+|f_\w+")  # values of the document that may fail, functions of the stylesheet
# Functions of the run-time that raise errors of XPath. What is forgotten here costs a call of the reference.
_FAILING: Final = frozenset(
    {
        *("child_decimal", "child_text", "decimal1", "has_boolean", "local_name", "only", "required", "string1"),
        *("text1", "text_if_any", "truth_of", "to_boolean", "to_date", "to_decimal", "to_double", "to_integer"),
        *("beside_decimal", "beside_double", "beside_integer"),
        *("decimal_divide", "integer_divide", "modulo", "decimal_to_integer", "double_to_decimal"),
        *("double_to_integer", "from_codepoints", "replace"),
    }
)


def may_fail(code: str) -> bool:
    """Whether an error of XPath may come out of the code."""
    return any(word in _FAILING or _WRITTEN.fullmatch(word) for word in _WORD.findall(code))


def either(operator: str, operands: Sequence[str]) -> str:
    """`and` or `or` of conditions."""
    if not any(map(may_fail, operands[:-1])):  # what is evaluated before an error has not decided
        return f"({f' {operator} '.join(operands)})"
    begin, following = _MARKS[operator]
    return f"{begin}{following.join(operands)}{_END}"


def listing(inside: str, *, whole: bool = False) -> str:
    """A list, by what would stand in its brackets: an item for each round of a loop.

    `whole`: all items are evaluated or none. With less of them ours could have a value where the reference has none.
    """
    return f"[{inside}]" if whole or not may_fail(inside) else f"{_LIST}{inside}{_END_LIST}"


def over(function: str, items: str, *arguments: str) -> str:
    """A function of a list; the exact one reads no more of it than somebody asks of the function."""
    call = f"{function}({', '.join((items, *arguments))})"
    return f"{_OVER}{call}" if may_fail(items) else call


def both(function: str, left: str, right: str) -> str:
    """A function of two items each of which may be missing."""
    if not may_fail(right):
        return f"both({function}, {left}, {right})"
    return f"{_BOTH}{function}, {left}{_SECOND}{right}{_END}"


def has_two_forms(code: str) -> bool:
    return not _SPELLINGS.keys().isdisjoint(code)


def fast(code: str) -> str:
    return code.translate(_FAST)


def exact(code: str) -> str:
    return code.translate(_EXACT)


def function(head: str, code: str, *, is_certain: bool = True) -> str:
    """A function that returns the value of an expression; of an error that is not certain it says so."""
    if is_certain and not has_two_forms(code):
        return f"def {head}:\n    return {code}\n"
    otherwise = exact(code) if is_certain else f"undecided(lambda: {exact(code)})"
    return (
        f"def {head}:\n    try:\n        return {fast(code)}\n    except EvaluationError:\n        return {otherwise}\n"
    )
