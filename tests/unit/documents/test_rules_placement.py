"""Where a document is validated and by which engine: here, in a process, or by the reference."""

import pytest
from documents.adapters.rules.metrics import FALLBACKS
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.release_choice import Choice, ReleaseCalendar
from documents.adapters.rules.rule_engine import COMPILED, REFERENCE, NotEvaluated
from documents.adapters.rules.shadow import ShadowSample
from documents.adapters.rules.trust import Trust
from documents.domain.findings import (
    MalformedXml,
    RulesUnavailable,
    ValidationBusy,
    ValidationCrashed,
    ValidationTimedOut,
)
from documents.domain.releases import ReleaseNotFound
from support.releases import NEW_DAY, RELEASES, FixedClock
from support.verdicts import FakeProcesses, rule_set_of, value_of, verdict_with

SMALL, LARGE = b"s", b"large"
NOT_EVALUATED = NotEvaluated(rule_set="cen-ubl", reason="FORG0001")


class Small(FakeProcesses):
    """Takes documents of one byte."""

    def takes(self, document):
        return len(document) == 1

    def prepare(self):
        self.start()

    def close(self):
        self.closed = True


class Placed:
    """The rules between neighbours that a test controls."""

    def __init__(self, *, here=None, process=None, reference=None, trust=None):
        self.small = Small(here or verdict_with())
        self.processes = FakeProcesses(process or verdict_with())
        self.reference = FakeProcesses(reference or verdict_with(engine=REFERENCE))
        self.trust = trust or Trust()
        self.clock = FixedClock()
        self.rules = PlacedRules(
            small=self.small,
            processes=self.processes,
            reference=self.reference,
            shadow=ShadowSample(self.reference, self.trust, share=0),
            trust=self.trust,
            calendar=ReleaseCalendar(RELEASES, self.clock),
        )

    @property
    def asked(self):
        return {
            name
            for name, place in {"here": self.small, "process": self.processes, "reference": self.reference}.items()
            if place.seen
        }


def engines_of(verdict):
    return {rule_set.engine for rule_set in verdict.rule_sets}


@pytest.mark.parametrize(("document", "place"), [(SMALL, "here"), (LARGE, "process")])
async def test_small_documents_are_judged_here_and_large_ones_in_a_process(document, place):
    placed = Placed()
    assert engines_of(await placed.rules.validate(document)) == {COMPILED}
    assert placed.asked == {place}
    assert placed.reference.started == 0


@pytest.mark.parametrize(
    ("failure", "rule_set", "reason"),
    [
        (NOT_EVALUATED, "cen-ubl", "FORG0001"),
        (NotEvaluated(rule_set="", reason="shape"), "", "shape"),
        (ValidationTimedOut(), "", "validation_timed_out"),
        (ValidationCrashed(), "", "validation_crashed"),
        (RulesUnavailable(), "", "rules_unavailable"),
    ],
)
@pytest.mark.parametrize("document", [SMALL, LARGE])
async def test_whatever_our_engine_has_no_answer_to_the_reference_decides(document, failure, rule_set, reason):
    placed = Placed(here=failure, process=failure)
    before = value_of(FALLBACKS, rule_set, reason)
    assert engines_of(await placed.rules.validate(document)) == {REFERENCE}
    assert placed.reference.seen == [document]
    assert placed.reference.started == 1
    assert value_of(FALLBACKS, rule_set, reason) == before + 1


@pytest.mark.parametrize("error", [MalformedXml("no"), ValidationBusy()])
@pytest.mark.parametrize("document", [SMALL, LARGE])
async def test_a_refusal_is_no_reason_to_ask_the_reference(document, error):
    placed = Placed(here=error, process=error)
    with pytest.raises(type(error)):
        await placed.rules.validate(document)
    assert placed.reference.seen == []


async def test_what_the_reference_cannot_decide_either_is_its_error():
    placed = Placed(process=ValidationCrashed(), reference=ValidationTimedOut())
    with pytest.raises(ValidationTimedOut):
        await placed.rules.validate(LARGE)


@pytest.mark.parametrize("document", [SMALL, LARGE])
async def test_a_rule_set_that_lost_our_trust_is_judged_by_the_reference(document):
    placed = Placed()
    for _ in range(2):
        placed.trust.count_difference(rule_set_of("cen-ubl"))
    assert engines_of(await placed.rules.validate(document)) == {REFERENCE}
    assert await placed.rules.validate_here(SMALL) is None


async def test_here_means_here():
    placed = Placed()
    assert engines_of(await placed.rules.validate_here(SMALL)) == {COMPILED}
    assert await placed.rules.validate_here(LARGE) is None
    assert placed.asked == {"here"}


async def test_what_cannot_be_judged_here_is_not_judged_here():
    placed = Placed(here=NOT_EVALUATED)
    assert await placed.rules.validate_here(SMALL) is None
    assert placed.reference.seen == []


async def test_a_refusal_is_a_refusal_here_too():
    placed = Placed(here=MalformedXml("no"))
    with pytest.raises(MalformedXml):
        await placed.rules.validate_here(SMALL)


async def test_processes_run_from_opening_to_closing_and_the_reference_waits_for_its_first_document():
    placed = Placed()
    async with placed.rules:
        assert placed.processes.started == placed.small.started == 1
        assert placed.reference.started == 0
    assert placed.processes.closed
    assert placed.reference.closed
    assert placed.small.closed


async def test_every_engine_judges_by_the_release_that_was_in_force_when_it_was_asked():
    placed = Placed(here=NOT_EVALUATED)
    await placed.rules.validate(SMALL)
    in_force = Choice(release="2025.11", kept=("2025.11", "2026.5"))
    assert placed.small.choices == placed.reference.choices == [in_force]
    await placed.rules.validate(LARGE, "next")
    assert placed.processes.choices == [Choice(release="2026.5", kept=("2025.11", "2026.5"))]


async def test_a_change_of_date_is_a_change_of_release_without_a_restart():
    placed = Placed()
    await placed.rules.validate_here(SMALL)
    placed.clock.time = NEW_DAY
    await placed.rules.validate_here(SMALL)
    assert [choice.release for choice in placed.small.choices] == ["2025.11", "2026.5"]
    assert placed.small.choices[-1].kept == ("2026.5",)


@pytest.mark.parametrize("judge", ["validate", "validate_here"])
async def test_a_release_that_there_is_not_is_refused_before_anything_is_judged(judge):
    placed = Placed()
    with pytest.raises(ReleaseNotFound):
        await getattr(placed.rules, judge)(SMALL, "2024.11")
    assert not placed.asked


async def test_a_rule_set_keeps_our_trust_in_another_version():
    placed = Placed()
    for _ in range(2):
        placed.trust.count_difference(rule_set_of("cen-ubl", version="0"))
    assert engines_of(await placed.rules.validate(SMALL)) == {COMPILED}
