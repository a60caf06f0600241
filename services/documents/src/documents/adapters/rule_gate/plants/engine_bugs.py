"""Mistakes in how rules are chosen, sequences are read and findings are reported."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from documents.adapters.rule_gate.plants.planting import PlantedBug, StalePlant, replaced_everywhere, wrapped
from documents.adapters.schematron import engine, rule_set
from documents.adapters.schematron.compiler import comparisons
from documents.adapters.schematron.compiler.code_lists import compile_single_code
from documents.adapters.schematron.compiler.module import Scope
from documents.adapters.schematron.compiler.values import Value
from documents.adapters.schematron.names import key_of
from documents.adapters.schematron.runtime.navigation import first_occurrences, only, preceding, string1, text1
from documents.adapters.schematron.runtime.sequences import has_boolean, has_text, is_listed, text_if_any
from documents.adapters.schematron.xpath.syntax import FN

Plant = Callable[[], AbstractContextManager[None]]
Tables = dict[str, Any]
_NUMBER = re.compile(r"\[\d+\]")


def _tables(change: Callable[[Tables], Tables]) -> Plant:
    """Other tables than the compiler wrote."""

    def wrap(init: Any) -> Any:
        def changed(self: Any, name: str, module: Tables) -> None:
            init(self, name, {**module, **change(module)})

        return changed

    return partial(wrapped, rule_set.RuleSet, "__init__", wrap)


def _rows(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Plant:
    """Another row for each rule: its function, its triggers and the alternatives of its context."""
    return _tables(lambda module: {"PATTERNS": tuple(tuple(map(change, pattern)) for pattern in module["PATTERNS"])})


def _first_trigger_only(row: tuple[Any, ...]) -> tuple[Any, ...]:
    function, triggers, *rest = row
    first = {trigger[0]: trigger for trigger in reversed(triggers)}
    return (function, tuple(first.values()), *rest)


def _swallowing(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """An error ends the rule for one element, and nobody hears of it."""
    function, *rest = row
    if function is None:
        return row

    def quiet(elements: Sequence[Any], *context: Any) -> None:
        for element in elements:
            try:
                function((element,), *context)
            except Exception:  # noqa: BLE001, S112 - this is the bug
                continue

    return (quiet, *rest)


def _last_rule_first(module: Tables) -> Tables:
    return {"PATTERNS": tuple(tuple(reversed(pattern)) for pattern in module["PATTERNS"])}


def _lost_rule(part: float) -> Plant:
    """The largest pattern without the rule that stands that far down its table."""

    def change(module: Tables) -> Tables:
        patterns = list(module["PATTERNS"])
        largest = max(range(len(patterns)), key=lambda number: len(patterns[number]))
        rows = patterns[largest]
        lost = round(part * (len(rows) - 1))
        patterns[largest] = (*rows[:lost], *rows[lost + 1 :])
        return {"PATTERNS": tuple(patterns)}

    return _tables(change)


def _no_conditions(module: Tables) -> Tables:
    return {"CONDITIONS": tuple((lambda *_: False) for _ in module["CONDITIONS"])}


def _conditions_kept(module: Tables) -> Tables:
    """The first document's conditions are taken for those of all."""

    def once(condition: Callable[..., Any]) -> Callable[..., Any]:
        known: list[Any] = []

        def kept(*context: Any) -> Any:
            if not known:
                known.append(condition(*context))
            return known[0]

        return kept

    return {"CONDITIONS": tuple(map(once, module["CONDITIONS"]))}


def _first_of(items: Sequence[Any]) -> Sequence[Any]:
    return items[:1]


@contextmanager
def _on_first_item(*functions: Callable[..., Any]) -> Iterator[None]:
    """Functions of a sequence that look at its first item alone."""
    with ExitStack() as stack:
        for function in functions:
            shortened = partial(_called_with_first, function)
            stack.enter_context(replaced_everywhere(function, shortened))
        yield


def _called_with_first(function: Callable[..., Any], items: Sequence[Any], *more: Any) -> Any:
    return function(_first_of(items), *more)


@contextmanager
def _comparing_first_items() -> Iterator[None]:
    with (
        _on_first_item(has_text, has_boolean),
        wrapped(comparisons, "as_many", lambda as_many: lambda value: f"{as_many(value)}[:1]"),
    ):
        yield


