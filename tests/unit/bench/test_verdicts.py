"""Engines that decide differently are not compared."""

from bench.validation.verdicts import Verdict, differences, without_verdict

REFUSED = Verdict(fatal=("BR-01", "BR-02"))
ACCEPTED = Verdict()
UNDECIDED = Verdict(failure="FORG0001")


def test_engines_that_agree_have_no_differences() -> None:
    verdicts = {"saxonche": {"a": REFUSED, "b": ACCEPTED}, "ours": {"a": REFUSED, "b": ACCEPTED}}
    assert differences(verdicts, "saxonche", leaving_out=()) == []


def test_a_missing_finding_is_a_difference_that_is_named() -> None:
    verdicts = {"saxonche": {"a": REFUSED}, "phive": {"a": Verdict(fatal=("BR-01",))}}
    assert differences(verdicts, "saxonche", leaving_out=()) == ["a: phive finds BR-01, saxonche finds BR-01, BR-02"]


def test_the_same_rule_twice_is_not_the_same_as_once() -> None:
    verdicts = {"saxonche": {"a": Verdict(fatal=("BR-01", "BR-01"))}, "ours": {"a": Verdict(fatal=("BR-01",))}}
    assert len(differences(verdicts, "saxonche", leaving_out=())) == 1


def test_a_document_that_an_engine_cannot_decide_is_named_with_the_engine_and_left_out() -> None:
    verdicts = {"saxonche": {"a": UNDECIDED, "b": ACCEPTED}, "ours": {"a": REFUSED, "b": ACCEPTED}}
    undecided = without_verdict(verdicts)
    assert undecided == {"a": ["saxonche"]}
    assert differences(verdicts, "saxonche", leaving_out=undecided) == []
