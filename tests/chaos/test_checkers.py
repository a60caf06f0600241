"""Each checker bites: a loss, a duplicate, a wrong balance, a leak, a reordering is planted and must be found.

And it does not bite where all is well: the same evidence without the plant passes every check.
"""

from dataclasses import replace

import pytest

from chaos.checks.every import CHECKS, violations_of
from chaos.planting import Plant, also_asked, change, drop, read
from chaos.plants import DOCUMENTS, PLANTS
from chaos.small_story import small_evidence
from chaos.small_world import EXCHANGE, KEY, RECEIVED, REFUSED, REFUSED_CALLERS_ID


def test_nothing_is_found_where_all_is_well() -> None:
    assert violations_of(small_evidence()) == []


@pytest.mark.parametrize(("plant", "expected"), PLANTS.values(), ids=PLANTS.keys())
def test_a_planted_violation_is_found(plant: Plant, expected: str) -> None:
    evidence = small_evidence()

    plant(evidence)

    assert expected in {violation.check for violation in violations_of(evidence)}


def test_every_check_finds_one_of_the_plants() -> None:
    silent = {check.__name__ for check in CHECKS}
    for plant, _ in PLANTS.values():
        evidence = small_evidence()
        plant(evidence)
        silent -= {check.__name__ for check in CHECKS if list(check(evidence))}

    assert silent == set()


def test_ids_that_both_sides_share_are_no_leak() -> None:
    evidence = small_evidence()

    read("/documents/v1/documents", {"items": [{"id": str(RECEIVED), "exchangeId": str(EXCHANGE)}]})(evidence)

    assert violations_of(evidence) == []


def test_an_unanswered_write_may_or_may_not_have_happened() -> None:
    for status in ("revoked", "active"):
        evidence = small_evidence()
        evidence.history = [exchange for exchange in evidence.history if exchange.kind != "revoke"]
        also_asked("issue", kind="revoke", status=None, facts={"register": f"key/{KEY}", "value": "revoked"})(evidence)
        change("identity.connection_keys", {"status": status}, id=KEY)(evidence)

        assert "acknowledged write missing" not in {violation.check for violation in violations_of(evidence)}


def test_a_send_whose_every_answer_was_lost_may_or_may_not_be_there() -> None:
    evidence = small_evidence()

    for position, exchange in enumerate(evidence.history):
        if exchange.facts.get("document") == str(REFUSED_CALLERS_ID):
            evidence.history[position] = replace(exchange, status=None)
    drop(DOCUMENTS, id=REFUSED)(evidence)

    assert "acknowledged send missing" not in {violation.check for violation in violations_of(evidence)}
