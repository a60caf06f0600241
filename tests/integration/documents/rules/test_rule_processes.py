"""The processes that run the rules: killed, frozen, worn, crowded and orphaned."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.processes import RuleProcesses
from documents.adapters.rules.rule_engine import COMPILED, REFERENCE
from documents.domain.findings import (
    MalformedXml,
    RulesUnavailable,
    ValidationBusy,
    ValidationCrashed,
    ValidationTimedOut,
)
from support.invoices import Invoice, Line, changed

INVOICE = Invoice().xml()
SLOW = Invoice(lines=[Line()] * 7000).xml()
both_engines = pytest.mark.parametrize("engine", [COMPILED, REFERENCE])


def pid_of(rules) -> int:
    (worker,) = rules.workers
    return int(worker["pid"])


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has ended too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def until(condition, seconds: float = 90.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module")
async def lone(rule_files, in_force) -> AsyncIterator[RuleProcesses]:
    """One process with the default settings, which heals between tests."""
    configuration = RuleProcessesConfiguration(directory=rule_files.root.parent, workers=1, nice=0)
    async with RuleProcesses(configuration, in_force) as processes:
        await processes.wait_ready()
        yield processes


@both_engines
async def test_processes_are_ready_once_their_rules_are_compiled(start_rules, rule_files, engine):
    rules = await start_rules(directory=rule_files.root.parent, workers=2, nice=10, engine=engine)
    assert not rules.ready
    assert rules.problem == "the rules are being compiled"
    assert (await rules.validate(INVOICE)).valid
    await rules.wait_ready()
    assert rules.ready
    assert rules.problem is None
    assert len(rules.workers) == 2
    nicer = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)  # than these tests, which may run nicely themselves
    assert all(os.getpriority(os.PRIO_PROCESS, int(worker["pid"])) == nicer for worker in rules.workers)


async def test_a_killed_process_is_replaced_and_its_document_validated(lone):
    await until(lambda: lone.ready)
    victim = pid_of(lone)
    os.kill(victim, signal.SIGSTOP)
    verdict = asyncio.create_task(lone.validate(SLOW))
    await asyncio.sleep(0.1)
    os.kill(victim, signal.SIGKILL)
    assert (await verdict).valid
    assert pid_of(lone) != victim


async def test_a_document_that_ends_two_processes_is_given_up(lone):
    await until(lambda: lone.ready)
    killed = set()
    verdict = asyncio.create_task(lone.validate(SLOW))
    while not verdict.done():
        for worker in lone.workers:
            if worker["pid"] not in killed:
                await asyncio.sleep(0.1)
                killed.add(worker["pid"])
                os.kill(int(worker["pid"]), signal.SIGKILL)
        await asyncio.sleep(0.02)
        if len(killed) == 2:
            break
    with pytest.raises(ValidationCrashed):
        await verdict
    assert len(killed) == 2
    assert (await lone.validate(INVOICE)).valid


async def test_a_process_that_dies_idle_is_replaced_before_the_next_document(lone):
    await until(lambda: lone.ready)
    victim = pid_of(lone)
    os.kill(victim, signal.SIGKILL)
    await until(lambda: not lone.ready)
    await until(lambda: lone.ready)
    assert pid_of(lone) != victim


@both_engines
async def test_a_document_beyond_the_deadline_costs_its_process_only(start_rules, engine):
    rules = await start_rules(deadline=0.3, engine=engine)
    victim = pid_of(rules)
    with pytest.raises(ValidationTimedOut, match=r"within 0\.3 s"):
        await rules.validate(SLOW)
    assert gone(victim)
    assert (await rules.validate(INVOICE)).valid


async def test_who_stops_waiting_disturbs_nobody(lone):
    await until(lambda: lone.ready)
    worker = pid_of(lone)
    os.kill(worker, signal.SIGSTOP)
    running, waiting, patient = [asyncio.create_task(lone.validate(INVOICE)) for _ in range(3)]
    await asyncio.sleep(0.2)
    running.cancel()
    waiting.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    os.kill(worker, signal.SIGCONT)
    assert (await patient).valid
    broken = changed(INVOICE, "<cbc:BuyerReference>PO-2026-114</cbc:BuyerReference>", "")
    assert [finding.rule_id for finding in (await lone.validate(broken)).findings] == ["PEPPOL-EN16931-R003"]
    assert pid_of(lone) == worker


async def test_more_documents_than_may_wait_are_refused_at_once(start_rules):
    rules = await start_rules(queue_limit=2)
    worker = pid_of(rules)
    os.kill(worker, signal.SIGSTOP)
    accepted = [asyncio.create_task(rules.validate(INVOICE))]
    await asyncio.sleep(0.1)
    accepted += [asyncio.create_task(rules.validate(INVOICE)) for _ in range(2)]
    await asyncio.sleep(0.1)
    with pytest.raises(ValidationBusy):
        await rules.validate(INVOICE)
    os.kill(worker, signal.SIGCONT)
    assert all(verdict.valid for verdict in await asyncio.gather(*accepted))


async def test_waiting_ends(start_rules):
    rules = await start_rules(queue_deadline=0.4)
    worker = pid_of(rules)
    os.kill(worker, signal.SIGSTOP)
    running = asyncio.create_task(rules.validate(INVOICE))
    await asyncio.sleep(0.1)
    with pytest.raises(ValidationBusy, match=r"within 0\.4 s"):
        await rules.validate(INVOICE)
    os.kill(worker, signal.SIGCONT)
    assert (await running).valid


async def test_without_rules_documents_are_refused_with_the_reason_until_they_come(start_rules, rule_files, tmp_path):
    rules = await start_rules(directory=tmp_path, queue_deadline=0.2)
    await until(lambda: "rules_command fetch" in (rules.problem or ""))
    with pytest.raises(RulesUnavailable, match="rules_command fetch"):
        await rules.validate(INVOICE)
    assert not rules.ready
    (tmp_path / rule_files.root.name).symlink_to(rule_files.root)
    await until(lambda: rules.ready)
    assert (await rules.validate(INVOICE)).valid


async def test_rules_that_contradict_our_samples_are_not_used(start_rules, rule_files, tmp_path):
    harmed = tmp_path / rule_files.root.name
    shutil.copytree(rule_files.root, harmed)
    stylesheet = harmed / rule_files.stylesheet("peppol-ubl").path.relative_to(rule_files.root)
    text = stylesheet.read_text(encoding="utf-8")
    stylesheet.write_text(text.replace("PEPPOL-EN16931-R003", "PEPPOL-EN16931-R999"), encoding="utf-8")
    rules = await start_rules(directory=tmp_path, queue_deadline=0.2)
    await until(lambda: "do not agree with our samples" in (rules.problem or ""))
    with pytest.raises(RulesUnavailable, match="PEPPOL-EN16931-R999"):
        await rules.validate(INVOICE)


@both_engines
async def test_a_worn_process_is_replaced_without_a_gap(start_rules, engine):
    rules = await start_rules(recycle_documents=5, engine=engine)
    worn = pid_of(rules)

    async def keep_validating() -> None:
        while pid_of(rules) == worn:
            assert (await rules.validate(INVOICE)).valid

    async with asyncio.timeout(90):
        await keep_validating()
    assert (await rules.validate(INVOICE)).valid
    await until(lambda: gone(worn))


async def test_a_process_that_grew_is_replaced(start_rules):
    rules = await start_rules(recycle_rss_mb=1)
    worn = pid_of(rules)
    await rules.validate(INVOICE)
    await until(lambda: rules.ready and pid_of(rules) != worn)
    await until(lambda: gone(worn))


async def test_closing_leaves_no_process_and_nobody_waiting(start_rules):
    rules = await start_rules(workers=2)
    pids = [int(worker["pid"]) for worker in rules.workers]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    waiting = [asyncio.create_task(rules.validate(INVOICE)) for _ in range(4)]
    await asyncio.sleep(0.1)
    await rules.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [RulesUnavailable] * 4
    assert all(gone(pid) for pid in pids)
    with pytest.raises(RulesUnavailable):
        await rules.validate(INVOICE)


async def test_signals_to_the_whole_group_leave_the_work_to_the_service(lone):
    await until(lambda: lone.ready)
    worker = pid_of(lone)
    verdict = asyncio.create_task(lone.validate(SLOW))
    await asyncio.sleep(0.2)
    os.kill(worker, signal.SIGINT)
    os.kill(worker, signal.SIGTERM)
    assert (await verdict).valid
    assert pid_of(lone) == worker


async def test_a_refused_document_does_not_cost_the_process(lone):
    await until(lambda: lone.ready)
    worker = pid_of(lone)
    for document in (b"", b"<html>", b"\x00" * 10):
        with pytest.raises(MalformedXml):
            await lone.validate(document)
    assert pid_of(lone) == worker


def test_no_process_outlives_a_killed_service(rule_files):
    script = textwrap.dedent("""
        import asyncio, sys
        from pathlib import Path
        from documents.adapters.rules.configuration import RuleProcessesConfiguration
        from documents.adapters.rules.lock import read_lock
        from documents.adapters.rules.processes import RuleProcesses
        from documents.adapters.rules.release_choice import ReleaseCalendar
        from shared.clock import SystemClock
        from support.invoices import Invoice, Line

        async def main():
            configuration = RuleProcessesConfiguration(directory=Path(sys.argv[1]), workers=2)
            calendar = ReleaseCalendar(read_lock().releases, SystemClock())
            async with RuleProcesses(configuration, calendar.choice) as rules:
                await rules.wait_ready()
                busy = asyncio.create_task(rules.validate(Invoice(lines=[Line()] * 5000).xml()))
                await asyncio.sleep(0.2)
                print("pids", *(worker["pid"] for worker in rules.workers), file=sys.stderr, flush=True)
                await busy

        asyncio.run(main())
    """)
    service = subprocess.Popen(
        [sys.executable, "-c", script, str(rule_files.root.parent)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    with service:
        assert service.stderr is not None
        try:
            told = next(line.split() for line in service.stderr if line.startswith("pids "))  # logs stand before it
            pids = [int(pid) for pid in told[1:]]
            assert len(pids) == 2
            assert not any(gone(pid) for pid in pids)
        finally:
            service.kill()
    patience = time.monotonic() + 10
    while not all(gone(pid) for pid in pids) and time.monotonic() < patience:
        time.sleep(0.02)
    assert all(gone(pid) for pid in pids)
