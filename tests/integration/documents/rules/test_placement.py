"""The rules as a worker has them: our engine here and in processes, the reference behind it, and both compared."""

import asyncio
import hashlib
import marshal
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from documents.adapters.rules.compiled import store_of
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.document_types import PREFIXES
from documents.adapters.rules.lock import RuleFiles, locate
from documents.adapters.rules.metrics import DIFFERENCES, FALLBACKS, SHADOW_DOCUMENTS
from documents.adapters.rules.opening import place_rules
from documents.adapters.rules.placement import PlacedRules
from documents.adapters.rules.rule_engine import COMPILED, REFERENCE
from structlog.testing import capture_logs
from support.invoices import (
    GACCOUNT,
    NLCIUS,
    SELF_BILLING,
    SELF_BILLING_PROCESS,
    Invoice,
    Line,
    changed,
    with_two_legal_entities,
)
from support.verdicts import value_of

SMALL = Invoice().xml()
LARGE = Invoice(lines=[Line()] * 100).xml()
NAMELESS = changed(SMALL, "<cbc:Name>Consultancy, hours</cbc:Name>", "")
OpenRules = Callable[..., Awaitable[PlacedRules]]


@pytest_asyncio.fixture
async def open_rules(rule_files: RuleFiles) -> AsyncIterator[OpenRules]:
    """Open rules of one's own, ready: `await open_rules(shadow_share=1, deadline=1)`."""
    async with AsyncExitStack() as stack:

        async def open_them(*, shadow_share: float = 0, here_bytes: int = 20_000, **settings: Any) -> PlacedRules:
            configured = {"directory": rule_files.root.parent, "workers": 1, "nice": 0, **settings}
            rules = place_rules(
                RuleProcessesConfiguration(**configured), here_bytes=here_bytes, shadow_share=shadow_share
            )
            await stack.enter_async_context(rules)
            await rules._small.prepared()
            return rules

        yield open_them


@pytest.fixture
def copied(rule_files: RuleFiles, tmp_path: Path) -> RuleFiles:
    """The rule sets in a folder of the test's own, compiled there too."""
    shutil.copytree(rule_files.root, tmp_path / rule_files.root.name, copy_function=os.link)
    files = locate(tmp_path, rule_files.lock)
    for name in files.stylesheet_names():
        store_of(files).load(name, files.stylesheet(name).path.read_bytes())
    return files


def plant(files: RuleFiles, name: str, before: str, after: str) -> None:
    """Change what a stylesheet was compiled to: an engine that is wrong in one place."""
    path = store_of(files).path_of(files.stylesheet(name).path.read_bytes())
    source = path.with_suffix(".py").read_text()
    assert before in source
    code = marshal.dumps(compile(source.replace(before, after), name, "exec"))
    path.write_bytes(hashlib.sha256(code).digest() + code)


def write_unknown_construct(files: RuleFiles, name: str) -> None:
    """Let the first check of a stylesheet ask for something that the reference knows and our engine does not."""
    path = files.stylesheet(name).path
    head, fired, rules = path.read_text(encoding="utf-8").partition("<svrl:fired-rule")
    assert fired
    changed_rules = rules.replace('<xsl:when test="', "<xsl:when test=\"format-number(1, '0') = '1' and ", 1)
    path.unlink()  # it is a link to the one that everybody uses
    path.write_text(head + fired + changed_rules, encoding="utf-8")


def engines_of(verdict) -> set[str]:
    return {rule_set.engine for rule_set in verdict.rule_sets}


def rules_of(verdict) -> set[str]:
    return {finding.rule_id for finding in verdict.findings}


def documents_of(processes) -> float:
    return sum(worker["documents"] for worker in processes.workers)


async def until(condition, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.02)


async def test_small_documents_are_judged_here_large_ones_in_a_process_and_the_reference_sleeps(open_rules):
    rules = await open_rules()
    await rules._processes.wait_ready()
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}
    assert documents_of(rules._processes) == 0
    assert engines_of(await rules.validate(LARGE)) == {COMPILED}
    assert documents_of(rules._processes) == 1
    assert rules._reference.workers == []


async def test_a_process_without_processes_judges_small_documents_once_it_has_loaded_the_rules(rule_files):
    configuration = RuleProcessesConfiguration(directory=rule_files.root.parent)
    rules = place_rules(configuration, here_bytes=20_000, shadow_share=0)
    assert await rules.validate_here(LARGE) is None
    assert await rules.validate_here(SMALL) is None
    await rules._small.prepared()
    verdict = await rules.validate_here(SMALL)
    assert verdict is not None
    assert engines_of(verdict) == {COMPILED}
    assert await rules.validate_here(LARGE) is None
    assert rules._processes.workers == []


