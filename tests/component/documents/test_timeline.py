"""What is shown of a document: every step with icon and label, statuses as integrations know them, its content."""

from datetime import datetime
from typing import Any

import pytest
from support.documents import World
from support.documents_facts import Company, invoice
from support.documents_fakes import fatal


async def delivered(world: World) -> tuple[Company, Company, str]:
    sender, receiver = await world.company(), await world.company(receiving=True)
    document_id = (await world.send(sender, invoice(sender, receiver, id="T-1"))).json()["id"]
    await world.work()
    return sender, receiver, document_id


async def timeline(world: World, company: Company, document_id: str, **headers: str) -> list[dict[str, Any]]:
    answer = await world.http.get(
        f"/documents/v1/documents/{document_id}/timeline", headers={**company.by_person, **headers}
    )
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.requirement("R1.6")
async def test_every_step_has_a_stable_code_and_a_dutch_label(world: World) -> None:
    sender, _, document_id = await delivered(world)
    items = await timeline(world, sender, document_id)
    assert [(item["status"], item["label"]) for item in items] == [
        ("accepted", "Aangenomen"),
        ("validated", "Gecontroleerd"),
        ("routed", "Route bepaald"),
        ("delivered", "Afgeleverd"),
    ]
    assert [item["sequence"] for item in items] == [1, 2, 3, 4]
    assert [item["icon"]["code"] for item in items] == ["accepted", "validated", "routed", "platform"]
    assert items[-1]["deliveryChannel"] == {"code": "platform", "label": "Binnen het platform"}
    assert all(datetime.fromisoformat(item["at"]).tzinfo for item in items)


@pytest.mark.requirement("R1.6")
@pytest.mark.parametrize(
    ("language", "label", "channel"),
    [
        ("en", "Delivered", "Within the platform"),
        ("en-GB,nl;q=0.5", "Delivered", "Within the platform"),
        ("nl-NL", "Afgeleverd", "Binnen het platform"),
        ("fr, de", "Afgeleverd", "Binnen het platform"),
        ("", "Afgeleverd", "Binnen het platform"),
        (";;,", "Afgeleverd", "Binnen het platform"),
    ],
)
async def test_labels_follow_the_readers_language(world: World, language: str, label: str, channel: str) -> None:
    sender, _, document_id = await delivered(world)
    last = (await timeline(world, sender, document_id, **{"Accept-Language": language}))[-1]
    assert (last["status"], last["label"]) == ("delivered", label)
    assert last["deliveryChannel"] == {"code": "platform", "label": channel}


@pytest.mark.requirement("R1.1")
async def test_the_receivers_side_carries_its_channel_from_the_start(world: World) -> None:
    _, receiver, _ = await delivered(world)
    (inbound,) = await world.inbox(receiver)
    items = await timeline(world, receiver, inbound["id"])
    assert [(item["status"], item["icon"]["code"]) for item in items] == [
        ("received", "platform"),
        ("available", "available"),
    ]


async def test_a_rejection_says_why_in_the_timeline(world: World) -> None:
    world.rules.findings = (fatal(),)
    sender, _, document_id = await delivered(world)
    last = (await timeline(world, sender, document_id))[-1]
    assert (last["status"], last["icon"]["code"], last["deliveryChannel"]) == ("rejected", "rejected", None)
    assert last["detail"].startswith("BR-CO-15: ")


async def test_the_message_bus_lists_statuses_as_integrations_know_them(world: World) -> None:
    sender, _, document_id = await delivered(world)
    path = f"/api/v1/{sender.party}/salesInvoice/{document_id}/status"
    answer = await world.http.get(path, headers={**sender.by_key, "X-EConnect-Language": "en"})
    items = answer.json()
    assert all(set(item) == {"id", "name", "description", "createdOn"} for item in items)
    assert [item["name"] for item in items] == ["Pending", "Validated", "Routed", "Delivered"]
    assert items[-1]["description"] == "Delivered"
    assert len({item["id"] for item in items}) == 4
    assert (await world.http.get(path, headers=sender.by_key)).json()[0]["id"] == items[0]["id"]


async def test_the_sender_reads_its_own_document_back(world: World) -> None:
    sender, receiver = await world.company(), await world.company(receiving=True)
    document = invoice(sender, receiver)
    document_id = (await world.send(sender, document)).json()["id"]
    answer = await world.http.get(f"/documents/v1/documents/{document_id}/content", headers=sender.by_person)
    assert (answer.status_code, answer.content) == (200, document)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_reading_the_content_is_not_a_download_from_the_bus(world: World) -> None:
    _, receiver, _ = await delivered(world)
    (inbound,) = await world.inbox(receiver)
    await world.http.get(f"/documents/v1/documents/{inbound['id']}/content", headers=receiver.by_person)
    assert await world.published("document-downloaded") == []


async def test_the_list_says_which_side_and_which_party(world: World) -> None:
    sender, receiver, document_id = await delivered(world)
    headers = sender.by_person

    async def ids(**params: str) -> list[str]:
        answer = await world.http.get("/documents/v1/documents", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await ids() == [document_id]
    assert await ids(direction="outbound") == [document_id]
    assert await ids(direction="inbound") == []
    assert await ids(partyId=f"NL:KVK:{sender.number}") == [document_id]
    foreign = await world.http.get("/documents/v1/documents", params={"partyId": receiver.party}, headers=headers)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "party_not_visible")
