"""One trace goes with a document from the request that sends it through all four services to the webhook and the mail.

The services run in this process, each on its own database. What passes between them passes as in production: events
through the outbox, the relay and Kafka's headers, work through jobs' headers. Nothing hands a context on by itself.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from billing.application.correct_credit import CorrectCredit
from documents.adapters.webhooks.sender import AiohttpHookSender, open_guarded_session
from documents.entrypoints.kafka.consumers import build_consumers
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shared.messaging.relay import relay_batch
from support.billing import Billing, migrate_billing, running_billing
from support.billing_facts import environment_created
from support.documents import World, migrate_documents, running_documents
from support.documents_facts import invoice
from support.documents_hooks import put
from support.events import Record, RecordingBroker
from support.identity import Identity, migrate_identity, new_domain, running_identity
from support.mollie import FakeMollie
from support.organizations import World as Organizations
from support.organizations import migrate as migrate_organizations
from support.organizations import open_world
from support.postgres import CreateDatabase
from support.spans import CALLER, TRACE, TRACEPARENT, recorded_spans, spans_of

SMALL_CREDIT = 100_000
"""A tenth of a euro: less than an invoice costs, so that sending one empties the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Four services, and a Kafka between them that a test turns by hand."""

    documents: World
    billing: Billing
    organizations: Organizations
    identity: Identity
    calls: list[dict[str, str]]

    async def turn(self) -> int:
        """Move what waits in every outbox to whoever consumes it; return how many events moved."""
        moved = 0
        for pool in (self.documents.pool, self.billing.pool, self.organizations.pool, self.identity.pool):
            broker = RecordingBroker()
            async with pool.acquire() as connection:
                moved += await relay_batch(connection, broker.send)
            for sent in broker.sent:
                headers = [(name, text.encode()) for name, text in sent.headers.items()]
                await self._deliver(
                    Record(topic=sent.topic, key=sent.key.encode(), value=sent.payload, headers=headers)
                )
        return moved

    async def _deliver(self, record: Record) -> None:
        own = {consumer.topic.name: consumer for consumer in build_consumers(self.documents.application)}
        for consumers in (own, self.billing.consumers, self.organizations.consumers, self.identity.consumers):
            consumer: Any = consumers.get(record.topic)
            if consumer is not None:
                await consumer.apply([record])

    async def settle(self) -> None:
        """Go on until nobody has anything to do."""
        await self.documents.work()
        while await self.turn():
            await self.documents.work()
            await self.identity.run_jobs()


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    with recorded_spans() as exporter:
        yield exporter


@pytest.fixture
async def target() -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    """Yield the address of a hook's target, and the headers of the calls that it got."""
    calls: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        calls.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response()

    app = web.Application()
    app.router.add_post("/in", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/in", calls
    await runner.cleanup()


@pytest.fixture
async def platform(
    create_database: CreateDatabase, target: tuple[str, list[dict[str, str]]]
) -> AsyncIterator[Platform]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        documents = await enter(running_documents(create_database("documents", migrate_documents).app_dsn))
        session = await enter(open_guarded_session(allow_private=True, timeout_seconds=5))
        documents.targets.through = AiohttpHookSender(session, allow_private=True).post
        billing = create_database("billing", migrate_billing).app_dsn
        yield Platform(
            documents=documents,
            billing=await enter(running_billing(billing, FakeMollie().transport)),
            organizations=await enter(open_world(create_database("organizations", migrate_organizations).app_dsn)),
            identity=await enter(running_identity(create_database("identity", migrate_identity).app_dsn)),
            calls=target[1],
        )


async def _give_credit(platform: Platform, environment: UUID) -> None:
    await platform.billing.consume(environment_created(environment))
    credit = CorrectCredit(environment_id=environment, amount_micros=SMALL_CREDIT, reason="for the test")
    await platform.billing.application.correct_credit(credit)


@pytest.mark.requirement("R5.15")
async def test_one_trace_leads_from_the_request_through_every_service_to_the_webhook(
    platform: Platform, spans: InMemorySpanExporter, target: tuple[str, list[dict[str, str]]]
) -> None:
    owner = await platform.identity.join(f"piet@{new_domain()}")
    await _give_credit(platform, owner.environment_id)
    supplier = await platform.documents.company(environment=owner.environment_id)
    buyer = await platform.documents.company(receiving=True)
    await put(platform.documents, supplier, action=f"{target[0]}#secret", topics=["InvoiceSent"])
    await platform.settle()

    sent = await platform.documents.send(supplier, invoice(supplier, buyer), headers=TRACEPARENT)
    assert sent.status_code == 200, sent.text
    await asyncio.wait_for(platform.settle(), 30)

    ours = spans_of(spans)
    names = Counter(span.name for span in ours)
    assert names["POST /api/v1/{partyId}/salesInvoice/send"] == 1
    assert names["job validate"] == 1
    assert names["job deliver_hook"] == names["call hook"] == 1
    assert names["consume documents.service-rendered.v1"] == 2, "billing charges the sender and the receiver"
    assert names["consume billing.balance-depleted.v1"] == 3, "documents, organizations and identity hear of it"
    assert names["job send_mail"] == 1
    known = {span.context.span_id for span in ours} | {int(CALLER, 16)}
    assert [span.name for span in ours if span.parent is None or span.parent.span_id not in known] == []


async def test_the_webhook_carries_the_trace_to_the_customers_system(
    platform: Platform, spans: InMemorySpanExporter, target: tuple[str, list[dict[str, str]]]
) -> None:
    supplier, buyer = await platform.documents.company(), await platform.documents.company(receiving=True)
    await put(platform.documents, supplier, action=f"{target[0]}#secret", topics=["InvoiceSent"])

    await platform.documents.send(supplier, invoice(supplier, buyer), headers=TRACEPARENT)
    await asyncio.wait_for(platform.settle(), 30)

    (call,) = platform.calls
    (hook_span,) = [span for span in spans_of(spans) if span.name == "call hook"]
    assert call["traceparent"] == f"00-{TRACE}-{hook_span.context.span_id:016x}-01"
