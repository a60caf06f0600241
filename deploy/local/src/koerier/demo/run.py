"""Runs the demo: ten steps of a story on the running platform, every event as it passes, and the score at the end."""

import asyncio
import contextlib
import json
from collections import Counter
from pathlib import Path

from rich.console import Console

from koerier.demo.narrator import Narrator
from koerier.demo.platform import DemoStoppedError, Platform
from koerier.demo.stage import Stage
from koerier.demo.steps.activate import activate
from koerier.demo.steps.add_organization import add_organizations
from koerier.demo.steps.announce import announced, set_hook
from koerier.demo.steps.credit import balance_of, buy_credit
from koerier.demo.steps.exchange import exchange, issue_key
from koerier.demo.steps.members import add_member
from koerier.demo.steps.people import manage_people
from koerier.demo.steps.receiving import enable, refuse_without_credit, refuse_without_receiving
from koerier.demo.steps.register import register, sign_in
from koerier.demo.steps.revoke import revoke
from koerier.demo.story import Story, new_story
from koerier.tail import follow


async def run_demo(stage: Stage, console: Console) -> bool:
    """Tell the whole story; return whether every check held. Leaves the platform running."""
    narrator = Narrator(console=console)
    platform = Platform(base_url=stage.base_url, ca_file=stage.ca_file, sandbox_url=stage.sandbox_url)
    story = new_story(_count_run(stage.memory), examples=stage.examples)
    seen: Counter[str] = Counter()
    listening = asyncio.Event()
    tail = asyncio.create_task(_print_events(stage, narrator, seen, listening))
    try:
        async with asyncio.timeout(20):
            await listening.wait()
        await _tell(story, stage, platform, narrator)
        await _measure(story, platform, narrator, seen)
        console.print(narrator.summary())
        await _say_what_next(stage, platform, console)
    except (DemoStoppedError, TimeoutError) as error:
        narrator.check("the story went on to its end", held=False, found=error)
    finally:
        tail.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tail
        await platform.close()
    return narrator.passed


async def _tell(story: Story, stage: Stage, platform: Platform, narrator: Narrator) -> None:
    async with narrator.step("1 Register"):
        await register(story, platform, narrator)
    async with narrator.step("2 Add an organization"):
        await add_organizations(story, platform, narrator)
    async with narrator.step("3 Activate"):
        operator = await stage.create_operator(story.operator.email)
        await activate(story, platform, narrator, operator=operator)
    async with narrator.step("4 Members"):
        await add_member(story, platform, narrator)
    async with narrator.step("5 Credit"):
        await refuse_without_credit(story, platform, narrator)
        await buy_credit(story, platform, narrator)
    async with narrator.step("6 Receiving"):
        await issue_key(story, platform, narrator)
        await refuse_without_receiving(story, platform, narrator)
        await enable(story, platform, narrator)
    async with narrator.step("7 Send and receive"):
        await set_hook(story, platform, narrator)
        await exchange(story, platform, narrator)
    async with narrator.step("8 Announce"):
        await announced(story, platform, narrator)
    async with narrator.step("9 Revoke"):
        await revoke(story, platform, narrator)
    async with narrator.step("10 People and keys"):
        await manage_people(story, platform, narrator)


async def _print_events(stage: Stage, narrator: Narrator, seen: Counter[str], listening: asyncio.Event) -> None:
    async for event in follow(stage.bootstrap_servers, listening):
        seen[event.type] += 1
        narrator.event(event.at.strftime("%H:%M:%S.%f")[:-3], event.topic, event.type, event.key)


async def _measure(story: Story, platform: Platform, narrator: Narrator, seen: Counter[str]) -> None:
    await asyncio.sleep(1)
    supplier, buyer = await balance_of(story.supplier, platform), await balance_of(story.buyer, platform)
    narrator.measures |= {
        "documents accepted": str(seen["documents.document-accepted.v1"]),
        "documents delivered": str(seen["documents.document-delivered.v1"]),
        "documents received": str(seen["documents.document-received.v1"]),
        "documents rejected": str(seen["documents.document-rejected.v1"]),
        "charges": str(seen["billing.charge-booked.v1"]),
        "webhooks delivered": str(seen["documents.hook-delivered.v1"]),
        f"balance of {story.supplier.name}": f"EUR {supplier}",
        f"balance of {story.buyer.name}": f"EUR {buyer}",
        "events": str(seen.total()),
    }
    narrator.check("four charges: two for the platform, one out, one in", seen["billing.charge-booked.v1"] == 4, seen)  # noqa: PLR2004


async def _say_what_next(stage: Stage, platform: Platform, console: Console) -> None:
    """Make a fresh key for the first demo's supplier, whose invoice lies in `examples/`, and print how to use it."""
    supplier = new_story(0, examples=stage.examples).supplier
    await sign_in(supplier.administrator, platform)
    token = supplier.administrator.token
    organizations = await platform.expect(200, "GET", "/organizations/v1/organizations", token=token)
    wanted = {"organizationId": organizations["items"][0]["id"], "label": "Try it"}
    key = await platform.expect(201, "POST", "/identity/v1/connection-keys", token=token, json=wanted)
    console.rule("[bold]Try it yourself")
    console.print(f"Platform   {stage.base_url}")
    console.print(f"Mailbox    {stage.sandbox_url}/mail")
    console.print(f"Key        {key['key']}")
    console.print("Send an invoice:")
    console.print(
        f"curl --cacert {stage.ca_file} -H 'Authorization: Bearer {key['key']}' -H 'Content-Type: application/xml' "
        f"--data-binary @examples/invoice-bis3.xml {stage.base_url}/api/v1/{supplier.party}/salesInvoice/send",
        soft_wrap=True,
        highlight=False,
    )
    console.print("Stop it    make down      Start over    make reset      See it    make status")


def _count_run(memory: Path) -> int:
    """Return how many demos this platform has seen, and count this one."""
    runs = int(json.loads(memory.read_text())["runs"]) if memory.exists() else 0
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"runs": runs + 1}))
    return runs
