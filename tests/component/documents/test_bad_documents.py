"""`salesInvoice/send` with what nobody should send, and every other error: always in the message bus' own model."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from documents.adapters.postgres.access import PostgresRights
from support.documents import World
from support.documents_facts import Company, invoice
from support.documents_messages import bus_error

XML = {"Content-Type": "application/xml"}


@pytest.fixture
async def sender(world: World) -> Company:
    return await world.company()


@pytest.fixture
async def receiver(world: World) -> Company:
    return await world.company(receiving=True)


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
async def test_what_cannot_be_read_is_a_400_and_leaves_nothing(world: World, sender: Company, document: bytes) -> None:
    assert bus_error(await world.send(sender, document)) == (400, "API400")
    assert await world.holds_nothing()


async def test_a_file_of_the_machine_never_comes_back(world: World, sender: Company) -> None:
    assert "root:" not in (await world.send(sender, XXE)).text


async def test_a_sender_who_is_not_the_party_is_refused(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(receiver, sender))
    assert bus_error(answer) == (400, "API400.USRMS1")
    assert await world.holds_nothing()


async def test_the_electronic_address_of_another_company_is_refused_whatever_else_is_ours(
    world: World, sender: Company, receiver: Company
) -> None:
    document = re.sub(
        rb'(<cbc:EndpointID schemeID="0106">)[0-9]{8}', rb"\g<1>99999999", invoice(sender, receiver), count=1
    )
    answer = await world.send(sender, document)
    assert bus_error(answer) == (400, "API400.USRMS1")


async def test_a_comment_does_not_hide_the_electronic_address_of_another_company(
    world: World, sender: Company, receiver: Company
) -> None:
    document = re.sub(
        rb'(<cbc:EndpointID schemeID="0106">)[0-9]{8}', rb"\g<1><!-- -->99999999", invoice(sender, receiver), count=1
    )
    answer = await world.send(sender, document)
    assert bus_error(answer) == (400, "API400.USRMS1")
    assert await world.holds_nothing()


async def test_a_document_without_sender_is_refused(world: World, sender: Company, receiver: Company) -> None:
    document = re.sub(
        rb"<cac:AccountingSupplierParty>.*?</cac:AccountingSupplierParty>",
        b"<cac:AccountingSupplierParty><cac:Party/></cac:AccountingSupplierParty>",
        invoice(sender, receiver),
        flags=re.DOTALL,
    )
    assert bus_error(await world.send(sender, document)) == (400, "API400.USRMS2")


async def test_a_document_without_receiver_is_refused(world: World, sender: Company, receiver: Company) -> None:
    document = re.sub(
        rb"<cac:AccountingCustomerParty>.*?</cac:AccountingCustomerParty>",
        b"",
        invoice(sender, receiver),
        flags=re.DOTALL,
    )
    assert bus_error(await world.send(sender, document)) == (400, "API400")


@pytest.mark.parametrize("text", ["2026-001", "", "0", "00000000-0000-0000-0000-00000000000g", "x" * 500])
async def test_a_document_id_that_is_no_uuid_is_refused(
    world: World, sender: Company, receiver: Company, text: str
) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"X-EConnect-DocumentId": text})
    assert bus_error(answer) == (400, "API400")
    assert await world.holds_nothing()


async def test_more_than_24_megabytes_is_a_413(world: World, sender: Company) -> None:
    answer = await world.send(sender, b"<a>" + b" " * 25_000_000 + b"</a>")
    assert bus_error(answer) == (413, "API413")


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
    assert bus_error(answer) == (413, "API413")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/pdf", ""])
async def test_another_content_type_is_a_415(world: World, sender: Company, receiver: Company, kind: str) -> None:
    answer = await world.send(sender, invoice(sender, receiver), headers={"Content-Type": kind})
    assert bus_error(answer) == (415, "API415")


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
async def test_a_broken_upload_is_a_400(world: World, sender: Company, headers: dict[str, str], body: bytes) -> None:
    assert bus_error(await world.send(sender, body, headers=headers)) == (400, "API400")


async def test_an_unknown_channel_is_refused(world: World, sender: Company, receiver: Company) -> None:
    answer = await world.send(sender, invoice(sender, receiver), params={"channel": "carrier-pigeon"})
    assert bus_error(answer) == (400, "API400")
    answer = await world.send(sender, invoice(sender, receiver), params={"channel": "peppol"})
    assert answer.status_code == 200


@pytest.mark.parametrize("receiver_id", ["12345678", "0106:", "../../etc", "0106:1 2"])
async def test_a_receiver_id_that_is_none_is_refused(world: World, sender: Company, receiver_id: str) -> None:
    answer = await world.send(sender, invoice(sender, "0106:11111111"), params={"receiverId": receiver_id})
    assert bus_error(answer) == (400, "API400")


async def test_every_other_error_has_the_same_shape(world: World, sender: Company) -> None:
    path = f"/api/v1/{sender.party}"
    json_headers = {**sender.by_key, "Content-Type": "application/json"}
    expected = [
        (await world.http.get("/api/v1/nothing/of/the/kind"), (404, "API404")),
        (await world.http.get(f"{path}/salesInvoice/send", headers=sender.by_key), (405, "API405")),
        (await world.http.get(f"{path}/salesInvoice/not-a-uuid/status", headers=sender.by_key), (400, "API400")),
        (await world.http.get(f"{path}/salesInvoice/{uuid4()}/status", headers=sender.by_key), (404, "API404")),
        (await world.http.get("/api/v1/nonsense/hook", headers=sender.by_key), (400, "API400")),
        (
            await world.http.put(f"{path}/hook", content=b"{", headers=json_headers),
            (400, "API400"),
        ),
    ]
    assert [bus_error(answer) for answer, _ in expected] == [code for _, code in expected]


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
    assert bus_error(answer) == (503, "API503")
    assert answer.headers["retry-after"] == "5"


async def test_a_fault_of_ours_says_nothing_about_itself(
    world: World, sender: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = sender.by_key

    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(PostgresRights, "find_standing", broken)
    answer = await world.http.get(f"/api/v1/{sender.party}/hook", headers=headers)
    assert bus_error(answer) == (500, "API500")
    assert "secret" not in answer.text
