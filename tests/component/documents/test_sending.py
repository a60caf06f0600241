"""`salesInvoice/send`: what is accepted, what is refused, in which order, and that a refusal leaves nothing behind."""

import asyncio
import gzip
import hashlib
import json
import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from documents.adapters.postgres.access import PostgresRights

from support.documents import World
from support.documents_facts import TYPES, Company, invoice
from support.documents_fakes import fatal, warning
from support.invoices import CreditNote, changed

ERROR_KEYS = {"code", "message", "helpLink", "requestId", "dateTime"}
XML = {"Content-Type": "application/xml"}


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Return status and code, after checking that the error has the message bus' shape."""
    body = answer.json()
    assert set(body) >= ERROR_KEYS, body
    assert re.fullmatch(r"[0-9a-f]{32}", body["requestId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", body["dateTime"])
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["code"]


async def nothing_was_kept(world: World) -> bool:
    tables = ("documents", "contents", "jobs", "outbox", "timeline")
    return [await world.pool.fetchval(f"select count(*) from {table}") for table in tables] == [0] * len(tables)


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


def wrapped(document: bytes, *, sender: str, receiver: str) -> bytes:
    """Return the document in the envelope of the network."""
    payload = document.split(b"?>", 1)[1].decode()
    scopes = "".join(
        f"<Scope><Type>{kind}</Type><InstanceIdentifier>{value}</InstanceIdentifier></Scope>"
        for kind, value in (
            ("DOCUMENTID", TYPES[0]),
            ("PROCESSID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
            ("COUNTRY_C1", "NL"),
        )
    )
    who = "".join(
        f'<{role}><Identifier Authority="iso6523-actorid-upis">{party}</Identifier></{role}>'
        for role, party in (("Sender", sender), ("Receiver", receiver))
    )
    name = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    return (
        f'<StandardBusinessDocument xmlns="{name}"><StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion>{who}'
        f"<DocumentIdentification><InstanceIdentifier>{uuid4()}</InstanceIdentifier></DocumentIdentification>"
        f"<BusinessScope>{scopes}</BusinessScope></StandardBusinessDocumentHeader>{payload}</StandardBusinessDocument>"
    ).encode()


async def test_an_envelope_is_opened_and_its_document_kept(world: World, sender: Company, receiver: Company) -> None:
    content = wrapped(invoice(sender, receiver, id="F-9"), sender=sender.party, receiver=receiver.party)
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
    answer = await world.send(sender, wrapped(invoice(sender, receiver), **parties))
    assert code_of(answer) == (400, "API400.USRMS1")
    assert await nothing_was_kept(world)


XXE = b"""<?xml version="1.0"?><!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice
 xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&x;</Invoice>"""
BAD_DOCUMENTS = {
    "malformed": b"<Invoice",
    "not XML at all": b"%PDF-1.7",
    "empty": b"",
    "blanks": b"  \n ",
    "a DOCTYPE": b"<!DOCTYPE Invoice><Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>",
    "an external entity": XXE,
    "an unknown root": b"<Order/>",
    "no specification": b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>",
    "a NUL": b"<Invoice>\x00</Invoice>",
    "deep nesting": b"<a>" * 5000 + b"</a>" * 5000,
}


@pytest.mark.parametrize("document", BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
async def test_what_cannot_be_read_is_a_400_and_leaves_nothing(
    world: World, sender: Company, document: bytes
) -> None:
    assert code_of(await world.send(sender, document)) == (400, "API400")
    assert await nothing_was_kept(world)


async def test_a_file_of_the_machine_never_comes_back(world: World, sender: Company) -> None:
    assert "root:" not in (await world.send(sender, XXE)).text


async def test_a_sender_who_is_not_the_party_is_refused(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(receiver, sender))
    assert code_of(answer) == (400, "API400.USRMS1")
    assert await nothing_was_kept(world)


async def test_a_document_without_sender_is_refused(world: World, sender: Company, receiver: Company) -> None:
    document = re.sub(
        rb"<cac:AccountingSupplierParty>.*?</cac:AccountingSupplierParty>",
        b"<cac:AccountingSupplierParty><cac:Party/></cac:AccountingSupplierParty>",
        invoice(sender, receiver),
        flags=re.DOTALL,
    )
    assert code_of(await world.send(sender, document)) == (400, "API400.USRMS2")


async def test_a_document_without_receiver_is_refused(world: World, sender: Company, receiver: Company) -> None:
    document = re.sub(
        rb"<cac:AccountingCustomerParty>.*?</cac:AccountingCustomerParty>", b"", invoice(sender, receiver), flags=re.DOTALL
    )
    assert code_of(await world.send(sender, document)) == (400, "API400")


@pytest.mark.parametrize("text", ["2026-001", "", "0", "00000000-0000-0000-0000-00000000000g", "x" * 500])
async def test_a_document_id_that_is_no_uuid_is_refused(
    world: World, sender: Company, receiver: Company, text: str
) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"X-EConnect-DocumentId": text})
    assert code_of(answer) == (400, "API400")
    assert await nothing_was_kept(world)


async def test_more_than_24_megabytes_is_a_413(world: World, sender: Company) -> None:
    answer = await world.send(sender, b"<a>" + b" " * 25_000_000 + b"</a>")
    assert code_of(answer) == (413, "API413")


async def test_a_body_without_length_is_not_read_beyond_the_limit(world: World, sender: Company) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 60_000_000:
            sent += 1_000_000
            yield b" " * 1_000_000

    answer = await world.http.post(
        f"/api/v1/{sender.party}/salesInvoice/send", content=endless(), headers={**sender.by_key, **XML}
    )
    assert code_of(answer) == (413, "API413")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/pdf", ""])
async def test_another_content_type_is_a_415(world: World, sender: Company, receiver: Company, kind: str) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"Content-Type": kind})
    assert code_of(answer) == (415, "API415")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "multipart/form-data"}, b"--x"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"nothing of the kind"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--\r\n"),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\n<a/>\r\n--x--\r\n',
        ),
    ],
    ids=["no boundary", "no parts", "empty", "another name"],
)
async def test_a_broken_upload_is_a_400(
    world: World, sender: Company, headers: dict[str, str], body: bytes
) -> None:
    assert code_of(await world.send(sender, body, headers=headers)) == (400, "API400")


