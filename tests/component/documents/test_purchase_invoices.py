"""The buyer's calls: download, status, delete; two clocks; duplicates hidden."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from documents.adapters.postgres.housekeeping import clear, expire_due
from support.documents import World
from support.documents_facts import Company, invoice


@pytest.fixture
async def buyer(world: World) -> Company:
    return await world.company(receiving=True)


async def deliver(world: World, buyer: Company, **changes: Any) -> tuple[str, bytes]:
    """Deliver an invoice to the buyer; return its id in the inbox and its content."""
    sender = await world.company()
    document = invoice(sender, buyer, **changes)
    assert (await world.send(sender, document)).status_code == 200
    await world.work()
    return (await world.inbox(buyer))[0]["id"], document


async def download(world: World, buyer: Company, document_id: str, query: str = "") -> httpx2.Response:
    path = f"/api/v1/{buyer.party}/purchaseInvoice/{document_id}/download{query}"
    return await world.http.get(path, headers=buyer.by_key)


async def test_the_document_comes_out_byte_for_byte(world: World, buyer: Company) -> None:
    document_id, document = await deliver(world, buyer)
    answer = await download(world, buyer, document_id)
    assert (answer.status_code, answer.content) == (200, document)
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="{document_id}.xml"'


async def test_the_first_download_is_announced_and_starts_the_short_clock(world: World, buyer: Company) -> None:
    document_id, _ = await deliver(world, buyer)
    for _ in range(3):
        assert (await download(world, buyer, document_id)).status_code == 200
    (event,) = await world.published("document-downloaded")
    assert (event.key, event.sequence) == (document_id, 3)
    row = await world.pool.fetchrow("select state, bus_until, downloaded_at from documents where id = $1", document_id)
    assert row["state"] == "downloaded"
    assert row["bus_until"] - row["downloaded_at"] == timedelta(days=7)


async def test_ninety_days_after_reception_it_is_gone_from_the_bus_but_not_from_the_archive(
    world: World, buyer: Company
) -> None:
    document_id, document = await deliver(world, buyer)
    world.clock.offset = timedelta(days=89, hours=23)
    assert (
        await world.http.get(f"/api/v1/{buyer.party}/purchaseInvoice/{document_id}/status", headers=buyer.by_key)
    ).status_code == 200
    world.clock.offset = timedelta(days=90, seconds=1)
    assert (await download(world, buyer, document_id)).status_code == 404
    content = await world.http.get(f"/documents/v1/documents/{document_id}/content", headers=buyer.by_person)
    assert content.content == document


async def test_time_passing_ends_the_stay_on_the_bus(world: World, buyer: Company) -> None:
    document_id, _ = await deliver(world, buyer)
    assert await expire_due(world.pool) == 0
    await world.pool.execute("update documents set bus_until = now() - interval '1 second' where id = $1", document_id)
    assert await expire_due(world.pool) == 1
    assert await expire_due(world.pool) == 0
    detail = await world.document(buyer, document_id)
    assert detail["status"] == "expired"
    timeline = await world.http.get(f"/documents/v1/documents/{document_id}/timeline", headers=buyer.by_person)
    assert timeline.json()["items"][-1]["status"] == "expired"


async def test_deleting_takes_it_off_the_bus_and_leaves_archive_and_timeline(world: World, buyer: Company) -> None:
    document_id, _ = await deliver(world, buyer)
    path = f"/api/v1/{buyer.party}/purchaseInvoice/{document_id}"
    assert (await world.http.delete(path, headers=buyer.by_key)).status_code == 204
    assert (await download(world, buyer, document_id)).status_code == 404
    again = await world.http.delete(path, headers=buyer.by_key)
    assert (again.status_code, again.json()["code"]) == (404, "API404")
    status = await world.http.get(f"{path}/status", headers=buyer.by_key)
    assert [item["name"] for item in status.json()] == ["Received", "Available", "Expired"]
    content = await world.http.get(f"/documents/v1/documents/{document_id}/content", headers=buyer.by_person)
    assert content.status_code == 200


@pytest.mark.requirement("RA6.3")
async def test_a_duplicate_is_not_given_out(world: World, buyer: Company) -> None:
    sender = await world.company()
    for copy in range(2):
        await world.send(sender, invoice(sender, buyer, id="D-1", buyer_reference=f"copy {copy}"))
    await world.work()
    duplicate, original = await world.inbox(buyer)
    assert (await download(world, buyer, duplicate["id"])).status_code == 404
    assert (await download(world, buyer, original["id"])).status_code == 200


async def test_somebody_elses_document_does_not_exist(world: World, buyer: Company) -> None:
    document_id, _ = await deliver(world, buyer)
    other = await world.company(receiving=True)
    assert (await download(world, other, document_id)).status_code == 404
    assert (await download(world, buyer, str(uuid4()))).status_code == 404
    path = f"/api/v1/{other.party}/purchaseInvoice/{document_id}"
    assert (await world.http.delete(path, headers=other.by_key)).status_code == 404
    assert (await world.http.get(f"{path}/status", headers=other.by_key)).status_code == 404


async def test_the_sender_does_not_download_it_as_a_purchase(world: World, buyer: Company) -> None:
    sender = await world.company()
    document_id = (await world.send(sender, invoice(sender, buyer))).json()["id"]
    await world.work()
    path = f"/api/v1/{sender.party}/purchaseInvoice/{document_id}/download"
    assert (await world.http.get(path, headers=sender.by_key)).status_code == 404


@pytest.mark.parametrize("name", ["targetFormat", "targetDocumentTypeId"])
async def test_another_format_is_refused_and_its_own_is_not(world: World, buyer: Company, name: str) -> None:
    document_id, _ = await deliver(world, buyer)
    own = (await world.document(buyer, document_id))["documentTypeId"]
    other = await download(world, buyer, document_id, f"?{name}=urn%3Aother")
    assert (other.status_code, other.json()["code"]) == (400, "API400")
    same = await world.http.get(
        f"/api/v1/{buyer.party}/purchaseInvoice/{document_id}/download",
        params={name: f"busdox-docid-qns::{own}"},
        headers=buyer.by_key,
    )
    assert same.status_code == 200


@pytest.mark.parametrize(("plan", "years"), [("basic", 7), ("enterprise", 7), ("invoice_portal", 2)])
async def test_the_archive_keeps_it_as_long_as_the_plan_says(world: World, plan: str, years: int) -> None:
    buyer = await world.company(receiving=True, plan=plan)
    document_id, _ = await deliver(world, buyer)
    row = await world.pool.fetchrow(
        "select archive_until, created_at, content_expires_on from documents where id = $1", document_id
    )
    assert row["archive_until"].year - row["created_at"].year == years
    assert row["content_expires_on"] > row["archive_until"].date()
    assert row["content_expires_on"].day == 1
    assert (await download(world, buyer, document_id)).status_code == 200


async def test_housekeeping_changes_nothing_that_is_still_owed(world: World, buyer: Company) -> None:
    document_id, document = await deliver(world, buyer)
    await clear(world.pool)
    assert (await download(world, buyer, document_id)).content == document


async def test_content_lies_in_the_partition_of_its_month(world: World, buyer: Company) -> None:
    await deliver(world, buyer)
    partitions = await world.pool.fetch("select distinct tableoid::regclass::text as name from contents")
    assert all(row["name"] != "contents_default" for row in partitions)


async def test_a_month_that_is_over_is_dropped_as_a_whole(world: World) -> None:
    made = await world.pool.fetchval("select ensure_content_partitions('2001-01-01', 2)")
    assert made == 3
    put = "insert into contents (expires_on, sha256, data) values ('2001-02-01', 'x', 'y')"
    await world.pool.execute(put)
    assert await world.pool.fetchval("select drop_expired_content('2001-01-31')") == 1
    assert await world.pool.fetchval("select count(*) from contents where expires_on = '2001-02-01'") == 1
    assert await world.pool.fetchval("select drop_expired_content('2001-03-01')") == 2
    assert await world.pool.fetchval("select to_regclass('contents_200102')") is None
