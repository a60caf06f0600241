"""What the sandbox still knows after a restart, and what it goes on with."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import dns.asyncquery
import dns.message
import dns.rcode
import httpx2
import pytest
from sandbox.journal import Journal, Kept
from sandbox.peppol.identifiers import Participant, sml_label
from sandbox.settings import MollieSettings, StateSettings

from .conftest import FAST_MOLLIE, Platform, Running, running_sandbox, until
from .test_mollie import KEY, PAYMENTS, create, pay, read, request
from .test_smp import INVOICE, OURS, USER, address, group, metadata

PATIENT = MollieSettings(webhook_delays=(0.0, 600.0), webhook_timeout=1.0)
Start = Callable[..., AbstractAsyncContextManager[tuple[Running, httpx2.AsyncClient]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.jsonl"


@pytest.fixture
def start(file: Path) -> Start:
    """Return what runs a sandbox on one and the same file, each time anew."""

    @asynccontextmanager
    async def run(mollie: MollieSettings = FAST_MOLLIE) -> AsyncIterator[tuple[Running, httpx2.AsyncClient]]:
        with running_sandbox(mollie=mollie, state=StateSettings(file=file)) as running:
            async with httpx2.AsyncClient(base_url=running.base_url, timeout=10) as client:
                yield running, client

    return run


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


async def listed(sandbox: Running, value: str) -> bool:
    """Tell whether the SML has the participant."""
    name = f"{sml_label(Participant(value))}.iso6523-actorid-upis.{sandbox.zone}"
    question = dns.message.make_query(name, "NAPTR")
    answer = await dns.asyncquery.udp(question, "127.0.0.1", port=sandbox.dns_port, timeout=2)
    return answer.rcode() == dns.rcode.NOERROR


async def test_what_the_platform_registered_is_still_found_and_what_it_removed_is_not(start: Start) -> None:
    removed = OURS.replace("68750110", "68727720")
    async with start() as (_, http):
        for who in (OURS, removed):
            await http.put(address(who), content=group(who), auth=USER)
        for kind in (INVOICE, "urn:other"):
            await http.put(address(OURS, kind), content=metadata(kind=kind), auth=USER)
        await http.delete(address(OURS, "urn:other"), auth=USER)
        await http.delete(address(removed), auth=USER)
        before = await http.get(address(OURS, INVOICE))
    async with start() as (sandbox, http):
        after = await http.get(address(OURS, INVOICE))
        assert after.content.partition(b"<ds:Signature")[0] == before.content.partition(b"<ds:Signature")[0]
        assert (await http.get(address(OURS, "urn:other"))).status_code == 404
        assert (await http.get(address(removed))).status_code == 404
        assert (await listed(sandbox, "0106:68750110"), await listed(sandbox, "0106:68727720")) == (True, False)
        assert (await http.get(address("0106:99100001", INVOICE))).status_code == 200
        assert (await http.delete(address(OURS), auth=USER)).status_code == 200
    async with start() as (_, http):
        assert (await http.get(address(OURS))).status_code == 404


async def test_a_company_that_a_test_made_is_gone(start: Start, file: Path) -> None:
    async with start() as (_, http):
        await http.put("/control/peppol/participants/0106:68727720", json={"name": "Test NV Katrien"})
    async with start() as (_, http):
        assert (await http.delete("/control/peppol/participants/0106:68727720")).status_code == 404
    assert lines_of(file) == []


async def test_an_open_payment_can_still_be_paid_and_its_request_is_still_replayed(start: Start) -> None:
    headers = KEY | {"Idempotency-Key": "activation-1"}
    async with start() as (_, http):
        payment = (await http.post(PAYMENTS, json=request(), headers=headers)).json()
    async with start() as (sandbox, http):
        found = await read(http, payment)
        assert {**found, "_links": None} == {**payment, "_links": None}
        assert (await http.post(PAYMENTS, json=request(), headers=headers)).json() == payment
        assert (await http.get("/control/mollie")).json()["payments"] == 1
        assert found["_links"]["checkout"]["href"].startswith(sandbox.base_url)
        await pay(http, found, holder="Test BV Donald", account="NL02ABNA0123456789")
        paid = await read(http, payment)
    async with start() as (_, http):
        again = await read(http, payment)
    assert {**again, "_links": None} == {**paid, "_links": None}
    assert again["details"]["consumerName"] == "Test BV Donald"


async def test_a_customers_mandate_still_pays(start: Start) -> None:
    async with start() as (_, http):
        customer = (await http.post("/mollie/v2/customers", json={"name": "Donald"}, headers=KEY)).json()
        await pay(http, await create(http, sequenceType="first", customerId=customer["id"]), holder="Donald")
    async with start() as (_, http):
        mandates = (await http.get(f"/mollie/v2/customers/{customer['id']}/mandates", headers=KEY)).json()
        recurring = await create(http, sequenceType="recurring", customerId=customer["id"])
    assert mandates["count"] == 1
    assert recurring["mandateId"] == mandates["_embedded"]["mandates"][0]["id"]


async def test_a_payment_that_ran_out_meanwhile_expires_and_is_announced(start: Start, platform: Platform) -> None:
    async with start(FAST_MOLLIE.model_copy(update={"expiry_seconds": 1.0})) as (_, http):
        payment = await create(http, webhookUrl=f"{platform.url}/expiry")
    assert platform.on("/expiry") == []
    async with start() as (_, http):
        await platform.wait_for("/expiry")
        assert (await read(http, payment))["status"] == "expired"


async def test_a_webhook_is_called_again_until_it_is_taken_and_not_once_more(start: Start, platform: Platform) -> None:
    platform.answers.append((500, ""))
    async with start(PATIENT) as (_, http):
        payment = await create(http, webhookUrl=f"{platform.url}/hook")
        await pay(http, payment)
        await until(lambda: tried(http, payment, [500]), "a first try")
    async with start(PATIENT) as (_, http):
        await until(lambda: tried(http, payment, [500, 200]), "a second try")
    async with start() as (_, http):
        other = await create(http, webhookUrl=f"{platform.url}/other")
        await pay(http, other)
        await platform.wait_for("/other")
        assert await tried(http, payment, [500, 200])
    assert len(platform.on("/hook")) == 2


async def test_a_webhook_that_was_given_up_stays_given_up(start: Start, platform: Platform) -> None:
    platform.answers.extend([(500, ""), (500, "")])
    async with start(PATIENT.model_copy(update={"webhook_delays": (0.0, 0.05)})) as (_, http):
        payment = await create(http, webhookUrl=f"{platform.url}/hook")
        await pay(http, payment)
        await until(lambda: tried(http, payment, [500, 500]), "two tries")
    async with start() as (_, http):
        other = await create(http, webhookUrl=f"{platform.url}/other")
        await pay(http, other)
        await platform.wait_for("/other")
        assert await tried(http, payment, [500, 500])


async def tried(http: httpx2.AsyncClient, payment: dict[str, Any], statuses: list[int]) -> bool:
    seen = (await http.get(f"/control/mollie/payments/{payment['id']}")).json()
    return [attempt["status"] for attempt in seen["webhookTries"]] == statuses


async def test_the_oldest_payments_are_forgotten_in_the_file_as_well(start: Start, file: Path) -> None:
    async with start(FAST_MOLLIE.model_copy(update={"keep": 2})) as (_, http):
        payments = [await create(http) for _ in range(3)]
    async with start() as (_, http):
        items = (await http.get("/control/mollie/payments")).json()["items"]
    known = [item["payment"]["id"] for item in items]
    assert known == [payments[2]["id"], payments[1]["id"]]
    assert len(lines_of(file)) == 2


def test_torn_and_foreign_lines_are_left_out_and_the_rest_is_kept_once(file: Path) -> None:
    file.parent.mkdir()
    lines = [
        {"kind": "number", "key": "one", "value": 1},
        {"kind": "number", "key": "two", "value": 2},
        {"kind": "number", "key": "one", "value": 11},
        {"kind": "number", "key": "two", "value": None},
        {"kind": "number", "key": "three", "value": "of another shape"},
    ]
    file.write_text("\n".join([*map(json.dumps, lines), "[]", '{"kind": "number", "key": "four", "val']))
    with closing(Journal(file)) as journal:
        numbers = Kept(journal, "number", int, 10)
        numbers.put("five", 5)
    with closing(Journal(file)) as journal:
        again = Kept(journal, "number", int, 10)
    assert list(numbers.newest_first()) == list(again.newest_first()) == [5, 11]
    assert len(lines_of(file)) == 3  # the value of another shape is not ours to delete


def test_without_a_file_nothing_is_kept() -> None:
    numbers = Kept(Journal(None), "number", int, 10)
    numbers.put("one", 1)
    assert numbers.get("one") == 1
    assert Kept(Journal(None), "number", int, 10).get("one") is None
