"""Two engines on one document: what counts as equal, and how it is counted."""

import json

import pytest
from documents.adapters.rule_gate.comparing import Engines, all_together, compare_documents
from documents.adapters.rule_gate.comparison import Answer, Outcome, ask, compare, finding_list
from documents.adapters.rule_gate.differing import save_differences
from documents.adapters.rule_gate.engines import EngineFailed, RawFinding
from documents.adapters.rule_gate.gate import problems_of
from documents.adapters.rule_gate.mutants import Step
from documents.adapters.rule_gate.suites import Suite, suites_of
from documents.adapters.rule_gate.tally import Difference, GateDocument, Tally, line_of, merged
from documents.domain.findings import Syntax
from lxml import etree

ROOT = etree.fromstring("<a/>")


def finding(rule_id="R-1", location="/a[1]", flag="fatal", text="t", rule_set=""):
    return RawFinding(rule_id=rule_id, flag=flag, location=location, text=text, rule_set=rule_set)


def answer(*findings):
    return Answer(findings=findings)


class Scripted:
    """An engine that says what it is told to say."""

    def __init__(self, result):
        self._result = result

    def findings(self, root):
        assert root is not None
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


def document(label="valid", *, valid=True, content=b"<a/>"):
    steps = (Step(mutator="delete-element", change="/a/b"),)
    return GateDocument(label=label, key="1/valid/0", base="own/a.xml", steps=steps, content=content, valid=valid)


def test_a_finding_list_has_each_rule_and_place_once():
    twice = (finding("R-2"), finding("R-1"), finding("R-2", text="other"))
    assert finding_list(twice) == (("R-1", "/a[1]"), ("R-2", "/a[1]"))


@pytest.mark.parametrize(
    ("ours", "reference", "outcome"),
    [
        (answer(finding()), answer(finding()), Outcome.EQUAL),
        (answer(finding(), finding()), answer(finding()), Outcome.EQUAL),
        (answer(finding("R-2"), finding()), answer(finding(), finding("R-2")), Outcome.EQUAL),
        (answer(finding(text="a  b\n")), answer(finding(text="a b")), Outcome.EQUAL),
        (answer(finding(location="/a[2]")), answer(finding()), Outcome.DIFFERENT),
        (answer(), answer(finding()), Outcome.DIFFERENT),
        (answer(finding()), answer(), Outcome.DIFFERENT),
        (answer(finding(text="a")), answer(finding(text="b")), Outcome.TEXTS_DIFFER),
        (answer(finding(flag="warning")), answer(finding()), Outcome.TEXTS_DIFFER),
        (Answer(reason="x"), Answer(reason="y"), Outcome.ERRORED_BY_BOTH),
        (Answer(reason="x"), answer(finding()), Outcome.ERRORED_BY_OURS_ONLY),
        (answer(finding()), Answer(reason="x"), Outcome.ERRORED_BY_REFERENCE_ONLY),
        (Answer(reason="x", crashed=True), Answer(reason="y"), Outcome.CRASHED),
    ],
)
def test_outcomes(ours, reference, outcome):
    assert compare(ours, reference).outcome is outcome


def test_a_comparison_says_who_found_what_alone():
    compared = compare(answer(finding("R-1"), finding("R-2")), answer(finding("R-2"), finding("R-3")))
    assert compared.only_ours == ("R-1 | /a[1]",)
    assert compared.only_reference == ("R-3 | /a[1]",)
    assert compared.spoken == {"R-2", "R-3"}


def test_errors_and_defects_of_an_engine_are_told_apart():
    failed = ask(Scripted(EngineFailed("no\n number")), ROOT)
    assert (failed.reason, failed.crashed) == ("no number", False)
    crashed = ask(Scripted(KeyError("x")), ROOT)
    assert (crashed.reason, crashed.crashed) == ("KeyError: 'x'", True)


def test_several_rule_sets_say_together_what_each_says():
    assert all_together([answer(finding("R-1")), answer(finding("R-2"))]) == answer(finding("R-1"), finding("R-2"))
    assert all_together([answer(finding()), Answer(reason="x")]) == Answer(reason="x")


def test_every_rule_set_is_compared_by_itself_and_all_together():
    """The second set differs; the first cannot be evaluated by either engine, which must not hide it."""
    suite = Suite(syntax=Syntax.UBL, rule_sets=("one", "two"), share=1)
    engines = Engines(
        ours={"one": Scripted(EngineFailed("x")), "two": Scripted([finding()])},
        references={"one": Scripted(EngineFailed("y")), "two": Scripted([])},
        together=Scripted(EngineFailed("x")),
    )
    tallies = compare_documents(engines, iter([document(), document("free", valid=False)]), suite)
    assert tallies["one"].count(Outcome.ERRORED_BY_BOTH) == 2
    assert tallies["two"].count(Outcome.DIFFERENT, valid=True, label="valid") == 1
    assert tallies["two"].count(Outcome.DIFFERENT, label="free") == 1
    assert tallies["one+two"].count(Outcome.ERRORED_BY_BOTH) == 2
    assert tallies["two"].labels() == ["valid", "free"]