async def test_what_our_engine_cannot_evaluate_wakes_the_reference_and_is_counted(open_rules):
    rules = await open_rules()
    before = value_of(FALLBACKS, "nlcius-ubl", "XPTY0004")
    document = with_two_legal_entities(Invoice(customization_id=NLCIUS).xml())
    verdict = await rules.validate(document)
    assert rules_of(verdict) == {"engine-XPTY0004"}
    assert engines_of(verdict) == {REFERENCE}
    assert len(rules._reference.workers) == 1
    assert value_of(FALLBACKS, "nlcius-ubl", "XPTY0004") == before + 1
    assert await rules.validate_here(document) is None
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}


async def test_a_large_document_that_our_engine_cannot_evaluate_goes_the_same_way(open_rules):
    rules = await open_rules()
    document = with_two_legal_entities(Invoice(customization_id=NLCIUS, lines=[Line()] * 100).xml())
    verdict = await rules.validate(document)
    assert (rules_of(verdict), engines_of(verdict)) == ({"engine-XPTY0004"}, {REFERENCE})


async def test_a_document_of_too_many_paths_is_left_to_the_reference_and_the_next_one_is_not(open_rules):
    content = "".join(f"<n{number}/>" for number in range(6_000))
    extension = (
        f'<UBLExtensions xmlns="{PREFIXES["ext"]}"><UBLExtension><ExtensionContent><x xmlns="urn:x">{content}</x>'
        "</ExtensionContent></UBLExtension></UBLExtensions>"
    )
    rules = await open_rules()
    before = value_of(FALLBACKS, "", "shape")
    verdict = await rules.validate(changed(SMALL, "<cbc:CustomizationID>", f"{extension}<cbc:CustomizationID>"))
    assert engines_of(verdict) == {REFERENCE}
    assert value_of(FALLBACKS, "", "shape") == before + 1
    assert engines_of(await rules.validate(LARGE)) == {COMPILED}


@pytest.mark.parametrize("document", [SMALL, LARGE], ids=["small", "large"])
async def test_a_rule_set_of_the_settings_is_judged_by_the_reference_only(open_rules, document):
    rules = await open_rules(left_to_reference=("peppol-ubl",))
    assert engines_of(await rules.validate(document)) == {REFERENCE}
    other = Invoice(customization_id=NLCIUS).xml()
    assert engines_of(await rules.validate(other)) == {COMPILED}


async def test_a_process_that_hangs_costs_the_deadline_and_the_reference_decides(open_rules):
    rules = await open_rules(deadline=1.0, here_bytes=0)
    rules._reference.start()
    await rules._processes.wait_ready()
    await rules._reference.wait_ready()
    (worker,) = rules._processes.workers
    os.kill(int(worker["pid"]), signal.SIGSTOP)
    before = value_of(FALLBACKS, "", "validation_timed_out")
    assert engines_of(await rules.validate(SMALL)) == {REFERENCE}
    assert value_of(FALLBACKS, "", "validation_timed_out") == before + 1
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}


async def test_a_stylesheet_that_our_engine_does_not_know_runs_on_the_reference_alone(open_rules, copied):
    write_unknown_construct(copied, "gaccount-ubl")
    document = Invoice(customization_id=GACCOUNT).xml()
    before = value_of(FALLBACKS, "gaccount-ubl", "unsupported")
    with capture_logs() as logs:
        rules = await open_rules(directory=copied.root.parent)
        verdict = await rules.validate(document)
    assert engines_of(verdict) == {REFERENCE}
    assert "BR-GA-1" in rules_of(verdict)
    assert value_of(FALLBACKS, "gaccount-ubl", "unsupported") == before + 1
    (refused,) = [log for log in logs if log["event"] == "rule_set_not_compiled"]
    assert refused["rule_set"] == "gaccount-ubl"
    assert "format-number" in refused["construct"]
    assert refused["place"]
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}


async def test_a_common_rule_set_that_is_not_known_stops_neither_here_nor_the_processes(open_rules, copied):
    write_unknown_construct(copied, "nlcius-ubl")
    rules = await open_rules(directory=copied.root.parent)
    await rules._processes.wait_ready()
    assert engines_of(await rules.validate(Invoice(customization_id=NLCIUS).xml())) == {REFERENCE}
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}
    assert engines_of(await rules.validate(LARGE)) == {COMPILED}


async def test_an_engine_that_contradicts_our_samples_is_not_used_at_all(open_rules, copied):
    plant(copied, "peppol-ubl", "'PEPPOL-EN16931-R003'", "'PEPPOL-EN16931-R999'")
    rules = await open_rules(directory=copied.root.parent, queue_deadline=10, here_bytes=20_000)
    assert not rules._small.ready
    await until(lambda: "PEPPOL-EN16931-R999" in (rules._processes.problem or ""))
    broken = changed(SMALL, "<cbc:BuyerReference>PO-2026-114</cbc:BuyerReference>", "")
    verdict = await rules.validate(broken)
    assert (rules_of(verdict), engines_of(verdict)) == ({"PEPPOL-EN16931-R003"}, {REFERENCE})