async def test_an_unknown_channel_is_refused(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(sender, receiver), params={"channel": "carrier-pigeon"})
    assert code_of(answer) == (400, "API400")
    answer = await world.send(sender, invoice(sender, receiver), params={"channel": "peppol"})
    assert answer.status_code == 200


@pytest.mark.parametrize("receiver_id", ["12345678", "0106:", "../../etc", "0106:1 2"])
async def test_a_receiver_id_that_is_none_is_refused(world: World, sender: Company, receiver_id: str) -> None:
    answer = await world.send(sender, invoice(sender, "0106:11111111"), params={"receiverId": receiver_id})
    assert code_of(answer) == (400, "API400")


async def test_the_same_document_id_again_is_a_409_and_changes_nothing(
    world: World, sender: Company, receiver: Company
) -> None:
    document = invoice(sender, receiver)
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, document, headers=headers)).status_code == 200
    before = await world.published()
    assert code_of(await world.send(sender, document, headers=headers)) == (409, "API409")
    assert await world.published() == before
    assert await world.pool.fetchval("select count(*) from documents") == 1


async def test_the_same_document_id_with_other_bytes_says_so(
    world: World, sender: Company, receiver: Company
) -> None:
    headers = {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, invoice(sender, receiver), headers=headers)).status_code == 200
    assert code_of(await world.send(sender, invoice(sender, receiver), headers=headers)) == (409, "API409.HASH")


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


async def test_without_credit_sending_is_a_402(world: World, receiver: Company) -> None:
    poor = await world.company(depleted=True)
    assert code_of(await world.send(poor, invoice(poor, receiver))) == (402, "API402")
    assert await nothing_was_kept(world)


async def test_an_environment_without_account_has_no_credit(world: World, sender: Company, receiver: Company) -> None:
    await world.pool.execute("delete from accounts where environment_id = $1", sender.environment)
    assert code_of(await world.send(sender, invoice(sender, receiver))) == (402, "API402")


async def test_a_used_id_is_said_before_missing_credit(world: World, receiver: Company) -> None:
    sender = await world.company()
    document, headers = invoice(sender, receiver), {"X-EConnect-DocumentId": str(uuid4())}
    assert (await world.send(sender, document, headers=headers)).status_code == 200
    await world.pool.execute("update accounts set depleted = true where environment_id = $1", sender.environment)
    assert code_of(await world.send(sender, document, headers=headers)) == (409, "API409")


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
    assert code_of(answer) == (400, "API400")
    body = answer.json()
    assert [item["flag"] for item in body["assertions"]] == ["error", "warning"]
    assert (await world.document(sender, body["id"]))["status"] == "rejected"


async def test_waiting_ends_when_its_time_is_over(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"Prefer": "respond-async, wait=1"})
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")


async def test_every_other_error_has_the_same_shape(world: World, sender: Company) -> None:
    path = f"/api/v1/{sender.party}"
    expected = [
        (await world.http.get("/api/v1/nothing/of/the/kind"), (404, "API404")),
        (await world.http.get(f"{path}/salesInvoice/send", headers=sender.by_key), (405, "API405")),
        (await world.http.get(f"{path}/salesInvoice/not-a-uuid/status", headers=sender.by_key), (400, "API400")),
        (await world.http.get(f"{path}/salesInvoice/{uuid4()}/status", headers=sender.by_key), (404, "API404")),
        (await world.http.get("/api/v1/nonsense/hook", headers=sender.by_key), (400, "API400")),
        (
            await world.http.put(f"{path}/hook", content=b"{", headers={**sender.by_key, "Content-Type": "application/json"}),
            (400, "API400"),
        ),
    ]
    assert [code_of(answer) for answer, _ in expected] == [code for _, code in expected]


async def test_the_request_id_is_that_of_the_gateway(world: World) -> None:
    request_id = str(uuid4())
    answer = await world.http.get("/api/v1/0106:12345678/hook", headers={"X-Request-Id": request_id})
    assert answer.json()["requestId"] == request_id.replace("-", "")
    assert json.loads(answer.text)["helpLink"].endswith("/problems/API401")


async def test_a_database_that_is_down_is_a_503_in_the_same_shape(
    world: World, sender: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = sender.by_key

    async def broken(*_: Any, **__: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(PostgresRights, "find_standing", broken)
    answer = await world.http.get(f"/api/v1/{sender.party}/hook", headers=headers)
    assert code_of(answer) == (503, "API503")
    assert answer.headers["retry-after"] == "5"


async def test_a_fault_of_ours_says_nothing_about_itself(
    world: World, sender: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = sender.by_key

    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(PostgresRights, "find_standing", broken)
    answer = await world.http.get(f"/api/v1/{sender.party}/hook", headers=headers)
    assert code_of(answer) == (500, "API500")
    assert "secret" not in answer.text
