"""What an engine keeps between documents is bounded, and belongs to no document."""

import gc

import pytest
from documents.adapters.schematron.engine import Engine, EvaluationFailed
from documents.adapters.schematron.runtime.tree import Node, PathTypes, SplitText, Unsuited, grow
from support.rule_sets import (
    FAILED,
    compiled,
    document,
    engine_of,
    findings,
    found,
    let,
    parsed,
    report,
    root_rule_set,
    rule,
    rule_set,
    short,
)

COUNTING = root_rule_set(report("count(//a:x) = 2", "1"), report("a:x[@k = 'b']", "2"))


def nodes_alive() -> int:
    return sum(isinstance(each, Node) for each in gc.get_objects())


@pytest.mark.parametrize("inside", ["<a:x/><a:y><a:x k='b'><a:z/></a:x></a:y>", "<a:x>u</a:x><a:q>1</a:q>"])
def test_no_node_of_a_document_is_alive_after_it_without_the_collector(inside):
    engine = engine_of(COUNTING, root_rule_set(report("xs:decimal(a:x) = 1"), report("//a:q[. = '1']")))
    gc.collect()
    before = nodes_alive()
    gc.disable()
    try:
        findings(engine, document(inside))
        assert nodes_alive() == before
    finally:
        gc.enable()


def test_a_document_with_too_many_paths_is_refused_and_everything_is_forgotten():
    engine = engine_of(COUNTING, max_path_types=5)
    good = document("<a:x/><a:x k='b'/>")
    assert short(findings(engine, good)) == ("1 /a:r[1]", "2 /a:r[1]")
    with pytest.raises(EvaluationFailed, match="different paths") as failed:
        engine.findings(parsed(document("".join(f"<a:p{n}/>" for n in range(5)))), ["0"])
    assert failed.value.rule_set == ""
    assert short(findings(engine, good)) == ("1 /a:r[1]", "2 /a:r[1]")


def test_paths_of_several_documents_are_counted_together_and_at_the_limit_is_not_over_it():
    engine = engine_of(COUNTING, max_path_types=3)
    assert findings(engine, document("<a:x/>")) == []
    assert findings(engine, document("<a:y/>")) == []
    assert findings(engine, document("<a:z/>")) == FAILED
    assert findings(engine, document("<a:z/><a:y/>")) == []


def test_a_released_tree_gives_its_path_types_back_empty():
    path_types = PathTypes(10)
    tree = grow(parsed(document("<a:x/><a:x/>")), path_types)
    assert [len(path_type.elements) for path_type in tree.types] == [1, 2]
    tree.release()
    assert all(path_type.elements == [] for path_type in tree.types)
    assert all(node.parent is None for node in tree.nodes)


def test_the_outcomes_of_conditions_that_a_path_remembers_are_bounded():
    conditions = "".join(let(f"v{bit}", f"/a:r/a:c{bit}") for bit in range(8))
    rules = rule_set([rule(f"a:x[$v{bit}]", str(bit)) for bit in range(8)], before=conditions)
    engine = Engine({"set": compiled(rules)})
    for mask in range(256):
        inside = "".join(f"<a:c{bit}/>" for bit in range(8) if mask >> bit & 1)
        expected = () if not mask else (f"{(mask & -mask).bit_length() - 1} /a:r[1]/a:x[1]",)
        assert short(findings(engine, document(f"{inside}<a:x/>"))) == expected
    assert len(engine._path_types.root.plans) <= 64


def test_what_is_decided_for_paths_that_somebody_makes_up_is_kept_once():
    rules = rule_set([rule("a:x[$v]", "1"), rule("a:x[@k]", "2")], before=let("v", "/a:r/a:on"))
    engine = Engine({"set": compiled(rules)})
    for outcome in ("", "<a:on/>"):
        findings(engine, document(outcome + "".join(f"<a:n{n}><a:x/></a:n{n}>" for n in range(50))))
    decided = [functions for plans in engine._path_types.root.plans.values() for functions in plans.functions.values()]
    assert len(decided) > 100
    assert len({id(functions) for functions in decided}) <= 3


def test_each_of_many_findings_beside_each_other_has_its_position():
    engine = Engine({"set": compiled(rule_set([rule("a:x", "1")]))})
    found = short(findings(engine, document("<a:x/>" * 2000)))
    assert [place.rpartition("[")[2] for place in found] == [f"{n}]" for n in range(1, 2001)]


def test_two_rule_sets_of_one_name_do_not_share_what_is_decided():
    first, second = (compiled(root_rule_set(report("true()", rule_id)), "same") for rule_id in "12")
    engine = Engine({"a": first, "b": second})
    assert short(findings(engine, document(""), "a", "b")) == ("1 /a:r[1]", "2 /a:r[1]")


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<a:x>5<!-- c -->6</a:x>", "56"),
        ("<a:x><!-- c --></a:x>", ""),
        ("<a:x><!-- c -->6</a:x>", "6"),
        ("<a:x>5<?p c?></a:x>", "5"),
        ("<a:x>a&amp;<![CDATA[<b>]]></a:x>", "a&<b>"),
        ("<a:x> \u00a0 </a:x>", " \u00a0 "),
    ],
)
def test_comments_divide_a_text_and_are_no_part_of_it(inside, text):
    tree = grow(parsed(document(inside)), PathTypes(10))
    node = tree.nodes[1]
    assert node.text == text
    assert (type(node.text) is SplitText) == (inside == "<a:x>5<!-- c -->6</a:x>")


def test_text_between_elements_behind_a_comment_is_refused():
    with pytest.raises(Unsuited):
        grow(parsed(document("<a:x/><!-- c -->text")), PathTypes(10))


def test_a_failed_document_leaves_nothing_to_the_next():
    rules = root_rule_set(report("xs:decimal(//a:x) = 1", "1"), report("count(//a:x) = 1", "2"))
    engine = engine_of(rules)
    for inside in ("<a:x>1</a:x>", "<a:x>u</a:x>", "<a:x>1</a:x><a:x>1</a:x>", "<a:x>1</a:x>", "", "<a:x>1</a:x>"):
        assert findings(engine, document(inside)) == found(rules, document(inside))