async def test_compiled_code_that_cannot_be_run_is_made_anew(open_rules, copied):
    plant(copied, "cen-ubl", "\nPATTERNS = (", "\nraise SystemError\nPATTERNS = (")
    rules = await open_rules(directory=copied.root.parent)
    assert engines_of(await rules.validate(SMALL)) == {COMPILED}


@pytest.mark.parametrize("lines", [1, 100], ids=["small", "large"])
async def test_a_fault_of_a_compiled_rule_is_left_to_the_reference(open_rules, copied, lines):
    signature = "(N, D, M, F):\n"
    plant(copied, "peppol-self-billing-ubl", signature, f"{signature}    raise ZeroDivisionError\n")
    rules = await open_rules(directory=copied.root.parent)
    before = value_of(FALLBACKS, "peppol-self-billing-ubl", "ZeroDivisionError")
    self_billed = Invoice(
        customization_id=SELF_BILLING, profile_id=SELF_BILLING_PROCESS, type_code="389", lines=[Line()] * lines
    )
    verdict = await rules.validate(self_billed.xml())
    assert verdict.valid
    assert engines_of(verdict) == {REFERENCE}
    assert value_of(FALLBACKS, "peppol-self-billing-ubl", "ZeroDivisionError") == before + 1


async def test_both_engines_agree_on_a_sample_of_good_and_broken_documents(open_rules):
    rules = await open_rules(shadow_share=1)
    agreed, differed = value_of(SHADOW_DOCUMENTS, "agreed"), value_of(SHADOW_DOCUMENTS, "differed")
    documents = [SMALL, LARGE, NAMELESS, Invoice(customization_id=NLCIUS).xml(), SMALL.replace(b"HUR", b"HOURS")]
    for document in documents:
        assert engines_of(await rules.validate(document)) == {COMPILED}
    await until(lambda: value_of(SHADOW_DOCUMENTS, "agreed") == agreed + len(documents))
    assert value_of(SHADOW_DOCUMENTS, "differed") == differed


async def test_a_rule_set_that_is_wrong_twice_is_taken_from_our_engine(open_rules, copied):
    plant(copied, "cen-ubl", "'BR-25'", "'BR-XX'")
    before = value_of(DIFFERENCES, "cen-ubl")
    with capture_logs() as logs:
        rules = await open_rules(directory=copied.root.parent, shadow_share=1)
        first = await rules.validate(NAMELESS)
        await until(lambda: value_of(DIFFERENCES, "cen-ubl") == before + 1)
        second = await rules.validate(NAMELESS)
        await until(lambda: value_of(DIFFERENCES, "cen-ubl") == before + 2)
        third = await rules.validate(NAMELESS)
        large = await rules.validate(LARGE)
    assert [(rules_of(verdict), engines_of(verdict)) for verdict in (first, second, third)] == [
        ({"BR-XX"}, {COMPILED}),
        ({"BR-XX"}, {COMPILED}),
        ({"BR-25"}, {REFERENCE}),
    ]
    assert engines_of(large) == {REFERENCE}
    assert engines_of(await rules.validate(Invoice(customization_id=NLCIUS).xml())) == {COMPILED}
    alerts = [log for log in logs if log["event"] == "rule_engines_differ"]
    assert [alert["log_level"] for alert in alerts] == ["error", "error"]
    assert {alert["document_sha256"] for alert in alerts} == {hashlib.sha256(NAMELESS).hexdigest()}
    assert alerts[0]["ours"] == ["BR-XX /ubl:Invoice/cac:InvoiceLine[1]"]
    assert alerts[0]["reference"] == ["BR-25 /ubl:Invoice/cac:InvoiceLine[1]"]
    assert "Donald" not in str(logs)


async def test_a_hostile_small_document_does_not_hold_the_event_loop(open_rules):
    """1,400 findings in 20 kB: long work, short waits."""
    end = "<cbc:DocumentCurrencyCode>"
    hostile = changed(SMALL, end, "<cbc:Note/>" * ((20_000 - len(SMALL)) // len("<cbc:Note/>")) + end)
    rules = await open_rules()
    waits = []
    for _ in range(3):
        judged = asyncio.create_task(rules.validate_here(hostile))
        longest, before = 0.0, time.process_time()
        while not judged.done():
            await asyncio.sleep(0)
            # What this process worked between two turns of its loop: a machine that is busy otherwise does not count.
            longest, before = max(longest, time.process_time() - before), time.process_time()
        waits.append(longest)
        verdict = await judged
        assert verdict is not None
        assert len(verdict.findings) + verdict.omitted > 1000
    assert min(waits) < 0.02, waits
