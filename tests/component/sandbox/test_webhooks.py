"""The customers' webhook receivers: both signatures verified, each behaviour answered."""

import base64
import hashlib
import hmac
import time
from typing import Any

import httpx2
import pytest
from sandbox.webhooks.signatures import Verdict, econnect_verdict, standard_verdict

BODY = b'{"topic":"InvoiceReceived","documentId":"d-1"}'
SECRET = "mijn geheim"
STANDARD = "whsec_" + base64.b64encode(b"standard-key-of-24-bytes").decode()


def signed(
    body: bytes = BODY, *, secret: str = SECRET, key: bytes = b"standard-key-of-24-bytes", age: int = 0,
    message_id: str = "msg_1",
) -> dict[str, str]:  # fmt: skip
    timestamp = str(int(time.time()) - age)
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-EConnect-Signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


async def register(http: httpx2.AsyncClient, name: str, **changes: Any) -> str:
    body = {"secret": SECRET, "standardSecret": STANDARD} | changes
    answer = await http.put(f"/control/webhooks/{name}", json=body)
    assert answer.status_code == 200, answer.text
    url: str = answer.json()["url"]
    return url


async def verdicts(http: httpx2.AsyncClient, name: str) -> list[tuple[str, str]]:
    items = (await http.get(f"/control/webhooks/{name}/calls")).json()["items"]
    return [(item["verdicts"]["econnect"], item["verdicts"]["standard"]) for item in items]


async def test_a_call_with_both_signatures_is_valid_and_kept_as_it_came(http: httpx2.AsyncClient) -> None:
    url = await register(http, "good")
    assert (await http.post(url, content=BODY, headers=signed())).status_code == 200
    call = (await http.get("/control/webhooks/good/calls")).json()["items"][0]
    assert call["verdicts"] == {"econnect": "valid", "standard": "valid"}
    assert (call["body"].encode(), call["json"]["documentId"], call["answered"]) == (BODY, "d-1", 200)
    assert {"name": "webhook-id", "value": "msg_1"} in call["headers"]


async def test_missing_wrong_and_old_signatures_are_told_apart(http: httpx2.AsyncClient) -> None:
    url = await register(http, "bad")
    await http.post(url, content=BODY)
    await http.post(url, content=BODY + b" ", headers=signed())
    await http.post(url, content=BODY, headers=signed(secret="other", key=b"other"))
    await http.post(url, content=BODY, headers=signed(age=3600))
    assert await verdicts(http, "bad") == [
        ("missing", "missing"), ("invalid", "invalid"), ("invalid", "invalid"), ("valid", "expired"),
    ]  # fmt: skip


async def test_one_secret_serves_both_signatures_when_no_second_is_given(http: httpx2.AsyncClient) -> None:
    url = await register(http, "single", standardSecret=None)
    await http.post(url, content=BODY, headers=signed(key=SECRET.encode()))
    assert await verdicts(http, "single") == [("valid", "valid")]


def test_the_published_vector_of_standard_webhooks_verifies() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,bm9ldHUjKzFob2VudXRob2VodWUzMjRvdWVvdW9ldQo= "
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert standard_verdict(headers, body, secret, moment=1614265330, tolerance=300) is Verdict.VALID
    assert standard_verdict(headers, body, secret, moment=1614265330 + 301, tolerance=300) is Verdict.EXPIRED
    assert standard_verdict(headers, body + b" ", secret, moment=1614265330, tolerance=300) is Verdict.INVALID
    odd = headers | {"webhook-timestamp": "yesterday"}
    assert standard_verdict(odd, body, secret, moment=1614265330, tolerance=300) is Verdict.INVALID


def test_an_econnect_signature_is_compared_byte_for_byte() -> None:
    given = "sha256=" + hmac.new(b"s", b"body\r\n", hashlib.sha256).hexdigest()
    assert econnect_verdict({"x-econnect-signature": given}, b"body\r\n", "s") is Verdict.VALID
    assert econnect_verdict({"x-econnect-signature": given}, b"body\n", "s") is Verdict.INVALID
    assert econnect_verdict({"x-econnect-signature": given.upper()}, b"body\r\n", "s") is Verdict.INVALID


@pytest.mark.parametrize(("behaviour", "status"), [("ok", 200), ("500", 500), ("410", 410), ("redirect", 302)])
async def test_each_behaviour_answers_with_its_status(http: httpx2.AsyncClient, behaviour: str, status: int) -> None:
    url = await register(http, f"behaves-{behaviour}", behaviour=behaviour)
    answer = await http.post(url, content=BODY, headers=signed())
    assert (answer.status_code, "location" in answer.headers) == (status, behaviour == "redirect")
    assert await verdicts(http, f"behaves-{behaviour}") == [("valid", "valid")]


async def test_a_flaky_receiver_takes_each_message_at_the_third_try(http: httpx2.AsyncClient) -> None:
    url = await register(http, "flaky", behaviour="flaky")
    statuses = [
        (await http.post(url, content=BODY, headers=signed(message_id=message_id))).status_code
        for message_id in ("a", "a", "b", "a", "b", "b")
    ]
    assert statuses == [503, 503, 503, 200, 503, 200]


async def test_a_slow_receiver_makes_the_caller_wait(http: httpx2.AsyncClient) -> None:
    url = await register(http, "slow", behaviour="slow", seconds=0.3)
    started = time.monotonic()
    assert (await http.post(url, content=BODY)).status_code == 200
    assert time.monotonic() - started >= 0.3


async def test_receivers_are_separate_and_can_be_forgotten(http: httpx2.AsyncClient) -> None:
    url = await register(http, "one")
    await register(http, "two")
    await http.post(url, content=BODY)
    assert len(await verdicts(http, "one")) == 1
    assert await verdicts(http, "two") == []
    assert (await http.delete("/control/webhooks/one/calls")).status_code == 204
    assert await verdicts(http, "one") == []
    assert (await http.delete("/control/webhooks/one")).status_code == 204
    assert (await http.post(url, content=BODY)).status_code == 404
    assert (await http.put("/control/webhooks/a%20b", json={"secret": "s"})).status_code == 422
    assert (await http.put("/control/webhooks/x", json={"secret": ""})).status_code == 422
