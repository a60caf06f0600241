"""Bad input gets a clear refusal and never a 500: numbers without end, half characters, deep nesting, broken mail."""

import json
from typing import Any

import aiosmtplib
import httpx2
import pytest
from sandbox.bounded import Bounded

from .conftest import Running
from .test_access_point import API, DOCUMENT, TOKEN, submit_path
from .test_kvk import KEY as KVK_KEY
from .test_mollie import KEY as MOLLIE_KEY
from .test_mollie import request
from .test_smp import USER

HALF = '"\\ud800"'
LONG = "9" * 5000


def with_half(body: dict[str, Any], field: str) -> bytes:
    return json.dumps(body | {field: "HALF"}).replace('"HALF"', HALF).encode()


@pytest.mark.parametrize(
    "path",
    [
        f"/v2/zoeken?naam={LONG}",
        f"/v2/zoeken?kvkNummer={LONG}",
        f"/v2/zoeken?naam=test&pagina={LONG}",
        "/v2/zoeken?naam=test&pagina=%D9%A1",
        "/v2/zoeken?naam=%00",
        "/v2/zoeken?naam=...",
        f"/v1/basisprofielen/{LONG}",
        "/v1/basisprofielen/%D9%A9600000%D9%A1",
        "/v1/basisprofielen/..%2f",
        "/v1/vestigingsprofielen/%00",
    ],
)
async def test_the_register_refuses(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(f"/kvk/test/api{path}", headers=KVK_KEY)
    assert answer.status_code in (400, 404), answer.text


@pytest.mark.parametrize(
    "body",
    [
        with_half(request(), "description"),
        with_half(request(), "metadata"),
        b'{"metadata": NaN}',
        b'{"metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"amount": {"currency": "EUR", "value": "' + LONG.encode() + b'.00"}}',
        b'{"amount": {"currency": [], "value": {}}}',
        b'{"metadata": ' + LONG.encode() + b"}",
    ],
)
async def test_the_provider_refuses(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post("/mollie/v2/payments", content=body, headers=MOLLIE_KEY)
    assert answer.status_code in (400, 422), answer.text


async def test_a_key_that_is_not_ascii_is_just_wrong(http: httpx2.AsyncClient) -> None:
    strange = "é".encode()
    assert (await http.get("/kvk/test/api/v2/zoeken", headers={b"apikey": strange})).status_code == 401
    assert (
        await http.get("/mollie/v2/payments/x", headers={b"authorization": b"Bearer " + strange})
    ).status_code == 401
    assert (await http.get(f"{API}/in-transmission", headers={b"x-token": strange})).status_code == 401
    basic = {b"authorization": b"Basic " + strange}
    assert (await http.delete("/peppol/smp/0106:12345678", headers=basic)).status_code == 403


@pytest.mark.parametrize("instance_id", ["with space", "\x01", "é", "x" * 201])
async def test_an_odd_instance_identifier_is_refused(http: httpx2.AsyncClient, instance_id: str) -> None:
    answer = await http.post(
        submit_path("0106:99100001"), params={"sbdhInstanceID": instance_id}, content=DOCUMENT, headers=TOKEN
    )
    assert answer.status_code == 400
    body = {"sender": "0106:1", "receiver": "0106:2", "document": DOCUMENT.decode(), "instanceId": instance_id}
    assert (await http.post("/control/peppol/send", json=body)).status_code == 422


@pytest.mark.parametrize("participant", ["0106:%01", "0106:%C3%A9", "0106:" + "1" * 51, "0106:", "::", "%00"])
async def test_an_odd_participant_is_refused(http: httpx2.AsyncClient, participant: str) -> None:
    assert (await http.get(f"/peppol/smp/{participant}")).status_code == 400
    assert (await http.put(f"/peppol/smp/{participant}", content=b"<x/>", auth=USER)).status_code == 400
    assert (await http.put(f"/control/peppol/participants/{participant}", json={})).status_code == 422


@pytest.mark.parametrize("document_type", ["", " ", "busdox-docid-qns::", "a b", "\x02"])
async def test_an_odd_document_type_is_refused(http: httpx2.AsyncClient, document_type: str) -> None:
    answer = await http.put("/control/peppol/participants/0106:99199999", json={"documentTypes": [document_type]})
    assert answer.status_code == 422


SEND = {"sender": "0106:99100001", "receiver": "0106:68750110", "document": DOCUMENT.decode()}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        *(("POST", "/control/peppol/send", SEND, field) for field in ("sender", "document", "documentType", "process")),
        ("POST", "/control/peppol/send", SEND, "instanceId"),
        ("PUT", "/control/peppol/participants/0106:99199998", {}, "name"),
        ("PUT", "/control/webhooks/half", {"secret": "s"}, "secret"),
        ("PUT", "/control/webhooks/half", {"secret": "s"}, "standardSecret"),
        ("POST", "/control/mollie/webhook-calls", {"url": "http://127.0.0.1:9", "id": "x"}, "id"),
        ("PUT", "/control/kvk", {}, "mode"),
    ],
)
async def test_half_a_character_is_refused_by_the_control(
    http: httpx2.AsyncClient, *, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    content = with_half(body, field)
    answer = await http.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_webhook_that_is_too_large_is_not_kept(http: httpx2.AsyncClient) -> None:
    await http.put("/control/webhooks/large", json={"secret": "s"})
    assert (await http.post("/webhooks/large", content=b"x" * (1024 * 1024 + 1))).status_code == 413
    assert (await http.get("/control/webhooks/large/calls")).json()["total"] == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: multipart/alternative; boundary="a"\r\n\r\n--a\r\n\r\ntext\r\n',
        b'Subject: =?utf-8?b?@@@?=\r\nContent-Type: text/html; charset=\xff\r\n\r\n<a href="http://[">x</a>',
        b"To: <<<>>>,,, @\r\nFrom: \r\nMessage-ID: [\r\nSubject: \xff\xfe\r\n\r\n\x00",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n%%%",
        b'Content-Disposition: attachment; filename*="x\r\n\r\n',
    ],
)
async def test_broken_mail_is_caught_and_shown(sandbox: Running, http: httpx2.AsyncClient, raw: bytes) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp_port) as client:
        await client.sendmail("x@y.example", ["broken@donald.example"], raw)
    (newest, *_) = (await http.get("/mail/messages", params={"to": "broken@donald.example"})).json()["items"]
    for path in (f"/mail/{newest['id']}", f"/mail/messages/{newest['id']}/html", "/mail"):
        assert (await http.get(path)).status_code == 200
    assert raw.strip() in (await http.get(f"/mail/messages/{newest['id']}/raw")).content


def test_what_is_kept_is_bounded_by_number_and_by_size() -> None:
    kept: Bounded[int, bytes] = Bounded(3, weigh=len, max_weight=10)
    for number in range(4):
        kept.put(number, b"x")
    assert [kept.get(number) is not None for number in range(4)] == [False, True, True, True]
    kept.put(4, b"x" * 9)
    assert [kept.get(number) is not None for number in range(5)] == [False, False, False, True, True]
    kept.put(4, b"x")
    kept.put(5, b"x" * 50)
    assert len(kept) == 1
    kept.remove(5)
    kept.put(6, b"x" * 10)
    kept.put(7, b"")
    assert len(kept) == 2
