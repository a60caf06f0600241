"""What happens in the small world: two companies, a key, two invoices, their charges, calls and readers."""

from datetime import date
from typing import Any
from uuid import UUID

from billing.domain.ledger import RenderedService, charge, purchase

from chaos.evidence import Evidence, Read, Row
from chaos.operations.hooks import STEADY
from chaos.small_world import (
    AT,
    BUYER,
    CALLERS_ID,
    CREDIT,
    EXCHANGE,
    KEY,
    PAYMENT,
    PRICES,
    RECEIVED,
    REFUSED,
    REFUSED_CALLERS_ID,
    SENT,
    SUPPLIER,
    TOP_UP,
    SmallWorld,
    an_id,
)


def small_evidence() -> Evidence:
    world = SmallWorld()
    for environment in (SUPPLIER, BUYER):
        _environment(world, environment)
    _key(world)
    _documents(world)
    _money(world)
    _hooks(world)
    _reads(world)
    return world.evidence


def _environment(world: SmallWorld, environment: UUID) -> None:
    user, organization, membership = (an_id(f"{what} of {environment}") for what in ("user", "organization", "member"))
    person = {"environment_id": environment, "role": "administrator", "status": "active"}
    names = {"first_name": "Kwik", "last_name": "Bakker"}
    member = {"organization_id": organization, "user_id": user, "level": "administrator", "status": "active"}
    tenant = {"parent_id": None, "mode": "live", "kind": "customer"}
    world.add("identity.environments", id=environment, version=1, **tenant)
    world.add("organizations.environments", id=environment, sequence=1, **tenant)
    world.add("billing.environments", id=environment, parent_id=None, version=1)
    world.commit("identity.environments", "identity.environment-created.v1", environment, 1, _state(tenant))
    world.add("identity.users", id=user, version=1, **person)
    world.add("identity.user_addresses", user_id=user, address=f"{user}@x.example")
    world.add("organizations.users", id=user, sequence=1, **person, **names)
    world.add("documents.users", id=user, sequence=1, **person)
    world.add("billing.users", id=user, version=1, **person)
    world.commit("identity.users", "identity.user-registered.v1", user, 1, _state(person | names))
    _organization(world, environment, organization)
    for table, version in (("organizations", "version"), ("documents", "sequence")):
        world.add(f"{table}.memberships", id=membership, environment_id=environment, **member, **{version: 1})
    world.add("identity.memberships", id=membership, environment_id=environment, sequence=1, **member)
    value = _state(member | {"environment_id": environment})
    world.commit("organizations.memberships", "organizations.member-added.v1", membership, 1, value)


def _organization(world: SmallWorld, environment: UUID, organization: UUID) -> None:
    number = "68750110" if environment == SUPPLIER else "68727720"
    kept = {"environment_id": environment, "mode": "live", "status": "active"}
    identifier = {"scheme": "0106", "value": number, "primary": True, "status": "registered", "sending": True}
    state = kept | {
        "id": organization,
        "name": "Test",
        "address": {"country": "NL"},
        "source": "register",
        "identifiers": [identifier | {"receiving": environment == BUYER}],
        "document_types": ["busdox-docid-qns::invoice"],
    }
    world.add("organizations.organizations", id=organization, version=1, **kept)
    world.add("identity.organizations", id=organization, name="Test", sequence=1, **kept)
    world.add("documents.organizations", id=organization, document_types=["invoice"], sequence=1, **kept)
    party = f"0106:{number}"
    world.add("documents.parties", organization_id=organization, party=party, receiving=environment == BUYER)
    world.commit("organizations.organizations", "organizations.receive-enabled.v1", organization, 1, _state(state))


