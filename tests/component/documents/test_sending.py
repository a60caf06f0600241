"""`salesInvoice/send`: what is accepted, what is refused, in which order, and that a refusal leaves nothing behind."""

import asyncio
import gzip
import hashlib
from uuid import uuid4

import pytest
from support.documents import World
from support.documents_facts import TYPES, Company, invoice
from support.documents_fakes import fatal, warning
from support.documents_messages import bus_error, envelope
from support.invoices import CreditNote, changed

XML = {"Content-Type": "application/xml"}


@pytest.fixture
async def sender(world: World) -> Company:
    return await world.company()


@pytest.fixture
async def receiver(world: World) -> Company:
    return await world.company(receiving=True)


async def test_an_accepted_document_is_stored_announced_and_queued_at_once(
    world: World, sender: Company, receiver: Company
) -> None:
    document = invoice(sender, receiver, id="F-1")
    answer = await world.send(sender, document)
    assert answer.status_code == 200
    document_id = answer.json()["id"]
    (accepted,) = await world.published()
    assert accepted.type == "documents.document-accepted.v1"
    assert (accepted.key, accepted.environment, accepted.sequence) == (document_id, sender.environment, 1)
    assert accepted.data["sha256"] == hashlib.sha256(document).hexdigest()
    assert accepted.data["document"]["number"] == "F-1"
    assert accepted.data["document"]["document_type_id"] == TYPES[0]
    assert gzip.decompress(await world.pool.fetchval("select data from contents")) == document
    job = await world.pool.fetchrow("select kind, lane, payload from jobs")
    assert (job["kind"], job["lane"], job["payload"]) == ("validate", document_id, {"document_id": document_id})


async def test_the_callers_id_is_given_back(world: World, sender: Company, receiver: Company) -> None:
    document_id = str(uuid4())
    answer = await world.send(sender, invoice(sender, receiver), headers={"X-EConnect-DocumentId": document_id})
    assert answer.json() == {"id": document_id}
    assert (await world.document(sender, document_id))["callerDocumentId"] == document_id


async def test_a_multipart_upload_is_the_same_document(world: World, sender: Company, receiver: Company) -> None:
    document = invoice(sender, receiver)
    answer = await world.http.post(
        f"/api/v1/{sender.party}/salesInvoice/send",
        files={"file": ("invoice.xml", document, "application/xml")},
        headers=sender.by_key,
    )
    assert answer.status_code == 200, answer.text
    assert gzip.decompress(await world.pool.fetchval("select data from contents")) == document


@pytest.mark.parametrize("notation", ["NL:KVK:{0}", "0106:{0}", "iso6523-actorid-upis::0106:{0}"])
async def test_every_notation_of_the_party_is_accepted(
    world: World, sender: Company, receiver: Company, notation: str
) -> None:
    party = notation.format(sender.number)
    assert (await world.send(sender, invoice(sender, receiver), party=party)).status_code == 200


async def test_a_credit_note_is_a_document_too(world: World, sender: Company, receiver: Company) -> None:
    note = CreditNote(supplier=sender.as_party, customer=receiver.as_party).xml()
    answer = await world.send(sender, note)
    assert answer.status_code == 200, answer.text
    assert (await world.document(sender, answer.json()["id"]))["family"] == "credit-note"


async def test_a_receiver_id_is_written_into_the_document(world: World, sender: Company, receiver: Company) -> None:
    document = invoice(sender, "0106:11111111")
    answer = await world.send(sender, document, params={"receiverId": f"NL:KVK:{receiver.number}"})
    assert answer.status_code == 200, answer.text
    kept = gzip.decompress(await world.pool.fetchval("select data from contents")).decode()
    assert f'<cbc:EndpointID schemeID="0106">{receiver.number}</cbc:EndpointID>' in kept
    assert (await world.document(sender, answer.json()["id"]))["receiver"] == receiver.party


async def test_the_sender_may_be_named_by_another_identifier_of_the_organization(
    world: World, sender: Company, receiver: Company
) -> None:
    document = changed(
        invoice(sender, receiver),
        f'<cbc:EndpointID schemeID="0106">{sender.number}',
        f'<cbc:EndpointID schemeID="9944">NL{sender.number}0B01',
    )
    answer = await world.send(sender, document)
    assert answer.status_code == 200, answer.text
    assert (await world.document(sender, answer.json()["id"]))["sender"] == f"9944:nl{sender.number}0b01"


async def test_an_envelope_is_opened_and_its_document_kept(world: World, sender: Company, receiver: Company) -> None:
    content = envelope(invoice(sender, receiver, id="F-9"), receiver.party, sender=sender.party)
    answer = await world.send(sender, content)
    assert answer.status_code == 200, answer.text
    kept = gzip.decompress(await world.pool.fetchval("select data from contents"))
    assert b"StandardBusinessDocument" not in kept
    assert b"<cbc:ID>F-9</cbc:ID>" in kept


