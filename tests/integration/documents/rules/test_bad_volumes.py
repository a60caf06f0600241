"""Documents that are too much: refused before the rules or judged, and neither costs more than their size explains."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from documents.adapters.rule_gate.reference import silenced_errors
from documents.adapters.rules.compiled import CompiledEngine
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.saxon import SaxonEngine
from documents.adapters.rules.schemas import Schemas
from documents.adapters.rules.validator import Validator
from documents.domain.findings import DocumentTooComplex, Verdict
from support.bad_documents.making import Judged
from support.bad_documents.volumes import CASES, INVOICE, Much, empty_notes, payment_means
from support.invoices import Invoice, Line

TESTS = Path(__file__).parents[3]
# How many honest invoices of 1,000 lines (0.8 MB) a document of up to 24 MB may cost.
INVOICES = 10
MEGABYTES = 250
COMMON = ("cen-ubl", "peppol-ubl")


@pytest.fixture(scope="module")
def schemas(rule_files: RuleFiles) -> Schemas:
    return Schemas(rule_files)


@pytest.fixture(scope="module")
def ours(rule_files: RuleFiles, schemas: Schemas) -> Validator:
    validator = Validator(rule_files, CompiledEngine(rule_files, preload=COMMON), schemas=schemas)
    validator.validate(INVOICE)
    return validator


@pytest.fixture(scope="module")
def reference(rule_files: RuleFiles, schemas: Schemas) -> Validator:
    return Validator(rule_files, SaxonEngine(rule_files, compiled=COMMON), schemas=schemas)


def cpu_seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


@pytest.fixture(scope="module")
def honest(ours: Validator) -> float:
    """What an honest invoice of 1,000 lines costs on this machine now."""
    document = Invoice(lines=[Line()] * 1_000).xml()
    return min(cpu_seconds(lambda: ours.validate(document)) for _ in range(3))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_too_much_is_refused_at_the_price_of_some_honest_invoices(ours: Validator, honest: float, case: Much) -> None:
    document = case.build()

    def judge() -> None:
        if isinstance(case.expected, Judged):
            verdict = ours.validate(document)
            assert (verdict.valid, verdict.rule_sets) == (False, ())
        else:
            with pytest.raises(case.expected):
                ours.validate(document)

    assert cpu_seconds(judge) < INVOICES * honest


@pytest.mark.parametrize(
    "document", [payment_means(2_000), empty_notes(1_100)], ids=["2,000 payment references", "1,100 findings in 18 kB"]
)
def test_the_worst_that_is_accepted_gets_the_reference_verdict_and_costs_no_more(
    ours: Validator, reference: Validator, document: bytes
) -> None:
    found: list[Verdict] = []
    cost = cpu_seconds(lambda: found.append(ours.validate(document)))
    with silenced_errors():
        allowed = cpu_seconds(lambda: found.append(reference.validate(document)))
    mine, theirs = found
    assert (mine.findings, mine.omitted) == (theirs.findings, theirs.omitted)
    assert not mine.valid
    assert cost < allowed


def test_what_our_engine_leaves_to_the_reference_is_refused_there_when_it_would_take_minutes(
    reference: Validator, honest: float
) -> None:
    document = CASES["a number of 9,000,000 digits"].build()

    def judge() -> None:
        with pytest.raises(DocumentTooComplex, match="a number of more than 10000 characters"):
            reference.validate(document)

    assert cpu_seconds(judge) < INVOICES * honest


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of a moment")
def test_no_volume_takes_hundreds_of_megabytes(rule_files: RuleFiles) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "support.bad_documents.memory", str(rule_files.root.parent)],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        check=True,
    )
    growth = json.loads(process.stdout)
    assert growth.keys() == CASES.keys()
    assert max(growth.values()) < MEGABYTES, growth