def _key(world: SmallWorld) -> None:
    key = {
        "environment_id": SUPPLIER,
        "organization_id": an_id(f"organization of {SUPPLIER}"),
        "created_by": an_id(f"user of {SUPPLIER}"),
        "mode": "live",
        "status": "revoked",
    }
    for service, version in (("identity", "version"), ("billing", "version"), ("organizations", "sequence")):
        world.add(f"{service}.connection_keys", id=KEY, **key, **{version: 2})
    world.add("documents.connection_keys", id=KEY, sequence=2, **key)
    issued = _state(key | {"status": "active"})
    world.commit("identity.connection-keys", "identity.connection-key-issued.v1", KEY, 1, issued)
    world.commit("identity.connection-keys", "identity.connection-key-revoked.v1", KEY, 2, _state(key))
    world.ask("issue", 201, {"id": str(KEY)})
    world.ask("revoke", 200, {}, register=f"key/{KEY}", value="revoked")


def _documents(world: SmallWorld) -> None:
    sent = {
        "direction": "outbound",
        "environment_id": SUPPLIER,
        "caller_document_id": CALLERS_ID,
        "exchange_id": EXCHANGE,
    }
    received = {"direction": "inbound", "environment_id": BUYER, "caller_document_id": None, "exchange_id": EXCHANGE}
    refused = sent | {"caller_document_id": REFUSED_CALLERS_ID, "exchange_id": an_id("refused exchange")}
    _document(world, SENT, "delivered", sent, path=("accepted", "validated", "routed", "delivered"), channel="platform")
    _document(world, RECEIVED, "downloaded", received, path=("received", "available", "downloaded"), channel="platform")
    _document(world, REFUSED, "rejected", refused, path=("accepted", "rejected"), channel=None)
    facts = {"environment": str(SUPPLIER), "sha256": b"\x01".hex()}
    world.ask("send", 200, {"id": str(CALLERS_ID)}, document=str(CALLERS_ID), expect="delivered", **facts)
    world.ask("send", 409, {}, document=str(CALLERS_ID), expect="delivered", **facts)
    world.ask("send", 200, {}, document=str(REFUSED_CALLERS_ID), expect="rejected", **facts)
    world.ask("send", 400, {}, document=str(an_id("never taken")), expect="rejected", **facts)
    world.ask("status", 200, [], document=str(CALLERS_ID), environment=str(SUPPLIER))
    world.ask("download", 200, {"sha256": b"\x01".hex()}, document=str(RECEIVED))
    world.add("documents.contents", expires_on=date(2033, 12, 1), sha256=b"\x01")


def _document(
    world: SmallWorld, document_id: UUID, state: str, columns: Row, *, path: tuple[str, ...], channel: str | None
) -> None:
    world.add(
        "documents.documents",
        id=document_id,
        state=state,
        delivery_channel=channel,
        organization_id=an_id(f"organization of {columns['environment_id']}"),
        billable=columns["direction"] == "outbound",
        sha256=b"\x01",
        content_expires_on=date(2033, 12, 1),
        message_id=None,
        original_id=None,
        reason=None,
        detail=None,
        sender="0106:68750110",
        receiver="0106:68727720",
        issue_date="2026-11-02",
        number="2026-1",
        **columns,
    )
    for sequence, step in enumerate(path, start=1):
        world.add("documents.timeline", document_id=document_id, sequence=sequence, status=step)
        kind = f"documents.document-{step}.v1"
        world.commit(
            "documents.documents", kind, document_id, sequence, {"document": {"document_id": str(document_id)}}
        )