@pytest.mark.parametrize("wrong", ["sender", "receiver"])
async def test_an_envelope_that_contradicts_its_document_is_refused(
    world: World, sender: Company, receiver: Company, wrong: str
) -> None:
    parties = {"sender": sender.party, "receiver": receiver.party, wrong: "0106:11111111"}
    answer = await world.send(
        sender, envelope(invoice(sender, receiver), parties["receiver"], sender=parties["sender"])
    )
    assert bus_error(answer) == (400, "API400.USRMS1")
    assert await world.holds_nothing()


async def test_the_same_document_id_again_is_a_409_and_changes_nothing(
    world: World, sender: Company, receiver: Company
) -> None:
    document = invoice(sender, receiver)
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, document, headers=headers)).status_code == 200
    before = await world.published()
    assert bus_error(await world.send(sender, document, headers=headers)) == (409, "API409")
    assert await world.published() == before
    assert await world.pool.fetchval("select count(*) from documents") == 1


async def test_the_same_document_id_with_other_bytes_says_so(world: World, sender: Company, receiver: Company) -> None:
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, invoice(sender, receiver), headers=headers)).status_code == 200
    assert bus_error(await world.send(sender, invoice(sender, receiver), headers=headers)) == (409, "API409.HASH")


async def test_another_environment_may_use_the_same_document_id(
    world: World, sender: Company, receiver: Company
) -> None:
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, invoice(sender, receiver), headers=headers)).status_code == 200
    assert (await world.send(receiver, invoice(receiver, sender), headers=headers)).status_code == 200


async def test_of_many_at_once_with_one_id_exactly_one_is_accepted(
    world: World, sender: Company, receiver: Company
) -> None:
    document = invoice(sender, receiver)
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    answers = await asyncio.gather(*(world.send(sender, document, headers=headers) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert len(await world.published("document-accepted")) == 1


@pytest.mark.requirement("R7.6")
async def test_without_credit_everything_that_is_free_goes_on(world: World, sender: Company) -> None:
    poor = await world.company(depleted=True, receiving=True)
    await world.send(sender, invoice(sender, poor))
    await world.work()
    (inbound,) = await world.inbox(poor)
    party = f"/api/v1/{poor.party}"
    for path in (f"{party}/purchaseInvoice/{inbound['id']}/download", f"{party}/hook", "/documents/v1/documents"):
        assert (await world.http.get(path, headers=poor.by_key)).status_code == 200


@pytest.mark.requirement("R7.6")
async def test_without_credit_sending_is_a_402(world: World, receiver: Company) -> None:
    poor = await world.company(depleted=True)
    assert bus_error(await world.send(poor, invoice(poor, receiver))) == (402, "API402")
    assert await world.holds_nothing()


async def test_an_environment_without_account_has_no_credit(world: World, sender: Company, receiver: Company) -> None:
    await world.pool.execute("delete from accounts where environment_id = $1", sender.environment)
    assert bus_error(await world.send(sender, invoice(sender, receiver))) == (402, "API402")


async def test_a_used_id_is_said_before_missing_credit(world: World, receiver: Company) -> None:
    sender = await world.company()
    document, headers = invoice(sender, receiver), {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, document, headers=headers)).status_code == 200
    await world.pool.execute("update accounts set depleted = true where environment_id = $1", sender.environment)
    assert bus_error(await world.send(sender, document, headers=headers)) == (409, "API409")


@pytest.mark.requirement("RA1.2")
async def test_a_person_sends_without_credit_and_is_not_charged(world: World, receiver: Company) -> None:
    poor = await world.company(depleted=True)
    answer = await world.send(poor, invoice(poor, receiver), headers=poor.by_person)
    assert answer.status_code == 200, answer.text
    await world.work()
    services = [event.data["service"] for event in await world.published("service-rendered")]
    assert services == ["receive_einvoice"]


async def test_waiting_gives_the_verdict_inline(world: World, sender: Company, receiver: Company) -> None:
    world.rules.findings = (warning(),)
    waiting = asyncio.create_task(world.send(sender, invoice(sender, receiver), headers={"Prefer": "wait=5"}))
    await world.work(at_least=1)
    answer = await waiting
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait"
    (assertion,) = answer.json()["assertions"]
    assert (assertion["flag"], assertion["ruleId"]) == ("warning", "PEPPOL-W-1")


async def test_waiting_for_a_document_that_is_rejected_is_an_error_with_its_findings(
    world: World, sender: Company, receiver: Company
) -> None:
    world.rules.findings = (fatal(), warning())
    waiting = asyncio.create_task(world.send(sender, invoice(sender, receiver), headers={"Prefer": "wait=5"}))
    await world.work(at_least=1)
    answer = await waiting
    assert bus_error(answer) == (400, "API400")
    body = answer.json()
    assert [item["flag"] for item in body["assertions"]] == ["error", "warning"]
    assert (await world.document(sender, body["id"]))["status"] == "rejected"


async def test_waiting_ends_when_its_time_is_over(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"Prefer": "respond-async, wait=1"})
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
