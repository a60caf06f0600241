"""The load's hooks: made, changed, tried out and removed, beside the steady ones that hear everything."""

import random

from koerier.demo.story import Company

from chaos.world import World, companies

NAMES = 4
TOPICS = (["*"], ["InvoiceReceived"], ["*Sent", "InvoiceSentError"], ["InvoiceSentRetry", "InvoiceSent"])
STEADY = "steady"


async def make_steady_hooks(world: World) -> None:
    """Give each company a hook that hears everything and that nobody touches afterwards."""
    for company in companies(world.stories):
        name = f"{STEADY}-{company.kvk_number}"
        hook = {"id": STEADY, "name": STEADY, "action": _action(world, name), "topics": ["*"]}
        await world.platform.expect(
            200, "PUT", f"/api/v1/{company.party}/hook", token=company.administrator.token, json=hook
        )


async def put(world: World, chance: random.Random) -> None:
    company = _company(world, chance)
    public_id = f"hook-{chance.randrange(NAMES)}"
    url = world.stage.receiver_url(f"{company.kvk_number}-{public_id}-{chance.randrange(3)}")
    topics = chance.choice(TOPICS)
    hook = {"id": public_id, "name": "load", "action": f"{url}#a-secret", "topics": topics}
    await world.insist(
        "hook",
        "PUT",
        f"/api/v1/{company.party}/hook",
        token=company.administrator.token,
        json=hook,
        facts={"register": _register(company, public_id), "value": [url, topics]},
    )


async def remove(world: World, chance: random.Random) -> None:
    company = _company(world, chance)
    public_id = f"hook-{chance.randrange(NAMES)}"
    await world.insist(
        "hook",
        "DELETE",
        f"/api/v1/{company.party}/hook/{public_id}",
        token=company.administrator.token,
        facts={"register": _register(company, public_id), "value": None},
    )


async def ping(world: World, chance: random.Random) -> None:
    company = _company(world, chance)
    await world.ask("ping", "GET", f"/api/v1/{company.party}/hook/ping", token=company.administrator.token)


def _company(world: World, chance: random.Random) -> Company:
    return chance.choice(companies(world.stories))


def _action(world: World, name: str) -> str:
    return f"{world.stage.receiver_url(name)}#a-secret"


def _register(company: Company, public_id: str) -> str:
    return f"hook/{company.organization_id}/{public_id}"
