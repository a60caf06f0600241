"""Billing as a stage: a victim with an order of credit, and everybody who should not see it."""

from typing import Any

from shared.ids import new_id

from support.access.judging import Callers, Policy, Stage
from support.access.operations import Samples
from support.access.tokens import odd, worthless
from support.billing import Billing
from support.billing_facts import key_issued, user_changed
from support.tokens import bearer

POLICY = Policy(
    public={
        "GET /billing/v1/payments/{paymentId}/return": "a payer comes back without our token; shows no name or amount",
        "POST /billing/v1/webhooks/mollie": "believed nothing: the payment is read back from the provider",
    },
    basic_may={
        "GET /billing/v1/subscription": "the plan of one's own environment says what one can do",
        "GET /billing/v1/prices": "prices are no secret",
    },
    harmless=dict.fromkeys(("plan", "amount", "method"), "chosen by the caller"),
    unlisted={
        "GET /health/live": "for the supervisor; the gateway does not pass it on",
        "GET /health/ready": "for the supervisor; the gateway does not pass it on",
        "GET /metrics": "for Prometheus; the gateway does not pass it on",
        "GET /billing/v1/openapi.json": "the document itself",
    },
)


async def billing_stage(billing: Billing) -> Stage:
    victim, outsider = await billing.customer(), await billing.customer()
    order = await victim.order("4321.00")
    payment = await billing.pool.fetchval("select id from payments where reference_id::text = $1", order["id"])
    colleague, stranger, key = new_id(), new_id(), new_id()
    await billing.consume(
        user_changed(colleague, victim.environment, role="basic"),
        user_changed(stranger, victim.environment, status="blocked"),
        key_issued(key, victim.environment, user=victim.administrator, status="revoked"),
    )
    revoked = bearer(sub=victim.administrator, env=victim.environment, azp=key)
    values: dict[str, Any] = {
        "topUpId": order["id"],
        "paymentId": str(payment),
        "plan": "basic",
        "amount": "50.00",
        "method": "ideal",
    }
    form = ("application/x-www-form-urlencoded", b"id=tr_unknown", frozenset[str]())
    return Stage(
        service="billing",
        http=billing.http,
        app=billing.http._transport.app,  # type: ignore[attr-defined]
        samples=Samples(values=values, bodies={"POST /billing/v1/webhooks/mollie": form}),
        callers=Callers(
            strangers={
                **worthless(sub=victim.administrator, env=victim.environment),
                "revoked key": revoked,
                "a blocked user": bearer(sub=stranger, env=victim.environment),
            },
            odd=odd(sub=victim.administrator, env=victim.environment),
            foreigners={
                "a foreign administrator": outsider.token,
                "a foreigner who names the victim's environment": bearer(
                    sub=outsider.administrator, env=victim.environment
                ),
            },
            basic=bearer(sub=colleague, env=victim.environment),
            rightful=victim.token,
            operator=victim.token,
        ),
        policy=POLICY,
        marks=(order["id"], str(payment), "4321.00"),
    )
