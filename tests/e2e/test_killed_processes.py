"""A process that is killed in the middle of the work costs nothing: every document once, every charge once."""

import asyncio
import os
import signal
from decimal import Decimal
from typing import Any

import pytest
from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.stage import Stage
from koerier.demo.steps.activate import activate
from koerier.demo.steps.add_organization import add_organizations
from koerier.demo.steps.credit import CREDIT, balance_of, buy_credit
from koerier.demo.steps.exchange import RECEIVE_PRICE, SEND_PRICE, issue_key, send
from koerier.demo.steps.members import add_member
from koerier.demo.steps.receiving import enable
from koerier.demo.steps.register import register
from koerier.demo.story import Story, new_story

from .conftest import Clone

INVOICES = 12
RUN = 500  # far from the demo's own runs on the same platform


@pytest.fixture
async def story(stage: Stage, platform: Platform, narrator: Narrator) -> Story:
    """Two companies that exchange invoices."""
    told = new_story(RUN, examples=stage.examples)
    await register(told, platform, narrator)
    await add_organizations(told, platform, narrator)
    await activate(told, platform, narrator, operator=await stage.create_operator(told.operator.email))
    await add_member(told, platform, narrator)
    await buy_credit(told, platform, narrator)
    await issue_key(told, platform, narrator)
    await enable(told, platform, narrator)
    return told


@pytest.mark.requirement("R5.15", "RA1.2", "R10.8", "RA6.1")
async def test_killing_workers_loses_and_doubles_nothing(clone: Clone, story: Story, platform: Platform) -> None:
    sent = [await _send(story, platform, number) for number in range(INVOICES // 2)]
    for name in ("documents-worker", "billing-worker"):
        os.kill(clone.process(name)["pid"], signal.SIGKILL)
    sent += [await _send(story, platform, number) for number in range(INVOICES // 2, INVOICES)]

    received = await eventually(lambda: _all_received(story, platform), "every invoice", within=120)

    assert sorted(received) == sorted(f"K-{number}" for number in range(INVOICES))
    expected = CREDIT - INVOICES * SEND_PRICE, CREDIT - INVOICES * RECEIVE_PRICE
    assert await eventually(lambda: _balances(story, platform, expected), "the charges", within=60) == expected
    await asyncio.sleep(2)
    assert (await balance_of(story.supplier, platform), await balance_of(story.buyer, platform)) == expected
    assert len(set(sent)) == INVOICES
    assert clone.process("documents-worker")["restarts"] >= 1


async def _send(story: Story, platform: Platform, number: int) -> str:
    answer = await send(story, platform, story.invoice(story.buyer.party, number=f"K-{number}"))
    assert answer.status == 200, answer.body
    return str(answer.body["id"])


async def _all_received(story: Story, platform: Platform) -> list[str] | None:
    path = f"/documents/v1/documents?direction=inbound&partyId={story.buyer.party}&limit=100"
    answer = await platform.call("GET", path, token=story.buyer.administrator.token)
    items: list[dict[str, Any]] = answer.body["items"] if answer.status == 200 else []
    numbers = [item["number"] for item in items]
    return numbers if len(numbers) >= INVOICES else None


async def _balances(
    story: Story, platform: Platform, expected: tuple[Decimal, Decimal]
) -> tuple[Decimal, Decimal] | None:
    found = await balance_of(story.supplier, platform), await balance_of(story.buyer, platform)
    return found if found == expected else None
