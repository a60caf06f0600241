"""The shadow sample compares both engines beside the work, alerts on differences, and takes a rule set away."""

import asyncio
import hashlib
from contextlib import asynccontextmanager

import pytest
from documents.adapters.rules import shadow as shadow_module
from documents.adapters.rules.metrics import DIFFERENCES, ON_REFERENCE, SHADOW_DOCUMENTS
from documents.adapters.rules.rule_engine import REFERENCE
from documents.adapters.rules.shadow import ShadowSample, differences
from documents.adapters.rules.trust import Trust
from documents.domain.findings import ValidationBusy
from structlog.testing import capture_logs
from support.verdicts import NOW, FakeProcesses, finding_of, rule_set_of, value_of, verdict_with

OURS = verdict_with(finding_of("R-1", "/a"), finding_of("R-2"))
SAME = verdict_with(finding_of("R-2"), finding_of("R-1", "/a"), engine=REFERENCE)


@asynccontextmanager
async def running(reference, trust=None, *, share=1.0, chance=lambda: 0.5):
    sample = ShadowSample(reference, trust or Trust(), share=share, chance=chance)
    task = asyncio.create_task(sample.run())
    await asyncio.sleep(0)
    try:
        yield sample
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(condition) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - another task changes it
            await asyncio.sleep(0.001)


class Counted:
    """How much a metric has grown since."""

    def __init__(self, metric, *labels):
        self._read = lambda: value_of(metric, *labels)
        self._before = self._read()

    @property
    def grown(self) -> float:
        return self._read() - self._before


async def test_equal_lists_in_any_order_agree_in_silence():
    agreed = Counted(SHADOW_DOCUMENTS, "agreed")
    with capture_logs() as logs:
        async with running(FakeProcesses(SAME)) as sample:
            sample.consider(b"<a/>", NOW, OURS)
            await settled(lambda: agreed.grown == 1)
    assert logs == []


async def test_a_difference_alerts_with_the_document_s_hash_and_both_lists_but_no_text():
    reference = FakeProcesses(verdict_with(finding_of("R-1", "/a"), finding_of("R-3"), engine=REFERENCE))
    differed = Counted(SHADOW_DOCUMENTS, "differed")
    counted = Counted(DIFFERENCES, "cen-ubl")
    with capture_logs() as logs:
        async with running(reference) as sample:
            sample.consider(b"<secret/>", NOW, OURS)
            await settled(lambda: differed.grown == 1)
    (alert,) = logs
    assert (alert["event"], alert["log_level"]) == ("rule_engines_differ", "error")
    assert alert["document_sha256"] == hashlib.sha256(b"<secret/>").hexdigest()
    assert alert["ours"] == ["R-1 /a", "R-2 /ubl:Invoice"]
    assert alert["reference"] == ["R-1 /a", "R-3 /ubl:Invoice"]
    assert alert["versions"] == {"cen-ubl": f"1 {rule_set_of('cen-ubl').sha256}"}
    assert "secret" not in str(alert)
    assert "must be so" not in str(alert)
    assert counted.grown == 1


async def test_the_second_difference_of_a_rule_set_gives_it_to_the_reference():
    trust = Trust()
    reference = FakeProcesses(verdict_with(engine=REFERENCE, rule_sets=("twice", "once")))
    ours = verdict_with(finding_of("R", rule_set="twice"), rule_sets=("twice", "once"))
    with capture_logs() as logs:
        async with running(reference, trust) as sample:
            sample.consider(b"1", NOW, ours)
            await settled(lambda: len(reference.seen) == 1)
            await asyncio.sleep(0)
            assert not trust.is_left_to_reference(rule_set_of("twice"))
            sample.consider(b"2", NOW, ours)
            await settled(lambda: trust.is_left_to_reference(rule_set_of("twice")))
    assert not trust.is_left_to_reference(rule_set_of("once"))
    assert value_of(ON_REFERENCE, "twice") == 1
    assert [log["event"] for log in logs].count("rule_set_switched_to_reference") == 1


@pytest.mark.parametrize(
    ("share", "chance", "sampled"), [(0.01, 0.009, 1), (0.01, 0.01, 0), (0.0, 0.0, 0), (1.0, 0.99, 1)]
)
async def test_the_share_decides_how_many_are_sampled(share, chance, sampled):
    reference = FakeProcesses(SAME)
    async with running(reference, share=share, chance=lambda: chance) as sample:
        sample.consider(b"<a/>", NOW, OURS)
        await asyncio.sleep(0.01)
    assert len(reference.seen) == sampled


