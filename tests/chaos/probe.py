"""Reads everything as everybody, through the public API, for the check that nobody sees another environment's data.

Everybody lists what they may list, and asks for a sample of what belongs to others by its id: documents with content,
timeline and download, keys, organizations, members, orders of credit, hooks. What they saw becomes `Read`s.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chaos.checks.isolation import NOBODY
from chaos.evidence import Evidence, Read, Row
from chaos.history import PROBE
from chaos.world import World, people

SAMPLE = 1
RECENT = 20
AT_ONCE = 12
LISTS = (
    "/documents/v1/documents?limit=100",
    "/documents/v1/documents?direction=inbound&limit=100",
    "/organizations/v1/organizations",
    "/organizations/v1/me/prompts/receive",
    "/identity/v1/me",
    "/identity/v1/users",
    "/identity/v1/connection-keys",
    "/billing/v1/balance",
    "/billing/v1/subscription",
    "/billing/v1/transactions?limit=100",
    "/api/v1/me",
    "/api/v1/me/party",
    "/api/v1/hook",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody with a token. A revoked key is of no environment at all."""

    name: str
    environment: UUID
    token: str


async def read_as_everybody(world: World, evidence: Evidence, chance: random.Random) -> None:
    """Fill `evidence.reads`."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def read(reader: Reader, path: str) -> Read:
        async with limit:
            answer = await world.insist(PROBE, "GET", path, token=reader.token)
        status, body = (answer.status, _body(answer.body)) if answer is not None else (0, None)
        return Read(reader=reader.name, environment=reader.environment, path=path, status=status, body=body)

    wanted = [(reader, path) for reader in _readers(world) for path in _paths(world, evidence, reader, chance)]
    evidence.reads = list(await asyncio.gather(*(read(reader, path) for reader, path in wanted)))


def _paths(world: World, evidence: Evidence, reader: Reader, chance: random.Random) -> Iterable[str]:
    if reader.environment == NOBODY:
        return chance.sample(LISTS, SAMPLE)
    return dict.fromkeys((*LISTS, *_by_id(world, evidence, reader, chance)))


def _body(body: Any) -> Any:
    return body if isinstance(body, dict | list) else str(body)


def _readers(world: World) -> Iterable[Reader]:
    for person in people(world.stories):
        yield Reader(name=person.email, environment=UUID(person.environment_id), token=person.token)
    for story in world.stories:
        environment = UUID(story.supplier.administrator.environment_id)
        yield Reader(name=f"key of {story.supplier.name}", environment=environment, token=story.api_token)
    for key in world.keys[-RECENT:]:
        if key.revoked:
            yield Reader(name=f"revoked key {key.id}", environment=NOBODY, token=key.token)


def _by_id(world: World, evidence: Evidence, reader: Reader, chance: random.Random) -> Iterable[str]:
    """Return the addresses of a sample of what belongs to somebody else."""
    parties = [company.party for story in world.stories for company in (story.supplier, story.buyer)]
    for row in _foreign(evidence.rows["documents.documents"], reader, chance):
        yield f"/documents/v1/documents/{row['id']}"
        yield f"/documents/v1/documents/{row['id']}/timeline"
        yield f"/documents/v1/documents/{row['id']}/content"
        yield f"/api/v1/{chance.choice(parties)}/purchaseInvoice/{row['id']}/download"
        yield f"/api/v1/{row['receiver']}/purchaseInvoice/{row['id']}/download"
        yield f"/api/v1/{row['sender']}/salesInvoice/{row['caller_document_id'] or row['id']}/status"
    for row in _foreign(evidence.rows["organizations.organizations"], reader, chance):
        yield f"/organizations/v1/organizations/{row['id']}"
        yield f"/organizations/v1/organizations/{row['id']}/members"
    for row in _foreign(evidence.rows["identity.connection_keys"], reader, chance):
        yield f"/identity/v1/connection-keys/{row['id']}"
    for row in _foreign(evidence.rows["billing.top_ups"], reader, chance):
        yield f"/billing/v1/top-ups/{row['id']}"
    for row in _foreign(evidence.rows["documents.hooks"], reader, chance):
        yield f"/documents/v1/hooks/{row['public_id']}/deliveries?limit=100"
    for party in chance.sample(parties, 2):
        yield f"/documents/v1/documents?partyId={party}"
        yield f"/api/v1/{party}/hook"


def _foreign(rows: Sequence[Row], reader: Reader, chance: random.Random) -> list[Row]:
    others = [row for row in rows if row["environment_id"] != reader.environment]
    return chance.sample(others, min(SAMPLE, len(others)))