def test_what_rule_sets_find_together_is_what_each_is_compared_with():
    """Without an error nobody is asked alone: that is how documents are validated."""
    alone = Scripted(AssertionError("asked alone"))
    engines = Engines(
        ours={"one": alone, "two": alone},
        references={"one": Scripted([finding("R-1")]), "two": Scripted([finding("R-2"), finding("R-3")])},
        together=Scripted([finding("R-1", rule_set="one"), finding("R-2", rule_set="two")]),
    )
    suite = Suite(syntax=Syntax.UBL, rule_sets=("one", "two"), share=1)
    tallies = compare_documents(engines, iter([document()]), suite)
    assert tallies["one"].count(Outcome.EQUAL) == 1
    assert tallies["two"].differences[0].comparison.only_reference == ("R-3 | /a[1]",)
    assert tallies["one+two"].count(Outcome.DIFFERENT) == 1


def test_a_difference_is_told_on_a_line():
    counted = Tally(rule_set="set")
    counted.add(document(), compare(answer(), answer(finding())))
    counted.add(document(valid=False), compare(Answer(reason="too many " * 50), answer()))
    found, failed = map(line_of, counted.differences)
    assert found == "set, different (valid, valid): 1/valid/0: R-1 | /a[1]"
    assert failed.startswith("set, errored-by-ours-only (valid, not valid): 1/valid/0: too many")
    assert len(failed) < 250


def tally(**outcomes):
    counted = Tally(rule_set="set")
    for name, number in outcomes.items():
        valid = not name.startswith("free_")
        outcome = Outcome[name.removeprefix("free_").upper()]
        counted.outcomes["valid" if valid else "free", valid, outcome] += number
    return counted


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({"equal": 99, "errored_by_both": 5}, []),
        ({"equal": 99, "different": 1}, ["1 documents different"]),
        ({"equal": 99, "texts_differ": 1}, ["1 documents texts-differ"]),
        ({"equal": 99, "free_crashed": 1}, ["1 documents crashed"]),
        ({"equal": 99, "errored_by_ours_only": 1}, ["1 errors of ours alone on documents that satisfy their schema"]),
        (
            {"equal": 99, "errored_by_reference_only": 1},
            ["1 errors of the reference alone on documents that satisfy their schema"],
        ),
        ({"free_equal": 97, "free_errored_by_ours_only": 3}, []),
        ({"free_equal": 996, "free_errored_by_ours_only": 4}, []),
        ({"free_equal": 96, "free_errored_by_ours_only": 4}, ["4 errors of ours alone on 100 free documents"]),
        (
            {"free_equal": 96, "free_errored_by_reference_only": 4},
            ["4 errors of the reference alone on 100 free documents"],
        ),
    ],
)
def test_what_is_wrong_is_said(outcomes, words):
    assert [problem.removeprefix("set: ") for problem in problems_of(tally(**outcomes))] == words


def test_tallies_of_processes_are_added_up():
    one, two = Tally(rule_set="set"), Tally(rule_set="set")
    one.add(document(), compare(answer(finding()), answer(finding())))
    two.add(document(), compare(answer(), answer(finding("R-2"))))
    total = merged([{"set": one}, {"set": two}])["set"]
    assert total.count() == 2
    assert total.spoken == {"R-1", "R-2"}
    assert [difference.comparison.outcome for difference in total.differences] == [Outcome.DIFFERENT]


def test_only_the_first_differing_documents_of_an_outcome_are_kept():
    counted = Tally(rule_set="set")
    for _ in range(50):
        counted.add(document(), compare(Answer(reason="x"), answer()))
    counted.add(document(), compare(answer(), answer(finding())))
    assert counted.count(Outcome.ERRORED_BY_OURS_ONLY) == 50
    kept = [difference.comparison.outcome for difference in counted.differences]
    assert kept == [Outcome.ERRORED_BY_OURS_ONLY] * 20 + [Outcome.DIFFERENT]


def test_a_differing_document_is_saved_with_what_makes_it_again(tmp_path):
    difference = Difference(
        rule_set="set", document=document(content=b"<a>1</a>"), comparison=compare(answer(), answer(finding()))
    )
    (path,) = save_differences([difference], tmp_path / "differences")
    assert path.read_bytes() == b"<a>1</a>"
    told = json.loads(path.with_suffix(".json").read_text())
    assert told["key"] == "1/valid/0"
    assert told["onlyReference"] == ["R-1 | /a[1]"]
    assert told["steps"] == [{"mutator": "delete-element", "change": "/a/b"}]
    assert save_differences([], tmp_path / "nothing") == []
    assert not (tmp_path / "nothing").exists()


def test_every_document_type_has_a_suite():
    suites = suites_of()
    assert {suite.syntax for suite in suites} == {Syntax.UBL, Syntax.CII}
    assert ("cen-ubl", "peppol-ubl") in {suite.rule_sets for suite in suites}
    assert all(suite.customization_id for suite in suites)
    assert ("cen-ubl",) not in {suite.rule_sets for suite in suites}
    assert sum(suite.share for suite in suites) == pytest.approx(1)