def _money(world: SmallWorld) -> None:
    order = {"id": TOP_UP, "environment_id": SUPPLIER, "credit_micros": CREDIT}
    world.add("billing.top_ups", **order)
    world.ask("top-up", 202, {"id": str(TOP_UP)}, key="k", amount="50.00", environment=str(SUPPLIER))
    payment = {"environment_id": SUPPLIER, "reference_id": TOP_UP, "status": "paid", "provider_id": "tr_1"}
    world.add("billing.payments", id=PAYMENT, **payment)
    world.evidence.payments = [{"id": "tr_1", "status": "paid"}, {"id": "tr_2", "status": "open"}]
    world.book(SUPPLIER, purchase(top_up_id=TOP_UP, credit_micros=CREDIT, vat_micros=0, paid_at=AT), "purchase")
    for environment, document, service in ((SUPPLIER, SENT, "send_einvoice"), (BUYER, RECEIVED, "receive_einvoice")):
        rendered = RenderedService(
            environment_id=environment,
            organization_id=an_id(f"organization of {environment}"),
            document_id=document,
            service=service,
            rendered_at=AT,
        )
        world.book(environment, charge(rendered, price_micros=PRICES[service]), service)
        value = {"document_id": str(document), "service": service}
        world.commit("documents.usage", "documents.service-rendered.v1", document, 4, value)
    balances = {SUPPLIER: CREDIT - PRICES["send_einvoice"], BUYER: -PRICES["receive_einvoice"]}
    for environment, balance in balances.items():
        state = {"plan": "basic", "depleted": balance <= 0, "environment_id": environment}
        world.add("billing.accounts", environment_id=environment, plan="basic", balance_micros=balance, version=1)
        for service in ("documents", "organizations"):
            world.add(f"{service}.accounts", sequence=1, **state)
        world.commit("billing.accounts", "billing.subscription-changed.v1", environment, 1, _state(state))
    world.ask("plan", 200, {}, register=f"plan/{SUPPLIER}", value="basic")


def _hooks(world: SmallWorld) -> None:
    calls = (
        (SUPPLIER, SENT, "InvoiceSent"),
        (BUYER, RECEIVED, "InvoiceReceived"),
        (SUPPLIER, REFUSED, "InvoiceSentError"),
    )
    for environment in (SUPPLIER, BUYER):
        organization = an_id(f"organization of {environment}")
        world.add(
            "documents.hooks",
            id=an_id(f"hook of {environment}"),
            public_id=STEADY,
            environment_id=environment,
            organization_id=organization,
            url="http://x",
            topics=["*"],
        )
    for environment, about, topic in calls:
        _call(world, an_id(f"hook of {environment}"), about, topic)
    _call(world, an_id(f"hook of {SUPPLIER}"), SENT, "InvoiceSentRetry", before=True)


def _call(world: SmallWorld, hook: UUID, about: UUID, topic: str, *, before: bool = False) -> None:
    delivery = UUID(int=an_id(f"call {about} {topic}").int >> (8 if before else 0) | (0 if before else 1 << 127))
    world.add("documents.hook_deliveries", id=delivery, hook_id=hook, about=about, topic=topic, state="delivered")
    world.add("documents.hook_attempts", delivery_id=delivery, attempt=1, status=200, error=None)
    kind, value = "documents.hook-delivered.v1", {"delivery_id": str(delivery)}
    world.commit("documents.hooks", kind, delivery, 1, value)
    at = 1.0 if before else 2.0 + len(world.evidence.calls)
    world.evidence.calls.append(
        {"at": at, "message": f"msg_{delivery.hex}", "behaviour": "ok", "stored": True, "receiver": "x", "body": {}}
    )
    world.evidence.calls.sort(key=lambda call: float(call["at"]))


def _reads(world: SmallWorld) -> None:
    for name, environment, document in (("supplier", SUPPLIER, SENT), ("buyer", BUYER, RECEIVED)):
        body = {"items": [{"id": str(document), "exchangeId": str(EXCHANGE)}]}
        world.evidence.reads += [
            Read(reader=name, environment=environment, path="/documents/v1/documents", status=200, body=body),
            Read(reader=name, environment=environment, path=f"/documents/v1/documents/{REFUSED}", status=404, body={}),
        ]
    revoked = Read(reader="revoked key", environment=UUID(int=0), path="/api/v1/me", status=401, body={})
    world.evidence.reads.append(revoked)


def _state(columns: dict[str, Any]) -> dict[str, Any]:
    return {"state": {name: str(value) if isinstance(value, UUID) else value for name, value in columns.items()}}
