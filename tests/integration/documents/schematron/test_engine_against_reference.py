"""The reference finds the same: in the tables of the unit tests, and in every official document at hand.

Compared are id, flag, location and text, in order. The rule sets and the official documents are no part of this
project; what is absent is skipped.
"""

import random
from functools import cache
from pathlib import Path

import pytest
from documents.adapters.rule_gate.bases import BaseDocument, bases_in, own_bases
from documents.adapters.rule_gate.suites import suites_of
from documents.adapters.rules.lock import default_directory, fetched
from documents.adapters.schematron.engine import Engine
from documents.adapters.schematron.store import RuleSetStore
from documents.domain.findings import RulesUnavailable, Syntax
from lxml import etree
from support.engine_errors import ERROR_RULES, OTHER_THAN_ERRORS
from support.engine_expressions import CONTEXTS, DOCUMENT, EXPRESSIONS, worth
from support.engine_rules import RULES
from support.engine_shortcuts import SHORTCUTS
from support.rule_sets import FAILED, findings, found, short
from support.saxon_rule_sets import SaxonRuleSets, findings_of

DATA = Path(__file__).parents[5] / "shared" / "data"
OWN = "own samples"
FOLDERS = {
    Syntax.UBL: (OWN, "en16931/unit", "peppol-bis-3/unit", "en16931/examples", "peppol-bis-3/examples", "nl"),
    Syntax.CII: (OWN, "en16931/examples-cii"),
}
# Of a folder and a suite: the unit tests of a publisher, about 1,700, differ from each other in a few elements only.
SAMPLE = 20
TABLES = RULES | SHORTCUTS | ERROR_RULES
WORTH = EXPRESSIONS | OTHER_THAN_ERRORS


@pytest.fixture(scope="module")
def saxon(tmp_path_factory) -> SaxonRuleSets:
    return SaxonRuleSets(tmp_path_factory.mktemp("stylesheets"))


@pytest.mark.parametrize("subject", WORTH)
def test_the_reference_gives_an_expression_the_same_value(saxon, subject):
    for context in CONTEXTS:
        for expression, expected in WORTH[subject]:
            rows = saxon.found(worth(expression, context), DOCUMENT)
            assert (rows if expected == FAILED else rows[0][3]) == expected, (expression, context)


@pytest.mark.parametrize("case", TABLES)
def test_the_reference_finds_the_same_in_a_case(saxon, case):
    content, documents = TABLES[case]
    for text, expected in documents.items():
        rows = saxon.found(content, text)
        assert short(rows) == expected, text
        assert rows == found(content, text), text


@pytest.fixture(scope="module")
def files():
    try:
        return fetched(default_directory())
    except RulesUnavailable:
        pytest.skip("the rule sets have not been fetched")


@cache
def bases_of(folder: str) -> tuple[BaseDocument, ...]:
    return own_bases() if folder == OWN else bases_in(DATA / folder)


def sampled(bases: tuple[BaseDocument, ...], seed: int) -> list[BaseDocument]:
    if len(bases) <= SAMPLE:
        return list(bases)
    return random.Random(seed).sample(bases, SAMPLE)  # noqa: S311 - a choice of tests


MATERIAL = [(suite, folder) for suite in suites_of() for folder in FOLDERS[suite.syntax]]


@pytest.mark.parametrize(("suite", "folder"), MATERIAL, ids=[f"{suite.name}-{folder}" for suite, folder in MATERIAL])
def test_every_rule_set_finds_in_official_documents_what_the_reference_finds(saxon, files, suite, folder):
    seed = random.SystemRandom().randrange(10**9)
    bases = [base for base in sampled(bases_of(folder), seed) if base.syntax is suite.syntax]
    if not bases:
        pytest.skip(f"no {suite.syntax} documents in {folder} (the official ones are not at hand)")
    store = RuleSetStore(default_directory() / "compiled")
    paths = {name: files.stylesheet(name).path for name in suite.rule_sets}
    engine = Engine({name: store.load(name, path.read_bytes()) for name, path in paths.items()})
    references = {name: saxon.official(path) for name, path in paths.items()}
    for base in bases:
        text = etree.tostring(base.tree(), encoding="unicode")
        for name, reference in references.items():
            expected = findings_of(reference, base.tree())
            assert findings(engine, text, name) == expected, f"{name} on {base.name}, seed {seed}"