def _unequal_as_not_equal(expression: Any, scope: Any) -> Any:
    if expression[1] != "!=":
        return comparisons_compiled(expression, scope)
    return scope.compile(("call", FN, "not", (("general", "=", *expression[2:]),)))


comparisons_compiled = comparisons.compile_general


def _trimmed(elements: Sequence[Any], text: str) -> bool:
    return any(has_text((element,), text) or (element.text or "").strip() == text.strip() for element in elements)


def _whatever_the_case(code: str, codes: frozenset[str], listing: str) -> bool:
    return is_listed(code.upper(), frozenset(each.upper() for each in codes), listing.upper())


def _folded_single_code(text: Value, listing: str, scope: Scope) -> Value:
    return compiled_single_code(replace(text, code=f"upper_case({text.code})"), listing.upper(), scope)


compiled_single_code = compile_single_code


@contextmanager
def _code_list_ignores_case() -> Iterator[None]:
    """Both ways in which a code is looked up: one from the list's text, one that is compiled to a set alone."""
    with (
        replaced_everywhere(is_listed, _whatever_the_case),
        replaced_everywhere(compile_single_code, _folded_single_code),
    ):
        yield


def _any_namespace(_uri: str, local: str) -> str:
    return key_of("", local)


@contextmanager
def _nothing_precedes() -> Iterator[None]:
    """Both ways in which the axis is compiled."""
    planted = 0
    with ExitStack() as stack:
        for function, replacement in ((preceding, lambda *_: []), (first_occurrences, lambda elements: elements)):
            try:
                stack.enter_context(replaced_everywhere(function, replacement))
                planted += 1
            except StalePlant:
                continue
        if not planted:
            raise StalePlant("the axis preceding is compiled in another way")
        yield


def _instead(original: Callable[..., Any], replacement: Callable[..., Any]) -> Plant:
    return partial(replaced_everywhere, original, replacement)


ENGINE_BUGS = (
    PlantedBug(
        name="first of several items taken",
        plant=partial(_on_first_item, text1, string1, only, text_if_any),
        kinds=("duplicate-element", "insert-seen-subtree"),
    ),
    PlantedBug(name="error swallowed", plant=_rows(_swallowing), kinds=("duplicate-element", "odd-text")),
    PlantedBug(
        name="only the first trigger alternative",
        plant=_rows(_first_trigger_only),
        kinds=("directed: rule-path", "create-rule-path"),
    ),
    PlantedBug(
        name="last matching rule wins",
        plant=_tables(_last_rule_first),
        kinds=("create-rule-path", "directed: rule-path"),
    ),
    PlantedBug(name="table loses its first rule", plant=_lost_rule(0.0)),
    PlantedBug(name="table loses a rule in its middle", plant=_lost_rule(0.5)),
    PlantedBug(name="table loses its last rule", plant=_lost_rule(1.0)),
    PlantedBug(name="bitmask always false", plant=_tables(_no_conditions), kinds=("directed: country-and-means",)),
    PlantedBug(
        name="bitmask of the first document kept",
        plant=_tables(_conditions_kept),
        kinds=("directed: country-and-means",),
    ),
    PlantedBug(
        name="general comparison of first items only",
        plant=_comparing_first_items,
        kinds=("directed: twin-each", "copy-with-other-value"),
    ),
    PlantedBug(
        name="!= as not(=)",
        plant=_instead(comparisons.compile_general, _unequal_as_not_equal),
        kinds=("copy-with-other-value", "delete-element"),
    ),
    PlantedBug(
        name="equality trims", plant=_instead(has_text, _trimmed), kinds=("directed: pad-each", "put-blanks-around")
    ),
    PlantedBug(name="code list ignores case", plant=_code_list_ignores_case, kinds=("flip-case",)),
    PlantedBug(name="namespaces ignored", plant=_instead(key_of, _any_namespace), kinds=("change-namespace",)),
    PlantedBug(name="nothing precedes", plant=_nothing_precedes, kinds=("copy-with-other-value", "duplicate-element")),
    PlantedBug(
        name="location always [1]",
        plant=partial(wrapped, engine, "location_of", lambda located: lambda *node: _NUMBER.sub("[1]", located(*node))),
    ),
)
