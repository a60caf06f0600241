"""The load's sends: valid, broken, repeated, to the platform's buyers and to the Peppol network.

`facts["expect"]` says how such a document must end: what was accepted has no other end, whatever breaks meanwhile.
"""

import hashlib
import random
from dataclasses import replace
from typing import Any

from support.invoices import DONALD, KATRIEN, Invoice, Line

from chaos.world import World

DELIVERED, REJECTED, FAILED = "delivered", "rejected", "failed"
OUTSIDE = ("0106:90012345", "0106:99100001", "0106:99100002")
MAGIC = {
    "0106:99900001": REJECTED,  # unknown on the network
    "0106:99900003": DELIVERED,  # twice unreachable, then reachable
    "0106:99900004": FAILED,  # never reachable
    "0106:99900005": FAILED,  # refused by the receiving access point
    "0106:99900007": DELIVERED,  # never acknowledged: its access point's receipt counts
    "0106:99900008": DELIVERED,  # acknowledged twice
    "0106:99900010": f"{REJECTED} or {DELIVERED}",  # refused afterwards, unless the sandbox ended and forgot it
}
MANY_LINES = (25, 60)


def invoice(sender: str, receiver: str, *, number: str, lines: int = 1) -> bytes:
    """Return a valid invoice between two participants of the Dutch scheme."""
    return Invoice(
        id=number,
        supplier=replace(DONALD, number=sender.partition(":")[2]),
        customer=replace(KATRIEN, number=receiver.partition(":")[2]),
        lines=tuple(Line(name=f"Hours of week {week}") for week in range(1, lines + 1)),
    ).xml()


def broken(document: bytes) -> bytes:
    """Return the invoice with an amount to pay that does not follow from its lines."""
    return document.replace(b'<cbc:PayableAmount currencyID="EUR">', b'<cbc:PayableAmount currencyID="EUR">7')


async def to_a_buyer(world: World, chance: random.Random) -> None:
    await _send_new(world, chance, receiver=world.story(chance).buyer.party, lines=chance.randint(1, 5))


async def long_to_a_buyer(world: World, chance: random.Random) -> None:
    """Too long to be validated beside other work: a rule process does it."""
    await _send_new(world, chance, receiver=world.story(chance).buyer.party, lines=chance.randint(*MANY_LINES))


async def broken_to_a_buyer(world: World, chance: random.Random) -> None:
    receiver = world.story(chance).buyer.party
    await _send_new(world, chance, receiver=receiver, lines=chance.choice((1, 40)), expect=REJECTED)


async def to_the_network(world: World, chance: random.Random) -> None:
    await _send_new(world, chance, receiver=chance.choice(OUTSIDE))


async def to_a_difficult_receiver(world: World, chance: random.Random) -> None:
    receiver = chance.choice(sorted(MAGIC))
    await _send_new(world, chance, receiver=receiver, expect=MAGIC[receiver], intact=True)


async def to_one_who_does_not_receive(world: World, chance: random.Random) -> None:
    await _send_new(world, chance, receiver=world.story(chance).supplier.party, expect=REJECTED, intact=True)


async def the_same_invoice_again(world: World, chance: random.Random) -> None:
    """Send an earlier invoice under a new document id: delivered, but kept beside the inbox."""
    if not world.sent:
        return
    before = chance.choice(world.sent)
    await _insist(world, {**before, "document": str(world.new_id(chance))})


async def the_same_id_again(world: World, chance: random.Random) -> None:
    """Send an earlier document once more, now and then with other content, perhaps while the first is on its way."""
    if not world.sent:
        return
    before = chance.choice(world.sent[-30:])
    content = before["content"] if chance.random() < 0.7 else before["content"] + b"\n"
    await _insist(world, {**before, "content": content})


async def _send_new(
    world: World, chance: random.Random, *, receiver: str, lines: int = 1, expect: str = DELIVERED, intact: bool = False
) -> None:
    story = world.story(chance)
    number = f"{world.round_name}-{chance.getrandbits(40):010x}"
    content = invoice(story.supplier.party, receiver, number=number, lines=lines)
    if expect == REJECTED and not intact:
        content = broken(content)
    document = {
        "environment": story.supplier.administrator.environment_id,
        "story": world.stories.index(story),
        "document": str(world.new_id(chance)),
        "receiver": receiver,
        "number": number,
        "expect": expect,
        "content": content,
    }
    world.sent.append(document)
    await _insist(world, document)


async def _insist(world: World, document: dict[str, Any]) -> None:
    story = world.stories[document["story"]]
    facts = {name: value for name, value in document.items() if name not in {"content", "story"}}
    await world.insist(
        "send",
        "POST",
        f"/api/v1/{story.supplier.party}/salesInvoice/send",
        token=story.api_token,
        content=document["content"],
        headers={"Content-Type": "application/xml", "X-EConnect-DocumentId": document["document"]},
        facts={**facts, "sha256": hashlib.sha256(document["content"]).hexdigest()},
    )
