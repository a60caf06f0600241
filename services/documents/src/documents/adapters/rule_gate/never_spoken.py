"""Rules that no document of the gate makes speak, and why that is no gap.

A rule that is silent in a long run and has no reason here fails the gate: it needs a document of its own among the
samples, or a reason.
"""

from collections.abc import Iterator

from documents.adapters.schematron.model import Check, Pattern, Stylesheet
from documents.adapters.schematron.xpath.syntax import FN, PatternAlternative

_TRUE = ("call", FN, "true", ())
_SECOND_ONE = "a second one makes another rule of the set fail, so that neither engine has a verdict"
_TAKEN = "an earlier rule of its pattern takes every element that it is for"
_BESIDE = "it looks beside the tax for what stands inside it, and holds for nothing"
_REASONS = {
    **dict.fromkeys(("CII-DT-010", "CII-DT-011", "CII-DT-012", "BR-NL-32-2", "BR-NL-32-3"), _TAKEN),
    "CII-SR-464": "its test holds of every element: both, one or none of two",
    **dict.fromkeys(("BR-AF-08", "BR-AG-08"), _BESIDE),
    "UBL-CR-674": "in older releases it names an element that UBL does not have",
    "SI-INV-R000": "documents with another root element are refused before the rules",
    **dict.fromkeys(("BR-DEC-13", "BR-DEC-15"), "it asks for a child of an amount, which no valid document has"),
    **dict.fromkeys(("UBL-SR-09", "UBL-SR-15", "UBL-SR-22", "UBL-SR-27"), _SECOND_ONE),
    **dict.fromkeys((f"CII-SR-{number}" for number in (477, 478, 479, 480, 481, 482, 484, 487)), _SECOND_ONE),
}


def reasons_of(stylesheet: Stylesheet) -> dict[str, str]:
    """Why rules of a set cannot speak, as far as that is known or seen from the set itself."""
    checks = [check for pattern in stylesheet.patterns for rule in pattern.rules for check in rule.checks]
    idle = _only(checks, {check.number for check in checks if check.test == _TRUE})
    taken = _only(checks, {check.number for pattern in stylesheet.patterns for check in _never_reached(pattern)})
    return {**_REASONS, **dict.fromkeys(taken, _TAKEN), **dict.fromkeys(idle, "its test is true()")}


def _only(checks: list[Check], numbers: set[int]) -> set[str]:
    """The ids that none but these checks have."""
    return {check.id for check in checks if check.number in numbers} - {
        check.id for check in checks if check.number not in numbers
    }


def _never_reached(pattern: Pattern) -> Iterator[Check]:
    """The checks of rules whose every element an earlier rule takes: of those that match, the first one runs."""
    earlier: list[PatternAlternative] = []
    for rule in pattern.rules:
        if all(any(_covers(each, alternative) for each in earlier) for alternative in rule.context):
            yield from rule.checks
        earlier += rule.context


def _covers(one: PatternAlternative, other: PatternAlternative) -> bool:
    """Whether what `other` matches is the same path with at least the conditions that `one` has."""
    (_, is_rooted, steps), (_, other_is_rooted, other_steps) = one, other
    return (
        is_rooted == other_is_rooted
        and len(steps) == len(other_steps)
        and all(
            step[:-1] == another[:-1] and step[-1] == another[-1][: len(step[-1])]
            for step, another in zip(steps, other_steps, strict=True)
        )
    )
