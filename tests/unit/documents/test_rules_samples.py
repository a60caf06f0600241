"""An engine is used when our samples agree with it; what it leaves to the reference is no disagreement."""

import pytest
from documents.adapters.rules.rule_engine import FORCED, UNSUPPORTED, NotEvaluated
from documents.adapters.rules.samples import SAMPLES, check_samples
from support.verdicts import finding_of, verdict_with


class Engine:
    """Says what each sample expects, except that `failure` is raised for those of a file."""

    def __init__(self, failure=None, *, file="", silent=False):
        self._failure = failure
        self._silent = silent
        self._failing = {sample.content() for sample in SAMPLES if sample.file == file}
        self._expected = {sample.content(): sample.fatal for sample in SAMPLES}

    def validate(self, document):
        if document in self._failing:
            raise self._failure
        return verdict_with(*(finding_of(rule_id) for rule_id in self._expected[document] if not self._silent))


def test_an_engine_that_says_what_is_expected_agrees():
    assert check_samples(Engine()) == []


def test_an_engine_that_says_nothing_disagrees_by_name():
    differences = check_samples(Engine(silent=True))
    assert len(differences) == sum(bool(sample.fatal) for sample in SAMPLES)
    assert all("expected" in difference for difference in differences)


@pytest.mark.parametrize("reason", [UNSUPPORTED, FORCED])
def test_a_rule_set_that_is_left_to_the_reference_is_no_difference(reason):
    left = NotEvaluated(rule_set="nlcius-ubl", reason=reason)
    assert check_samples(Engine(left, file="invoice-nlcius.xml")) == []


@pytest.mark.parametrize("reason", ["FORG0001", "ZeroDivisionError", "shape"])
def test_a_rule_set_that_fails_on_our_samples_is_one(reason):
    differences = check_samples(Engine(NotEvaluated(rule_set="cen-ubl", reason=reason), file="credit-note-bis3.xml"))
    assert differences == [f"credit-note-bis3.xml: cen-ubl was not evaluated ({reason})"]
