"""Organizations as a stage: active and doubtful organizations of a victim, and everybody who should not see them."""

from typing import Any

from support.access.judging import Callers, Policy, Stage
from support.access.operations import Samples
from support.access.tokens import odd, worthless
from support.organizations import World

_REGISTER = "the company register is public"
POLICY = Policy(
    basic_may={
        "GET /api/v1/me/party": "the parties of one's own organizations: here none",
        "GET /organizations/v1/companies": _REGISTER,
        "GET /organizations/v1/companies/{kvk_number}": _REGISTER,
        "GET /organizations/v1/organizations": "one's own organizations: here none",
        "GET /organizations/v1/me/prompts/receive": "one's own organizations: here none",
    },
    operators_only={
        "GET /organizations/v1/operator/reviews": "decides about others",
        "POST /organizations/v1/operator/reviews/{organization_id}/approval": "decides about others",
        "POST /organizations/v1/operator/reviews/{organization_id}/rejection": "decides about others",
    },
    harmless={
        "kvk_number": _REGISTER,
        "kvkNumber": _REGISTER,
        **dict.fromkeys(("name", "reason", "level", "enabled"), "chosen by the caller"),
    },
    settled={
        "POST /organizations/v1/organizations": frozenset({402}),
        "POST /organizations/v1/operator/reviews/{organization_id}/rejection": frozenset({409}),
        "POST /organizations/v1/organizations/{organization_id}/activation": frozenset({409}),
        "PUT /organizations/v1/organizations/{organization_id}/receiving": frozenset({402}),
    },
    unlisted={
        "GET /api/v1-beta/me/party": "another name of /api/v1/me/party",
        "GET /health/live": "for the supervisor; the gateway does not pass it on",
        "GET /health/ready": "for the supervisor; the gateway does not pass it on",
        "GET /metrics": "for Prometheus; the gateway does not pass it on",
        "GET /organizations/v1/openapi.json": "the document itself",
    },
)


async def organizations_stage(world: World) -> Stage:
    owner = await world.administrator()
    basic = await world.person(owner.environment, "basic")
    active = await world.active(owner, "Verborgen Winkel B.V.")
    doubtful = await world.add(owner, "Verborgen Twijfel B.V.")
    await world.settled(await world.start_activation(owner, doubtful["id"]), holder="Een heel ander")
    member = await world.person(owner.environment, "basic", name=("Verborgen", "Lid"))
    path = f"/organizations/v1/organizations/{active['id']}/members"
    assert (await world.http.post(path, json={"userId": str(member.id)}, headers=owner.headers)).status_code == 201
    outsider = await world.administrator()
    await world.active(outsider, "Andermans B.V.")
    key_id, _ = await world.key(owner, active["id"])
    _, revoked = await world.key(owner, active["id"], status="revoked", key_id=key_id)
    blocked = await world.person(owner.environment, "administrator", status="blocked")
    operator = await world.operator()
    return Stage(
        service="organizations",
        http=world.http,
        app=world.http._transport.app,  # type: ignore[attr-defined]
        samples=_samples(world, active["id"], doubtful["id"], str(member.id)),
        callers=Callers(
            strangers={
                **worthless(sub=owner.id, env=owner.environment),
                "revoked key": revoked,
            },
            odd=odd(sub=owner.id, env=owner.environment),
            foreigners={
                "a foreign administrator": outsider.headers,
                "a blocked administrator": blocked.headers,
                "a foreigner who names the victim's environment": (
                    await world.person(outsider.environment, "administrator", acting_in=owner.environment)
                ).headers,
            },
            basic=basic.headers,
            rightful=owner.headers,
            operator=operator.headers,
        ),
        policy=POLICY,
        marks=(
            active["id"],
            doubtful["id"],
            "Verborgen Winkel",
            "Verborgen Twijfel",
            "Verborgen Lid",
            str(member.id),
            "Een heel ander",
        ),
    )


def _samples(world: World, active: str, doubtful: str, member: str) -> Samples:
    number = world.register.add("Openbaar B.V.")
    values: dict[str, Any] = {
        "organization_id": active,
        "organizationIds": [active],
        "user_id": member,
        "userId": member,
        "kvk_number": number,
        "name": "Verborgen",
        "reason": "gezien in het register",
        "level": "member",
        "enabled": True,
    }
    review = {"organization_id": doubtful}
    return Samples(
        values=values,
        special={
            "GET /organizations/v1/companies": {"name": "Openbaar"},
            "POST /organizations/v1/organizations": {"kvkNumber": number, "name": None},
            "POST /organizations/v1/operator/reviews/{organization_id}/approval": review,
            "POST /organizations/v1/operator/reviews/{organization_id}/rejection": review,
        },
    )
