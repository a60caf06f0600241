"""The release gate on the fetched rule sets: it passes, and it would not pass a broken engine."""

from contextlib import ExitStack
from itertools import islice

import pytest
from documents.adapters.rule_gate.comparing import Extras, compare_suite, engines_of
from documents.adapters.rule_gate.differing import save_differences
from documents.adapters.rule_gate.extent import Extent
from documents.adapters.rule_gate.gate import problems_of, run_gate
from documents.adapters.rule_gate.plants.table import BUGS
from documents.adapters.rule_gate.reference import Saxon
from documents.adapters.rule_gate.report import report_text
from documents.adapters.rule_gate.rule_ids import rule_ids_of
from documents.adapters.rule_gate.suites import Suite, suites_of
from documents.adapters.rule_gate.workload import Plan, Workload
from documents.domain.findings import Syntax
from lxml import etree

PLAN = Plan(seed="integration", valid=60, free=60, directed=0.002)
PEPPOL = Suite(syntax=Syntax.UBL, rule_sets=("peppol-ubl",), share=1)
FEW_BUGS = ("round half to even", "exponent accepted", "first of several items taken", "location always [1]")


def test_a_short_run_passes_for_every_rule_set(rule_files):
    result = run_gate(rule_files, Extent(plan=PLAN, bugs=FEW_BUGS, bug_documents=5))
    report = report_text(result)
    assert result.passed, report
    assert set(result.tallies) == {suite.name for suite in suites_of()}
    assert set(result.silent) == set(rule_files.stylesheet_names())
    assert [verdict.bug for verdict in result.verdicts] == list(FEW_BUGS)
    assert "the gate is passed" in report


@pytest.mark.parametrize("name", ["table loses its first rule", "error swallowed"])
def test_a_broken_engine_does_not_pass(rule_files, name, tmp_path):
    (bug,) = [bug for bug in BUGS if bug.name == name]
    with ExitStack() as planted:

        def broken(files, suite):
            planted.enter_context(bug.plant())
            return engines_of(files, suite)

        plan = Plan(seed="broken", valid=60, free=240, directed=0.002)
        tallies = compare_suite(rule_files, PEPPOL, plan, Extras(make_engines=broken))
    tally = tallies["peppol-ubl"]
    assert problems_of(tally)
    saved = save_differences(tally.differences, tmp_path)
    assert saved
    assert all(etree.parse(path).getroot() is not None for path in saved)


def test_documents_are_shared_out_among_processes(rule_files):
    """Each document once, whichever process makes it, and the same ones each time."""
    plan = Plan(seed="shares", valid=9, free=9, directed=0.001)
    workload = Workload(rule_files, PEPPOL, plan)
    whole = [document.content for document in workload.documents()]
    halves = [document.content for share in range(2) for document in workload.documents(share, 2)]
    assert sorted(halves) == sorted(whole)
    assert [document.content for document in Workload(rule_files, PEPPOL, plan).documents()] == whole


def test_what_was_not_drawn_can_be_looked_at_too(rule_files):
    workload = Workload(rule_files, PEPPOL, Plan(seed="rest", valid=0, free=0, directed=0.5, unchanged=False))
    drawn = [document.key for document in workload.documents(0, 50)]
    rest = [document.key for document in islice(workload.undrawn(), 200)]
    assert drawn
    assert not set(drawn) & set(rest)
    both = {directed.key for directed in workload.directed()}
    assert both.issuperset(drawn)
    assert both.issuperset(rest)


def test_valid_mutants_are_valid(rule_files):
    workload = Workload(rule_files, PEPPOL, Plan(seed="valid", valid=40, free=0, directed=0, unchanged=False))
    documents = [document for document in workload.documents() if document.label == "valid"]
    assert len(documents) == 40
    assert all(workload.is_valid(etree.fromstring(document.content), Syntax.UBL) for document in documents)


def test_the_reference_is_not_told_what_a_document_wants_it_to_read(rule_files, tmp_path):
    """The processor reads neither files nor addresses, whatever stands in a document."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-123")
    document = Workload(rule_files, PEPPOL, PLAN).bases[0].tree()
    document.insert(0, etree.ProcessingInstruction("xml-stylesheet", f'href="{secret.as_uri()}"'))
    findings = Saxon().reference(rule_files.stylesheet("peppol-ubl").path).findings(document)
    assert "SECRET-123" not in repr(findings)


def test_every_rule_of_a_stylesheet_is_known_by_its_id(rule_files):
    assert len(rule_ids_of(rule_files.stylesheet("peppol-ubl").path)) == 165
    assert "SI-INV-R000" in rule_ids_of(rule_files.stylesheet("nlcius-ubl").path)
