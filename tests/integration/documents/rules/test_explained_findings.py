"""The official rules speak on every broken document, and what they find is explained with what it says."""

import pytest
from documents.adapters.rules.locations import location_of
from documents.adapters.rules.processes import RuleProcesses
from support.broken_documents import BROKEN
from support.broken_documents.making import Broken


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.rule}-{broken.base}")
async def test_the_rule_speaks_at_its_place_and_is_explained(rules: RuleProcesses, broken: Broken) -> None:
    root = broken.root()
    verdict = await rules.validate(broken.xml())

    (found,) = [
        finding
        for finding in verdict.findings
        if (finding.rule_id, finding.location) == (broken.rule, location_of(broken.place(root)))
    ]
    assert found.explanation is not None
    for said in broken.says:
        assert said in found.explanation.en.found
    assert found.explanation.nl.found
    assert found.explanation.nl.expected
