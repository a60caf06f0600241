"""Documents as a stage: sent and received documents and hooks of a victim, and who should not get at them."""

from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from shared.ids import new_id

from support.access.judging import Callers, Policy, Stage
from support.access.operations import Samples
from support.access.tokens import odd, worthless
from support.documents import INBOUND_TOKEN, World
from support.documents_facts import Company, invoice, key_fact, user_fact
from support.documents_hooks import put
from support.documents_messages import envelope
from support.tokens import bearer

_NETWORK = "who can be reached is public: the Peppol directory says it to everybody"
_ADVICE = "says what the rules say about the caller's own text; nothing of it is kept"
POLICY = Policy(
    public={"GET /api/v1/peppol/deliveryOption": _NETWORK},
    basic_may={
        "GET /api/v1/queryRecipientParty": _NETWORK,
        "POST /api/v1/generic/validate": _ADVICE,
        "POST /documents/v1/validations": _ADVICE,
        "GET /documents/v1/documents": "one's own organizations' documents: here none",
    },
    harmless={
        "identifier": _NETWORK,
        "partyIds": _NETWORK,
        **dict.fromkeys(("action", "topics", "content", "receiverId"), "chosen by the caller"),
    },
    unlisted={
        "GET /health/live": "for the supervisor; the gateway does not pass it on",
        "GET /health/ready": "for the supervisor; the gateway does not pass it on",
        "GET /metrics": "for Prometheus; the gateway does not pass it on",
        "GET /documents/v1/openapi.json": "the document itself",
    },
)
XML = "application/xml"


async def documents_stage(world: World, *, app: FastAPI | None = None) -> Stage:
    """Return the stage on the application, or on another one with the same service behind it."""
    world.rules.here = True
    victim = await world.company(receiving=True)
    sender = await world.company()
    outsider = await world.company(receiving=True)
    colleague = new_id()
    await world.learn(user_fact(colleague, victim.environment))
    revoked = replace(victim, key=new_id())
    await world.learn(key_fact(revoked, status="revoked"))
    sent, received = await _documents(world, victim, sender)
    hook = await put(world, victim, name="Verborgen haak", environment=False)
    everywhere = await put(world, victim, name="Verborgen haak", environment=True)
    return Stage(
        service="documents",
        http=world.http,
        app=app or world.http._transport.app,  # type: ignore[attr-defined]
        samples=_samples(victim, outsider, {"sent": sent, "received": received, "hook": hook, "all": everywhere}),
        callers=_callers(victim, outsider, revoked, colleague),
        policy=POLICY,
        marks=(sent, received, hook["id"], everywhere["id"], "Verborgen haak", "VERBORGEN-1", "VERBORGEN-2"),
    )


def _callers(victim: Company, outsider: Company, revoked: Company, colleague: Any) -> Callers:
    token = {"Authorization": f"Bearer {INBOUND_TOKEN}"}
    return Callers(
        strangers={**worthless(sub=victim.administrator, env=victim.environment), "revoked key": revoked.by_key},
        odd=odd(sub=victim.administrator, env=victim.environment),
        foreigners={
            "a foreign administrator": outsider.by_person,
            "a foreign key": outsider.by_key,
            "the access point": token,
            "a foreigner who names the victim's environment": bearer(
                sub=outsider.administrator, env=victim.environment
            ),
            "a foreign key that names the victim's environment": bearer(
                sub=outsider.administrator, env=victim.environment, azp=outsider.key
            ),
        },
        basic=bearer(sub=colleague, env=victim.environment),
        rightful=victim.by_person,
        operator=victim.by_person,
        rightful_for={"POST /documents/v1/access-point/inbound": token},
    )


async def _documents(world: World, victim: Company, sender: Company) -> tuple[str, str]:
    """Let the victim send one document and receive one; return the ids by which they are asked for."""
    answer = await world.send(victim, invoice(victim, sender, id="VERBORGEN-1"))
    await world.send(sender, invoice(sender, victim, id="VERBORGEN-2"))
    await world.work()
    (received,) = await world.inbox(victim)
    return str(answer.json()["id"]), str(received["id"])


def _samples(victim: Company, outsider: Company, made: dict[str, Any]) -> Samples:
    content = invoice(victim, outsider)
    party = frozenset({"partyId"})
    purchase = {"documentId": made["received"]}
    upload = (XML, content, frozenset[str]())
    prefix = "/api/v1/{partyId}/purchaseInvoice/{documentId}"
    return Samples(
        values={
            "partyId": victim.party,
            "documentId": made["sent"],
            "hookId": made["hook"]["id"],
            "identifier": outsider.party,
            "partyIds": outsider.party,
            "action": "https://hooks.example.test/in#geheim",
            "topics": ["InvoiceReceived"],
        },
        special={
            f"GET {prefix}/download": purchase,
            f"GET {prefix}/status": purchase,
            f"DELETE {prefix}": purchase,
            "DELETE /api/v1/hook/{hookId}": {"hookId": made["all"]["id"]},
        },
        bodies={
            "POST /api/v1/{partyId}/salesInvoice/send": (XML, content, party),
            "POST /api/v1/{partyId}/salesInvoice/queryRecipientParty": (
                "application/json",
                f'["{outsider.party}"]'.encode(),
                party,
            ),
            "POST /api/v1/generic/validate": upload,
            "POST /documents/v1/validations": upload,
            "POST /documents/v1/access-point/inbound": (
                XML,
                envelope(invoice(outsider, victim), victim.party),
                frozenset({"the network's documents"}),
            ),
        },
    )
