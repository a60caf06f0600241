"""The load's receiving side: what the network brings, and what buyers do with their inbox."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from typing import Any

import httpx2
from koerier.demo.story import Person, Story
from support.documents_messages import envelope

from chaos.history import UNCERTAIN, note
from chaos.operations.sending import OUTSIDE, invoice
from chaos.world import PATIENCE, REQUEST_SECONDS, World

INBOUND = "/documents/v1/access-point/inbound"


async def from_the_network(world: World, chance: random.Random) -> None:
    """Bring a message as an access point does: until it is taken, at times twice at once."""
    story, sender = world.story(chance), chance.choice(OUTSIDE)
    message = str(world.new_id(chance))
    number = f"{world.round_name}-N{chance.getrandbits(40):010x}"
    content = envelope(
        invoice(sender, story.buyer.party, number=number), story.buyer.party, sender=sender, message_id=message
    )
    facts = {"message": message, "environment": story.buyer.administrator.environment_id, "number": number}
    copies = chance.choice((1, 1, 1, 2, 3))
    await asyncio.gather(*(_bring(world, content, facts) for _ in range(copies)))


async def _bring(world: World, content: bytes, facts: Mapping[str, Any]) -> None:
    for pause in PATIENCE:
        try:
            answer = await world.access_point.post(
                INBOUND, content=content, extensions=note("inbound", **facts), timeout=REQUEST_SECONDS
            )
        except httpx2.TransportError:
            await asyncio.sleep(pause)
            continue
        if answer.status_code not in UNCERTAIN:
            return
        await asyncio.sleep(pause)


async def from_an_outside_company(world: World, chance: random.Random) -> None:
    """Let a company of the simulated network send; its access point finds us in the SMP and tries by itself."""
    story, sender = world.story(chance), chance.choice(OUTSIDE)
    number = f"{world.round_name}-O{chance.getrandbits(40):010x}"
    document = invoice(sender, story.buyer.party, number=number).decode()
    with contextlib.suppress(httpx2.TransportError):
        await world.platform.outside(
            "POST",
            "/control/peppol/send",
            json={
                "sender": sender,
                "receiver": story.buyer.party,
                "document": document,
                "copies": chance.choice((1, 1, 2)),
            },
        )


async def download(world: World, chance: random.Random) -> None:
    """Read the inbox and download one of its documents."""
    story = world.story(chance)
    reader = chance.choice((story.buyer.administrator, story.colleague))
    document_id = await _choose(world, chance, story, reader)
    if document_id is not None:
        await world.insist(
            "download",
            "GET",
            f"/api/v1/{story.buyer.party}/purchaseInvoice/{document_id}/download",
            token=reader.token,
            facts={"document": document_id},
        )


async def delete(world: World, chance: random.Random) -> None:
    """Take a document off the message bus."""
    story = world.story(chance)
    reader = story.buyer.administrator
    document_id = await _choose(world, chance, story, reader)
    if document_id is not None:
        await world.insist(
            "delete",
            "DELETE",
            f"/api/v1/{story.buyer.party}/purchaseInvoice/{document_id}",
            token=reader.token,
            facts={"document": document_id},
        )


async def _choose(world: World, chance: random.Random, story: Story, reader: Person) -> str | None:
    path = f"/documents/v1/documents?direction=inbound&partyId={story.buyer.party}&limit=20"
    answer = await world.ask("inbox", "GET", path, token=reader.token)
    items = answer.body["items"] if answer is not None and answer.status == 200 else []
    return str(chance.choice(items)["id"]) if items else None


async def ask_status(world: World, chance: random.Random) -> None:
    """Ask what became of a document that was sent; whoever was told that it is accepted must find it."""
    if not world.sent:
        return
    document = chance.choice(world.sent[-50:])
    story = world.stories[document["story"]]
    await world.ask(
        "status",
        "GET",
        f"/api/v1/{story.supplier.party}/salesInvoice/{document['document']}/status",
        token=story.api_token,
        facts={"environment": document["environment"], "document": document["document"]},
    )
