"""Bugs can be planted, work as long as they are planted, and leave no trace."""

from decimal import Decimal

import pytest
from documents.adapters.rule_gate.comparison import Answer
from documents.adapters.rule_gate.engines import EngineFailed, RawFinding
from documents.adapters.rule_gate.expectations import Expectation, official_tests, verdict_of
from documents.adapters.rule_gate.plants.planting import PlantedBug, StalePlant, replaced_everywhere, wrapped
from documents.adapters.rule_gate.plants.table import BUGS
from documents.adapters.rule_gate.plants.trial import Trial
from documents.adapters.rule_gate.tally import GateDocument
from documents.adapters.schematron.runtime import library, navigation
from documents.adapters.schematron.runtime.errors import EvaluationError
from support.engine_expressions import DOCUMENT, worth
from support.rule_sets import found

BY_NAME = {bug.name: bug for bug in BUGS}


def failing():
    raise EvaluationError("FORG0001", "no number")


def state():
    """Everything that a plant could have changed in what generated code calls."""
    return {name: vars(library)[name] for name in library.__all__}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_plant_finds_its_place_and_leaves_no_trace(bug):
    before = state()
    with bug.plant():
        pass
    assert state() == before


def test_every_bug_has_a_name_of_its_own():
    assert len(BY_NAME) == len(BUGS)
    assert len(BUGS) >= 22


@pytest.mark.parametrize(
    ("bug", "function", "arguments", "sound", "broken"),
    [
        ("round half to even", "round_half_up", (Decimal("2.5"),), 3, 2),
        ("number('') is 0", "is_true_number", (1.0,), True, True),
        ("normalize-space missing", "normalize_space", (" a  b ",), "a b", " a  b "),
        ("U+00A0 trimmed", "normalize_space", ("\u00a0a",), "\u00a0a", "a"),
        ("substring from 0", "substring", ("abc", 1.0, 2.0), "ab", "bc"),
        (
            "binary float for decimal",
            "to_decimal",
            ("0.1",),
            Decimal("0.1"),
            Decimal("0.1000000000000000055511151231257827021181583404541015625"),
        ),
        ("date not checked", "is_date", ("2026-02-30",), False, True),
        ("exponent accepted", "is_decimal", ("1e3",), False, True),
        ("blanks not trimmed", "is_decimal", (" 1 ",), True, False),
        ("first of several items taken", "only", ((1, 2),), EvaluationError, 1),
        ("boolean 1/0 unknown", "to_boolean", ("1",), True, EvaluationError),
        ("an undecided or is false", "disjunction", (failing,), EvaluationError, False),
        ("code list ignores case", "is_listed", ("a", frozenset({"A"}), " A "), False, True),
    ],
)
def test_a_planted_bug_does_what_its_name_says(bug, function, arguments, sound, broken):
    assert outcome(function, arguments) == sound
    with BY_NAME[bug].plant():
        assert outcome(function, arguments) == broken
    assert outcome(function, arguments) == sound


def test_case_is_ignored_in_both_ways_in_which_codes_are_looked_up():
    single = "not(contains(normalize-space(a:y), ' ')) and contains(' B ', concat(' ', normalize-space(a:y), ' '))"
    for expression in (single, "contains(' B ', concat(' ', a:y, ' '))"):
        with BY_NAME["code list ignores case"].plant():
            assert found(worth(expression, "/a:r"), DOCUMENT)[0][3] == "true"
        assert found(worth(expression, "/a:r"), DOCUMENT)[0][3] == "false"


def outcome(function, arguments):
    try:
        return vars(library)[function](*arguments)
    except EvaluationError:
        return EvaluationError


def test_a_function_is_replaced_wherever_it_was_imported():
    original = navigation.text1

    def other(_elements):
        return "other"

    with replaced_everywhere(original, other):
        assert library.text1 is other
        assert navigation.text1 is other
    assert library.text1 is original


def test_a_plant_without_a_place_is_stale():
    with pytest.raises(StalePlant), replaced_everywhere(test_a_plant_without_a_place_is_stale, None):
        pass
    with pytest.raises(StalePlant), wrapped(library, "no_such_thing", lambda original: original):
        pass


class Counting:
    """An engine that finds an empty root, unless it is broken."""

    broken = False

    def findings(self, root):
        if root.get("error"):
            raise EngineFailed("x")
        if self.broken or root.text:
            return []
        return [RawFinding(rule_id="R-1", flag="", location="/a[1]", text="")]


def document(label, content):
    return GateDocument(label=label, key="", base="", steps=(), content=content, valid=True)