async def test_a_document_that_never_reached_the_rules_is_not_sampled():
    reference = FakeProcesses(SAME)
    async with running(reference) as sample:
        sample.consider(b"<a/>", NOW, verdict_with(finding_of("xsd-x"), rule_sets=()))
        await asyncio.sleep(0.01)
    assert reference.seen == []


async def test_who_waits_for_the_reference_goes_first():
    reference = FakeProcesses(SAME, idle=False)
    async with running(reference) as sample:
        sample.consider(b"<a/>", NOW, OURS)
        await asyncio.sleep(0.12)
        assert reference.seen == []
        reference.idle = True
        await settled(lambda: reference.seen == [b"<a/>"])


async def test_what_is_too_much_is_dropped_and_counted(monkeypatch):
    monkeypatch.setattr(shadow_module, "_MAX_DOCUMENTS", 3)
    reference = FakeProcesses(SAME, gate=asyncio.Event())
    dropped, agreed = Counted(SHADOW_DOCUMENTS, "dropped"), Counted(SHADOW_DOCUMENTS, "agreed")
    async with running(reference) as sample:
        sample.consider(b"0", NOW, OURS)
        await settled(lambda: reference.seen)
        for number in range(5):
            sample.consider(b"%d" % number, NOW, OURS)
        assert dropped.grown == 2
        reference.gate.set()
        await settled(lambda: agreed.grown == 4)


async def test_what_waits_is_bounded_in_bytes_but_a_lone_large_document_is_compared(monkeypatch):
    monkeypatch.setattr(shadow_module, "_MAX_BYTES", 10)
    reference = FakeProcesses(SAME, gate=asyncio.Event())
    dropped, agreed = Counted(SHADOW_DOCUMENTS, "dropped"), Counted(SHADOW_DOCUMENTS, "agreed")
    async with running(reference) as sample:
        sample.consider(bytes(50), NOW, OURS)
        sample.consider(bytes(5), NOW, OURS)
        assert dropped.grown == 1
        reference.gate.set()
        await settled(lambda: agreed.grown == 1)
        sample.consider(bytes(5), NOW, OURS)
        await settled(lambda: agreed.grown == 2)


async def test_a_reference_that_cannot_answer_is_counted_and_the_sample_goes_on():
    reference = FakeProcesses(ValidationBusy())
    failed, agreed = Counted(SHADOW_DOCUMENTS, "failed"), Counted(SHADOW_DOCUMENTS, "agreed")
    async with running(reference) as sample:
        sample.consider(b"1", NOW, OURS)
        await settled(lambda: failed.grown == 1)
        reference.answer = SAME
        sample.consider(b"2", NOW, OURS)
        await settled(lambda: agreed.grown == 1)


def test_nothing_is_sampled_where_nobody_compares():
    sample = ShadowSample(FakeProcesses(SAME), Trust(), share=1.0)
    sample.consider(b"<a/>", NOW, OURS)
    assert not sample._waiting


def test_verdicts_that_only_count_different_numbers_differ_in_every_rule_set():
    assert differences(verdict_with(omitted=3), verdict_with(omitted=3, engine=REFERENCE)) == {}
    assert list(differences(verdict_with(omitted=3), verdict_with(omitted=4))) == ["cen-ubl"]


def test_a_finding_that_comes_twice_is_not_one_that_comes_once():
    once, twice = verdict_with(finding_of("R")), verdict_with(finding_of("R"), finding_of("R"))
    assert list(differences(once, twice)) == ["cen-ubl"]


def test_only_the_rule_set_that_differs_is_named():
    ours = verdict_with(finding_of("R", rule_set="a"), finding_of("S", rule_set="b"), rule_sets=("a", "b"))
    theirs = verdict_with(finding_of("R", rule_set="a"), finding_of("T", rule_set="b"), rule_sets=("a", "b"))
    assert differences(ours, theirs) == {"b": ([("S", "/ubl:Invoice")], [("T", "/ubl:Invoice")])}


def test_rule_sets_of_the_settings_are_the_reference_s_from_the_start():
    trust = Trust(("named",))
    assert trust.is_left_to_reference(rule_set_of("named"))
    assert not trust.is_left_to_reference(rule_set_of("other"))
    assert value_of(ON_REFERENCE, "named") == 1
