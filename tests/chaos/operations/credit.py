"""The load's money: orders of credit, paid, failed or left alone; and looks at balance and statement."""

import asyncio
import contextlib
import random

import httpx2
from koerier.demo.platform import Answer, DemoStoppedError
from koerier.demo.story import Company

from chaos.world import World, companies

METHOD = "ideal"
LARGE = "2500.00"
WAIT_FOR_PAGE, WAIT = 40, 0.5
IN_USE, CLAIM_SECONDS = "idempotency_key_in_use", 16.0
WAYS = ("paid", "paid", "paid", "paid", "failed", "canceled", "left")


async def top_up(world: World, chance: random.Random) -> None:
    company = chance.choice(companies(world.stories))
    amount = f"{chance.randint(20, 9_999)}.{chance.randrange(100):02}"  # hardly ever the same twice
    await order(world, company, amount=amount, key=str(world.new_id(chance)), way=chance.choice(WAYS))


async def order(world: World, company: Company, *, amount: str, key: str, way: str = "paid") -> None:
    """Order credit with an idempotency key, and do on the bank's page what `way` says."""
    answer = await _order(world, company, amount, key)
    if answer is not None and answer.code == IN_USE:  # the first request's process died; its key is free again later
        await asyncio.sleep(CLAIM_SECONDS)
        answer = await _order(world, company, amount, key)
    if answer is None or answer.status != 202 or way == "left":
        return
    page = await _payment_page(world, company.administrator.token, answer.body["id"])
    if page is not None:
        await _at_the_bank(world, page, company, way)


async def _order(world: World, company: Company, amount: str, key: str) -> Answer | None:
    return await world.insist(
        "top-up",
        "POST",
        "/billing/v1/top-ups",
        token=company.administrator.token,
        json={"amount": amount, "method": METHOD},
        headers={"Idempotency-Key": key},
        facts={"key": key, "amount": amount, "environment": company.administrator.environment_id},
    )


async def _payment_page(world: World, token: str, top_up_id: str) -> str | None:
    for _ in range(WAIT_FOR_PAGE):
        answer = await world.ask("top-up status", "GET", f"/billing/v1/top-ups/{top_up_id}", token=token)
        if answer is not None and answer.status == 200 and answer.body.get("checkoutUrl"):
            return str(answer.body["checkoutUrl"])
        await asyncio.sleep(WAIT)
    return None


async def _at_the_bank(world: World, page: str, company: Company, way: str) -> None:
    with contextlib.suppress(httpx2.TransportError, DemoStoppedError):
        if way == "paid":
            await world.platform.pay(page, holder=company.name)
        else:
            await world.platform.outside("POST", page, data={"status": way}, follow_redirects=False)


async def look(world: World, chance: random.Random) -> None:
    token = chance.choice(companies(world.stories)).administrator.token
    path = chance.choice(("/billing/v1/balance", "/billing/v1/transactions?limit=20", "/billing/v1/prices"))
    await world.ask("statement", "GET", path, token=token)


async def change_plan(world: World, chance: random.Random) -> None:
    administrator = chance.choice(companies(world.stories)).administrator
    plan = chance.choice(("basic", "professional"))
    await world.insist(
        "plan",
        "PUT",
        "/billing/v1/subscription",
        token=administrator.token,
        json={"plan": plan},
        facts={"register": f"plan/{administrator.environment_id}", "value": plan},
    )
