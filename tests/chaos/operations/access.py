"""The load's access: connection keys made, renewed and revoked; members and roles changed."""

import random
from typing import Any

from koerier.demo.story import Person

from chaos.world import Key, World, companies, token_of_key

KEYS = "/identity/v1/connection-keys"


async def issue_key(world: World, chance: random.Random) -> None:
    """Make a key; one whose answer was lost belongs to nobody."""
    company = chance.choice(companies(world.stories))
    answer = await world.ask(
        "issue",
        "POST",
        KEYS,
        token=company.administrator.token,
        json={"organizationId": company.organization_id, "label": "Load"},
        facts={"environment": company.administrator.environment_id},
    )
    if answer is not None and answer.status == 201:
        await _keep(world, answer.body, owner=company.administrator)


async def renew_key(world: World, chance: random.Random) -> None:
    if not world.keys:
        return
    key = chance.choice(world.keys)
    answer = await world.ask(
        "issue",
        "POST",
        f"{KEYS}/{key.id}/regeneration",
        token=key.owner.token,
        facts={"register": f"key/{key.id}", "value": "revoked"},
    )
    if answer is not None and answer.status == 201:
        key.revoked = True
        await _keep(world, answer.body, owner=key.owner)


async def revoke_key(world: World, chance: random.Random) -> None:
    if not world.keys:
        return
    key = chance.choice(world.keys)
    answer = await world.insist(
        "revoke",
        "POST",
        f"{KEYS}/{key.id}/revocation",
        token=key.owner.token,
        facts={"register": f"key/{key.id}", "value": "revoked"},
    )
    if answer is not None and answer.status == 200:
        key.revoked = True


async def use_key(world: World, chance: random.Random) -> None:
    """Ask something in the name of a key, revoked or not."""
    if world.keys:
        await world.ask("use key", "GET", "/api/v1/me/party", token=chance.choice(world.keys).token)


async def _keep(world: World, body: dict[str, Any], *, owner: Person) -> None:
    token = await token_of_key(world, body["clientId"], body["clientSecret"])
    if token is not None:
        world.keys.append(Key(id=body["id"], token=token, owner=owner))


async def change_membership(world: World, chance: random.Random) -> None:
    """Add the colleague, change their level, or end their membership."""
    story = world.story(chance)
    user, organization = story.colleague.user_id, story.buyer.organization_id
    members = f"/organizations/v1/organizations/{organization}/members"
    level = chance.choice(("member", "administrator"))
    method, path, body, value = chance.choice(
        (
            ("POST", members, {"userId": user, "level": level}, "any"),  # who is one already keeps their level
            ("PATCH", f"{members}/{user}", {"level": level}, level),
            ("DELETE", f"{members}/{user}", None, None),
        )
    )
    options = {"json": body} if body else {}
    await world.insist(
        "member",
        method,
        path,
        token=story.buyer.administrator.token,
        facts={"register": f"membership/{organization}/{user}", "value": value},
        **options,
    )


async def change_user(world: World, chance: random.Random) -> None:
    """Give the colleague another role, block them or let them in again."""
    story = world.story(chance)
    user = story.colleague.user_id
    what, value = chance.choice((("role", "basic"), ("role", "advanced"), ("blocked", True), ("blocked", False)))
    await world.insist(
        "user",
        "PATCH",
        f"/identity/v1/users/{user}",
        token=story.buyer.administrator.token,
        json={what: value},
        facts={"register": f"{what}/{user}", "value": value},
    )
