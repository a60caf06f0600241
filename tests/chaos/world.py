"""Whom the load acts for, and how it asks: the cast of two demo stories on the platform under test.

The cast is prepared by the demo's own steps through the public API. Requests go through the demo's client, which the
history listens to. `insist` does what a careful client does: it repeats a request whose outcome it does not know.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import httpx2
from koerier.demo.narrator import Narrator
from koerier.demo.platform import Answer, Platform
from koerier.demo.steps.activate import activate
from koerier.demo.steps.add_organization import add_organizations
from koerier.demo.steps.credit import buy_credit
from koerier.demo.steps.exchange import issue_key
from koerier.demo.steps.members import add_member
from koerier.demo.steps.receiving import enable
from koerier.demo.steps.register import register, sign_in
from koerier.demo.story import Company, Person, Story, new_story
from rich.console import Console
from support.fault_links import Mode

from chaos.history import UNCERTAIN, History, RecordingTransport, note
from chaos.stage import RunningStage

STORIES = (1, 2)
PATIENCE = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
REQUEST_SECONDS = 10.0


@dataclass(slots=True, kw_only=True)
class Key:
    """A connection key that the load made, with a token that it was exchanged for."""

    id: str
    owner: Person
    token: str
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class World:
    """What an operation of the load acts in. `sent` remembers documents, so that some are sent again."""

    stage: RunningStage
    platform: Platform
    access_point: httpx2.AsyncClient
    history: History
    stories: list[Story]
    namespace: UUID
    round_name: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    hooks: list[tuple[str, str]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    poison: set[tuple[str, int, int]] = field(default_factory=set)
    disturbed: set[str] = field(default_factory=set)

    def story(self, chance: random.Random) -> Story:
        return chance.choice(self.stories)

    def new_id(self, chance: random.Random) -> UUID:
        """Return an id that the seed decides, and that no other round of this run has."""
        return uuid5(self.namespace, f"{self.round_name} {chance.getrandbits(64)}")

    async def disturb_link(self, link: str, mode: Mode, *, seconds: float, delay: float) -> bool:
        """Let a link be so for a while; False when it is disturbed already."""
        if link in self.disturbed:
            return False
        self.disturbed.add(link)
        try:
            await self.stage.proxy.disturb([link], mode, seconds=delay)
            await asyncio.sleep(seconds)
        finally:
            await self.stage.proxy.disturb([link], Mode.OPEN)
            self.disturbed.discard(link)
        return True

    async def ask(self, kind: str, method: str, path: str, *, token: str, **options: Any) -> Answer | None:
        """Ask once; None when there was no answer."""
        facts = options.pop("facts", {})
        try:
            return await self.platform.call(
                method, path, token=token, extensions=note(kind, **facts), timeout=REQUEST_SECONDS, **options
            )
        except httpx2.TransportError:
            return None

    async def insist(self, kind: str, method: str, path: str, *, token: str, **options: Any) -> Answer | None:
        """Ask until the outcome is known, or patience ends."""
        for pause in (*PATIENCE, None):
            answer = await self.ask(kind, method, path, token=token, **dict(options))
            if answer is not None and answer.status not in UNCERTAIN:
                return answer
            if pause is not None:
                await asyncio.sleep(pause)
        return None


def people(stories: Sequence[Story]) -> list[Person]:
    """Return everybody with a session of their own."""
    return [
        person
        for story in stories
        for person in (story.supplier.administrator, story.buyer.administrator, story.colleague, story.freelancer)
    ]


def companies(stories: Sequence[Story]) -> list[Company]:
    return [company for story in stories for company in (story.supplier, story.buyer)]


@asynccontextmanager
async def prepared_world(stage: RunningStage, history: History, namespace: UUID) -> AsyncIterator[World]:
    """Yield a world whose cast has registered, is active, has credit and receives."""
    demo = stage.demo
    platform = Platform(
        base_url=demo.base_url,
        ca_file=demo.ca_file,
        sandbox_url=demo.sandbox_url,
        through=lambda way: RecordingTransport(way, history, apart_from=demo.sandbox_url),
    )
    token = stage.environment.secrets["access_point_inbound_token"]
    access_point = httpx2.AsyncClient(
        base_url=stage.inbound_url,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/xml"},
        transport=RecordingTransport(httpx2.AsyncHTTPTransport(), history),
    )
    async with access_point:
        try:
            stories = await asyncio.gather(*(_prepare(run, stage, platform) for run in STORIES))
            yield World(
                stage=stage,
                platform=platform,
                access_point=access_point,
                history=history,
                stories=list(stories),
                namespace=namespace,
            )
        finally:
            await platform.close()


async def _prepare(run: int, stage: RunningStage, platform: Platform) -> Story:
    narrator = Narrator(console=Console(quiet=True))
    story = new_story(run, examples=stage.demo.examples)
    operator = asyncio.create_task(stage.demo.create_operator(story.operator.email))
    await register(story, platform, narrator)
    await add_organizations(story, platform, narrator)
    await activate(story, platform, narrator, operator=await operator)
    await add_member(story, platform, narrator)
    await buy_credit(story, platform, narrator)
    await issue_key(story, platform, narrator)
    await enable(story, platform, narrator)
    failed = [check.text for check in narrator.checks if not check.held]
    if failed:
        raise AssertionError(f"the platform was not in order before anything was disturbed: {failed}")
    return story


async def refresh_tokens(world: World) -> None:
    """Sign everybody in again: access tokens end after minutes, a run does not."""
    for person in people(world.stories):
        story = next((story for story in world.stories if story.colleague is person), None)
        if story is not None:
            await _let_in(world, story)
        await sign_in(person, world.platform)
    for story in world.stories:
        story.api_token = await token_of_key(world, story.client_id, story.client_secret) or story.api_token


async def _let_in(world: World, story: Story) -> None:
    """End a block that an earlier round has left."""
    user = story.colleague.user_id
    await world.insist(
        "user",
        "PATCH",
        f"/identity/v1/users/{user}",
        token=story.buyer.administrator.token,
        json={"blocked": False},
        facts={"register": f"blocked/{user}", "value": False},
    )


async def token_of_key(world: World, client_id: str, client_secret: str) -> str | None:
    """Exchange a connection key for an access token; None when it is refused."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret, "scope": "ap"}
    answer = await world.insist("token", "POST", "/connect/token", token="", data=form)
    return str(answer.body["access_token"]) if answer is not None and answer.status == 200 else None
