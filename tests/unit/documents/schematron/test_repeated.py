"""Expressions that a rule repeats: evaluated once per item, when and if the first of them is."""

from typing import Any

import pytest
from documents.adapters.schematron.compiler.repeated import once_per_item
from documents.adapters.schematron.runtime.sequences import U, keep

RULE = "def r(N, D, M, F):\n    for n in N:\n"
LOOP = "[asked(x1) for x1 in n]"


def run(lines: list[str], elements: list[Any]) -> tuple[list[Any], list[Any]]:
    """What a rule with these lines reports of the elements, and what it asked for."""
    asked: list[Any] = []

    def note(item: Any) -> Any:
        asked.append(item)
        return item

    names = {"U": U, "keep": keep, "asked": note}
    exec(once_per_item(RULE + "".join(f"        {line}\n" for line in lines)), names)  # noqa: S102 - generated code
    found: list[Any] = []
    names["r"](elements, None, [], found.append)
    return found, asked


def test_a_loop_that_is_written_twice_runs_once_per_element():
    lines = ["if sum([asked(x1) for x1 in n]) > 2: F('many')", "if sum([asked(x2) for x2 in n]) < 2: F('few')"]
    assert run(lines, [[1, 2], [1]]) == (["many", "few"], [1, 2, 1])


def test_a_chain_of_calculations_is_a_repetition_too():
    chain = "abs(abs(abs(abs(asked(n)))))"
    assert run([f"F({chain} + 1)", f"F({chain} + 2)"], [5]) == ([6, 7], [5])


def test_what_a_short_circuit_leaves_out_is_not_evaluated():
    assert run([f"if False and {LOOP}: F(1)", f"if False and {LOOP}: F(2)"], [[1]]) == ([], [])
    assert run([f"if False and {LOOP}: F(1)", f"if {LOOP}: F(2)"], [[1]]) == ([2], [1])


def test_an_error_is_raised_by_every_place_that_evaluates():
    failing = "[1 // x1 for x1 in n]"
    lines = ["try:", f"    F({failing})", "except ZeroDivisionError:", "    F('first')", f"F({failing})"]
    with pytest.raises(ZeroDivisionError):
        run(lines, [[0]])
    assert run(lines[:-1], [[0]]) == (["first"], [])


def test_what_depends_on_an_item_of_a_loop_is_kept_for_that_item_alone():
    inner = "[asked((x1, x{0})) for x{0} in (7, 8)]"
    lines = [f"F([({inner.format(2)}, {inner.format(3)}) for x1 in n if {inner.format(4)}])"]
    found, asked = run(lines, [["a", "b"]])
    per_item = [[(item, 7), (item, 8)] for item in "ab"]
    assert found == [[(per_item[0], per_item[0]), (per_item[1], per_item[1])]]
    assert asked == [*per_item[0], *per_item[1]]


def test_a_variable_of_the_rule_makes_an_expression_its_own():
    lines = ["v1 = n[0]", "F([asked(x1 + v1) for x1 in (1, 2)])", "F([asked(x2 + v1) for x2 in (1, 2)])"]
    assert run(lines, [[10], [20]]) == ([[11, 12]] * 2 + [[21, 22]] * 2, [11, 12, 21, 22])


def test_expressions_that_differ_in_the_name_they_refer_to_are_two():
    lines = ["F([x1 for x1 in n for x2 in (9,)])", "F([x4 for x3 in n for x4 in (9,)])"]
    assert run(lines, [[1]]) == ([[1], [9]], [])


def test_a_repetition_inside_a_larger_one_needs_no_cell_of_its_own():
    larger = [f"[max([asked(x{n}) for x{n} in n]) for x{n + 1} in n]" for n in (1, 3)]
    source = once_per_item(RULE + "".join(f"        F(({code}, n))\n" for code in larger))
    assert source.count("keep(") == len(larger)


def test_a_function_without_repetitions_stays_as_it_is():
    source = f"{RULE}        if {LOOP}:\n            F((1, n))\n"
    assert once_per_item(source) == source
