"""Two official releases: the one in force decides by the day, the next one can be asked, and the old one is let go."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.opening import place_rules
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.rule_engine import COMPILED, REFERENCE
from documents.domain.findings import RulesUnavailable, Verdict
from documents.domain.releases import NoReleaseInForce, ReleaseNotFound
from support.invoices import NLCIUS, Invoice, changed
from support.releases import FixedClock

OLD, NEW = "2025.11", "2026.5"
SUMMER, LAST_MOMENT = datetime(2026, 8, 1, 9, tzinfo=UTC), datetime(2026, 8, 16, 23, 59, 59, tzinfo=UTC)
CHANGE_OVER = datetime(2026, 8, 17, tzinfo=UTC)
# CEN 1.3.16 no longer asks when an invoice is to be paid (BR-CO-25), and no longer knows the guilder of the Antilles.
UNDATED = changed(Invoice().xml(), "<cbc:DueDate>2026-12-02</cbc:DueDate>", "")
GUILDERS = Invoice().xml().replace(b"EUR", b"ANG")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SUMMER)


@pytest_asyncio.fixture
async def rules(rule_files: RuleFiles, clock: FixedClock) -> AsyncIterator[PlacedRules]:
    """Rules that judge in this process, as the api does; no other process is started."""
    placed = place_rules(
        RuleProcessesConfiguration(directory=rule_files.root.parent), here_bytes=20_000, shadow_share=0, clock=clock
    )
    placed._small.prepare()
    assert await placed._small.prepared()
    yield placed
    placed._small.close()


def said(verdict: Verdict | None) -> tuple[str, set[str]]:
    assert verdict is not None
    return verdict.release, {finding.rule_id for finding in verdict.fatal}


def versions(verdict: Verdict | None) -> dict[str, str]:
    assert verdict is not None
    return {rule_set.name: rule_set.version for rule_set in verdict.rule_sets}


async def test_a_document_fails_under_one_official_release_and_passes_under_the_other(rules: PlacedRules) -> None:
    undated = await rules.validate_here(UNDATED)
    assert said(undated) == (OLD, {"BR-CO-25"})
    assert versions(undated) == {"cen-ubl": "1.3.15", "peppol-ubl": "2025.11"}
    assert rules.next_for(undated).name == NEW
    assert said(await rules.validate_here(UNDATED, "next")) == (NEW, set())
    assert said(await rules.validate_here(GUILDERS)) == (OLD, set())
    release, fatal = said(await rules.validate_here(GUILDERS, NEW))
    assert (release, "BR-CL-04" in fatal) == (NEW, True)


async def test_where_both_releases_have_the_same_rules_there_is_nothing_to_ask(rules: PlacedRules) -> None:
    verdict = await rules.validate_here(Invoice(customization_id=NLCIUS).xml())
    assert said(verdict) == (OLD, set())
    assert rules.next_for(verdict) is None


async def test_at_the_change_of_date_the_next_release_decides_and_the_old_one_leaves_the_memory(
    rules: PlacedRules, clock: FixedClock
) -> None:
    here = rules._small._validator
    assert here.opened == (OLD,)
    clock.time = LAST_MOMENT
    assert said(await rules.validate_here(UNDATED)) == (OLD, {"BR-CO-25"})
    assert said(await rules.validate_here(UNDATED, "next")) == (NEW, set())
    assert here.opened == (OLD, NEW)
    old, new = (here._opened[release]._engine._compiled for release in (OLD, NEW))
    assert old["nlcius-ubl"] is new["nlcius-ubl"]
    assert old["cen-ubl"] is not new["cen-ubl"]
    clock.time = CHANGE_OVER
    verdict = await rules.validate_here(UNDATED)
    assert said(verdict) == (NEW, set())
    assert here.opened == (NEW,)
    assert rules.next_for(verdict) is None
    for gone in (OLD, "next"):
        with pytest.raises(ReleaseNotFound):
            await rules.validate_here(UNDATED, gone)


async def test_before_the_first_release_nothing_is_judged_and_the_reason_is_said(
    rules: PlacedRules, clock: FixedClock
) -> None:
    clock.time = datetime(2026, 2, 22, 23, 59, tzinfo=UTC)
    with pytest.raises(NoReleaseInForce, match="the first one begins on 2026-02-23"):
        await rules.validate_here(UNDATED)
    assert issubclass(NoReleaseInForce, RulesUnavailable)  # it is waited for, like rules that are not there


async def test_a_rule_process_and_the_reference_change_over_without_a_restart(
    rule_files: RuleFiles, clock: FixedClock
) -> None:
    """A process of ours judges BIS documents; the reference those of which CEN's rules are left to it."""
    configuration = RuleProcessesConfiguration(directory=rule_files.root.parent, workers=1, nice=0)
    async with place_rules(configuration, here_bytes=0, shadow_share=0, clock=clock) as rules:
        for release, fatal in ((OLD, {"BR-CO-25"}), (NEW, set())):
            verdict = await rules.validate(UNDATED)
            assert said(verdict) == (release, fatal)
            assert {rule_set.engine for rule_set in verdict.rule_sets} == {COMPILED}
            (worker,) = rules._processes.workers
            rules._trust.forced = frozenset({"cen-ubl"})
            referred = await rules.validate(UNDATED)
            assert said(referred) == (release, fatal)
            assert {rule_set.engine for rule_set in referred.rule_sets} == {REFERENCE}
            assert versions(referred) == versions(verdict)
            rules._trust.forced = frozenset()
            clock.time = CHANGE_OVER
        assert [each["pid"] for each in rules._processes.workers] == [worker["pid"]]
        assert len(rules._reference.workers) == 1
        assert rules._reference.workers[0]["documents"] == 2
