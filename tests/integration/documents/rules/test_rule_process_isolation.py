"""What a rule process has and says: no secrets of the service, nothing of a document, and little memory."""

from pathlib import Path

import pytest
from documents.adapters.rules.rule_engine import REFERENCE, NotEvaluated
from support.invoices import NLCIUS, Invoice, Line, with_two_legal_entities


def pid_of(rules) -> int:
    (worker,) = rules.workers
    return int(worker["pid"])


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def libraries_of(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


async def test_a_process_knows_no_secrets_and_tells_no_texts_of_documents(start_rules, monkeypatch, capfd):
    monkeypatch.setenv("DOCUMENTS_SECRETS__KEY", "a-secret-of-the-service")
    ours, reference = await start_rules(), await start_rules(engine=REFERENCE)
    for rules in (ours, reference):
        environment = environment_of(pid_of(rules))
        assert b"PATH=" in environment
        assert b"DOCUMENTS_" not in environment
    document = with_two_legal_entities(Invoice(customization_id=NLCIUS).xml())
    assert (await reference.validate(document)).findings[0].rule_id == "engine-XPTY0004"
    with pytest.raises(NotEvaluated) as refused:
        await ours.validate(document)
    assert refused.value.extra == {"rule_set": "nlcius-ubl", "reason": "XPTY0004"}
    assert "Donald" not in str(refused.value)
    captured = capfd.readouterr()
    assert "Donald" not in captured.err + captured.out


async def test_a_process_of_our_engine_stays_small_and_without_the_reference(start_rules):
    rules = await start_rules()
    for number in range(50):
        await rules.validate(Invoice(id=f"{number}", lines=[Line()] * (1 + number % 100)).xml())
    (worker,) = rules.workers
    assert worker["rss_mb"] < 80
    assert "saxonche" not in libraries_of(pid_of(rules))