def test_a_trial_says_which_kind_of_document_exposed_a_bug():
    documents = [document("full", b"<a>1</a>"), document("error", b"<a error='1'/>"), document("empty", b"<a/>")]
    trial = Trial(lambda: [Counting()], documents)
    broken = PlantedBug(name="blind", plant=lambda: wrapped(Counting, "broken", lambda _: True), kinds=("error",))
    verdict = trial.try_bug(broken)
    assert (verdict.bug, verdict.caught_by, verdict.documents, verdict.problem) == ("blind", "empty", 3, "")


def test_a_bug_that_the_sample_does_not_show_is_looked_for_in_further_documents():
    further = iter([document("full", b"<a>2</a>"), document("empty", b"<a/>")])
    trial = Trial(lambda: [Counting()], [document("full", b"<a>1</a>")], further)
    broken = PlantedBug(name="blind", plant=lambda: wrapped(Counting, "broken", lambda _: True))
    for _ in range(2):  # the second time they are known already
        verdict = trial.try_bug(broken)
        assert (verdict.caught_by, verdict.documents, verdict.problem) == ("empty", 3, "")
    assert next(further, None) is None


def test_further_documents_are_not_made_for_a_bug_that_the_sample_shows():
    further = iter([document("full", b"<a>2</a>")])
    trial = Trial(lambda: [Counting()], [document("empty", b"<a/>")], further)
    assert trial.try_bug(PlantedBug(name="blind", plant=lambda: wrapped(Counting, "broken", lambda _: True))).caught_by
    assert next(further, None) is not None


def test_a_bug_that_nothing_exposes_is_a_problem():
    trial = Trial(lambda: [Counting()], [document("full", b"<a>1</a>")])
    harmless = PlantedBug(name="harmless", plant=lambda: wrapped(Counting, "broken", lambda _: True))
    assert trial.try_bug(harmless).problem == "not caught by 1 documents"
    stale = PlantedBug(name="stale", plant=lambda: wrapped(Counting, "gone", lambda _: True))
    assert trial.try_bug(stale).problem == "Counting has no gone"


def spoken(*flags, rule_id="R-1"):
    return Answer(findings=tuple(RawFinding(rule_id=rule_id, flag=flag, location="/", text="") for flag in flags))


@pytest.mark.parametrize(
    ("expectation", "answer", "agrees"),
    [
        (Expectation(kind="success", rule_id="R-1"), spoken(), True),
        (Expectation(kind="success", rule_id="R-1"), spoken("fatal"), False),
        (Expectation(kind="success", rule_id="R-1"), spoken("fatal", rule_id="R-2"), True),
        (Expectation(kind="error", rule_id="R-1"), spoken(""), True),
        (Expectation(kind="error", rule_id="R-1"), spoken("warning"), False),
        (Expectation(kind="warning", rule_id="R-1"), spoken("warning"), True),
        (Expectation(kind="error", rule_id="R-1", number=2), spoken("fatal", "fatal"), True),
        (Expectation(kind="error", rule_id="R-1", number=2), spoken("fatal"), False),
        (Expectation(kind="ok"), spoken(), True),
        (Expectation(kind="warning"), spoken("warning"), True),
        (Expectation(kind="error"), spoken("warning", "fatal"), True),
        (Expectation(kind="ok"), Answer(reason="x"), False),
        (Expectation(kind="error"), Answer(reason="x"), True),
    ],
)
def test_expectations_of_publishers(expectation, answer, agrees):
    assert (expectation.difference(answer) is None) == agrees


def test_verdicts():
    assert [verdict_of(spoken()), verdict_of(spoken("warning")), verdict_of(spoken("fatal"))] == [
        "ok",
        "warning",
        "error",
    ]


TEST_SET = """<testSet xmlns="http://difi.no/xsd/vefa/validator/1.0"><assert><scope>R-1</scope></assert>
  <test><assert><success>R-1</success><error number="2">R-2</error></assert>
    <Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/></test></testSet>"""


def test_test_sets_and_named_documents_are_read(tmp_path):
    unit, named = tmp_path / "en16931/unit/UBL", tmp_path / "nl/si-ubl-2.0"
    unit.mkdir(parents=True)
    named.mkdir(parents=True)
    (unit / "R-1.xml").write_text(TEST_SET)
    (named / "SI-UBL-2.0-BR-01-error-none.xml").write_text("<a/>")
    (named / "README").write_text("no test")
    first, second = official_tests(tmp_path)
    assert first.rule_sets == ("cen-ubl",)
    assert first.expectations == (
        Expectation(kind="success", rule_id="R-1"),
        Expectation(kind="error", rule_id="R-2", number=2),
    )
    assert (second.rule_sets, second.expectations) == (("nlcius-ubl",), (Expectation(kind="error"),))
