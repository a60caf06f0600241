"""The whole documents service as processes: real rules, real Kafka, the sandbox's network and webhook receiver."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from documents.adapters.rules.fetch import fetch_rules
from documents.adapters.rules.lock import default_directory, read_lock
from support.documents import migrate_documents
from support.documents_facts import (
    BILLING,
    TYPES,
    Company,
    account_fact,
    invoice,
    key_fact,
    member_fact,
    new_company,
    organization_fact,
    user_fact,
)
from support.documents_processes import DocumentsProcesses, running_processes
from support.invoices import changed
from support.kafka_reader import read_topic
from support.postgres import CreateDatabase

OUTSIDE = "0106:99100001"
DOWN_THEN_UP = "0106:99900003"
REFUSES = "0106:99900005"


@pytest.fixture(scope="module")
def rules_directory() -> Path:
    """Return where the pinned rules lie, fetched when they are not here yet."""
    directory = Path(os.environ.get("DOCUMENTS_RULES__DIRECTORY") or default_directory()).absolute()
    fetch_rules(directory, read_lock(), report=print)
    return directory


@pytest.fixture(scope="module")
async def processes(
    create_database: CreateDatabase, kafka_server: str, rules_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DocumentsProcesses]:
    database = create_database("documents", migrate_documents)
    async with running_processes(database, kafka_server, rules_directory, tmp_path_factory.mktemp("logs")) as running:
        yield running


async def company(processes: DocumentsProcesses, *, receiving: bool = False) -> Company:
    made = new_company()
    for fact in (
        organization_fact(made, receiving=receiving),
        user_fact(made.administrator, made.environment, role="administrator"),
        member_fact(made, made.administrator),
        account_fact(made.environment, depleted=False),
        key_fact(made),
    ):
        await processes.announce(fact)
    return made


async def send(processes: DocumentsProcesses, sender: Company, document: bytes) -> str:
    """Send as soon as the projections know the sender."""

    async def accepted() -> Any:
        answer = await processes.http.post(
            f"{processes.base_url}/api/v1/{sender.party}/salesInvoice/send",
            content=document,
            headers={**sender.by_key, "Content-Type": "application/xml"},
        )
        assert answer.status_code in {200, 401, 402, 403}, answer.text
        return answer.json() if answer.status_code == 200 else None

    found: dict[str, str] = await eventually(accepted, "the document to be accepted")
    return found["id"]


async def known_as_receiver(processes: DocumentsProcesses, receiver: Company) -> None:
    """Wait until the projections know the receiver: who is not known is refused for good, and not tried again."""

    async def found() -> Any:
        answer = await processes.http.post(
            f"{processes.base_url}/api/v1/{receiver.party}/salesInvoice/queryRecipientParty",
            json=[receiver.party],
            headers=receiver.by_key,
        )
        return answer.json() if answer.status_code == 200 and answer.json()["channel"] == "platform" else None

    await eventually(found, "the receiver to be known")


async def ended(processes: DocumentsProcesses, sender: Company, document_id: str) -> dict[str, Any]:
    async def look() -> Any:
        answer = await processes.http.get(
            f"{processes.base_url}/documents/v1/documents/{document_id}", headers=sender.by_person
        )
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.json()["status"] in {"delivered", "rejected", "failed"} else None

    found: dict[str, Any] = await eventually(look, f"document {document_id} to end")
    return found


async def inbox(processes: DocumentsProcesses, receiver: Company, number: str) -> dict[str, Any]:
    async def look() -> Any:
        answer = await processes.http.get(
            f"{processes.base_url}/documents/v1/documents?direction=inbound", headers=receiver.by_person
        )
        assert answer.status_code == 200, answer.text
        return next((item for item in answer.json()["items"] if item["number"] == number), None)

    found: dict[str, Any] = await eventually(look, f"{number} in the inbox")
    return found


async def eventually(look: Callable[[], Any], what: str, *, seconds: float = 90.0) -> Any:
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if (found := await look()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


async def test_an_invoice_is_validated_delivered_announced_and_charged(
    processes: DocumentsProcesses, kafka_server: str
) -> None:
    sender, receiver = await company(processes), await company(processes, receiving=True)
    hook = f"buyer-{uuid4().hex[:8]}"
    registration = {"secret": "a-secret", "standardSecret": None}

    async def hooked() -> Any:
        answer = await processes.http.put(
            f"{processes.base_url}/api/v1/{receiver.party}/hook",
            json={"action": f"{processes.sandbox_url}/webhooks/{hook}#a-secret", "topics": ["*Received"]},
            headers=receiver.by_key,
        )
        return answer.json() if answer.status_code == 200 else None

    registration["standardSecret"] = (await eventually(hooked, "the hook"))["standardSecret"]
    await processes.http.put(f"{processes.sandbox_url}/control/webhooks/{hook}", json=registration)
    document = invoice(sender, receiver, id="REAL-1")
    document_id = await send(processes, sender, document)
    outcome = await ended(processes, sender, document_id)
    assert outcome["status"] == "delivered", outcome
    assert {rule_set["name"] for rule_set in outcome["ruleSets"]} == {"cen-ubl", "peppol-ubl"}
    received = await inbox(processes, receiver, "REAL-1")

    async def called() -> Any:
        answer = await processes.http.get(f"{processes.sandbox_url}/control/webhooks/{hook}/calls")
        return (answer.json()["items"] or [None])[0]

    call = await eventually(called, "the webhook")
    assert call["verdicts"] == {"econnect": "valid", "standard": "valid"}
    assert json.loads(call["body"])["documentId"] == received["id"]

    async def charged() -> Any:
        records = await read_topic(kafka_server, "documents.usage")
        ours = {str(sender.environment), str(receiver.environment)}
        charges = [json.loads(record.value) for record in records if record.key.decode() in ours]
        return charges if len(charges) == 2 else None

    charges = await eventually(charged, "both charges")
    assert {charge["service"]: charge["payer_environment"] for charge in charges} == {
        "send_einvoice": str(sender.environment),
        "receive_einvoice": str(receiver.environment),
    }


async def test_a_broken_invoice_is_rejected_with_rule_place_and_text(processes: DocumentsProcesses) -> None:
    sender, receiver = await company(processes), await company(processes, receiving=True)
    broken = changed(
        invoice(sender, receiver, id="REAL-2"),
        'PayableAmount currencyID="EUR">1210.00',
        'PayableAmount currencyID="EUR">1.00',
    )
    outcome = await ended(processes, sender, await send(processes, sender, broken))
    assert outcome["status"] == "rejected"
    assert outcome["reason"] == "rules_violated"
    rules = {finding["ruleId"] for finding in outcome["findings"]}
    assert "BR-CO-16" in rules
    assert all(finding["location"].startswith("/ubl:Invoice") and finding["text"] for finding in outcome["findings"])


async def test_an_invoice_to_the_network_comes_back_acknowledged(processes: DocumentsProcesses) -> None:
    sender = await company(processes)
    document_id = await send(processes, sender, invoice(sender, OUTSIDE, id="REAL-3"))
    outcome = await ended(processes, sender, document_id)
    assert (outcome["status"], outcome["deliveryChannel"]["code"]) == ("delivered", "peppol"), outcome
    arrived = await processes.http.get(
        f"{processes.sandbox_url}/control/peppol/received", params={"participant": OUTSIDE}
    )
    assert "REAL-3" in arrived.json()["items"][0]["document"]


async def test_a_network_that_is_down_is_tried_again_until_it_is_up(processes: DocumentsProcesses) -> None:
    sender = await company(processes)
    outcome = await ended(processes, sender, await send(processes, sender, invoice(sender, DOWN_THEN_UP)))
    assert (outcome["status"], outcome["deliveryChannel"]["code"]) == ("delivered", "peppol"), outcome


async def test_a_receiver_that_refuses_fails_the_document_at_once(processes: DocumentsProcesses) -> None:
    sender = await company(processes)
    outcome = await ended(processes, sender, await send(processes, sender, invoice(sender, REFUSES)))
    assert (outcome["status"], outcome["reason"]) == ("failed", "network_refused"), outcome


async def test_a_document_from_the_network_arrives_once(processes: DocumentsProcesses) -> None:
    receiver = await company(processes, receiving=True)
    await _register(processes, receiver)
    await known_as_receiver(processes, receiver)
    document = invoice(receiver, receiver, id="REAL-4").decode()
    sent = await processes.http.post(
        f"{processes.sandbox_url}/control/peppol/send",
        json={"sender": OUTSIDE, "receiver": receiver.party, "document": document, "copies": 2},
    )
    assert sent.status_code == 202, sent.text
    received = await inbox(processes, receiver, "REAL-4")
    assert received["deliveryChannel"]["code"] == "peppol"

    async def settled() -> Any:
        deliveries = (await processes.http.get(f"{processes.sandbox_url}/control/peppol/sent")).json()["items"]
        ours = [delivery for delivery in deliveries if delivery["receiver"] == receiver.party]
        return ours if all(delivery["status"] == "delivered" for delivery in ours) else None

    assert len(await eventually(settled, "both copies to be delivered")) == 2
    assert received["status"] == "available"


async def test_a_killed_worker_loses_nothing(processes: DocumentsProcesses) -> None:
    sender, receiver = await company(processes), await company(processes, receiving=True)
    sent = [await send(processes, sender, invoice(sender, receiver, id=f"KILL-{n}")) for n in range(3)]
    await processes.restart_worker()
    outcomes = [await ended(processes, sender, document_id) for document_id in sent]
    assert [outcome["status"] for outcome in outcomes] == ["delivered"] * 3


async def _register(processes: DocumentsProcesses, receiver: Company) -> None:
    """Publish the receiver in the SMP, as organizations does when receiving is enabled."""
    participant = f"iso6523-actorid-upis::{receiver.party}"
    address = f"{processes.sandbox_url}/peppol/smp/{quote(participant, safe='')}"
    names = 'xmlns="http://busdox.org/serviceMetadata/publishing/1.0/" xmlns:id="http://busdox.org/transport/identifiers/1.0/"'
    who = f'<id:ParticipantIdentifier scheme="iso6523-actorid-upis">{receiver.party}</id:ParticipantIdentifier>'
    group = f"<ServiceGroup {names}>{who}<ServiceMetadataReferenceCollection/></ServiceGroup>"
    metadata = f"""<ServiceMetadata {names} xmlns:wsa="http://www.w3.org/2005/08/addressing"><ServiceInformation>{who}
      <id:DocumentIdentifier scheme="busdox-docid-qns">{TYPES[0]}</id:DocumentIdentifier>
      <ProcessList><Process><id:ProcessIdentifier scheme="cenbii-procid-ubl">{BILLING}</id:ProcessIdentifier>
      <ServiceEndpointList><Endpoint transportProfile="peppol-transport-as4-v2_0">
      <wsa:EndpointReference><wsa:Address>{processes.sandbox_url}/peppol/ap/as4</wsa:Address></wsa:EndpointReference>
      <RequireBusinessLevelSignature>false</RequireBusinessLevelSignature><Certificate>MIIB</Certificate>
      <ServiceDescription>Koerier</ServiceDescription><TechnicalContactUrl>https://koerier.example</TechnicalContactUrl>
      </Endpoint></ServiceEndpointList></Process></ProcessList></ServiceInformation></ServiceMetadata>"""
    kind = quote(f"busdox-docid-qns::{TYPES[0]}", safe="")
    for url, content in ((address, group), (f"{address}/services/{kind}", metadata)):
        answer = await processes.http.put(url, content=content.encode(), auth=("koerier", "sandbox-smp-password"))
        assert answer.status_code == 200, answer.text
