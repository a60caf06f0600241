"""One trace goes from the HTTP request through the database, Kafka's headers and the consumer to the job."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shared.contracts.billing import PaymentFailed
from shared.contracts.event import Envelope
from shared.contracts.topics import BILLING_PAYMENTS
from shared.http.app import HttpKit, create_app
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.messaging.job_runner import JobRunner
from shared.messaging.jobs import Job, JobKind
from shared.messaging.relay import relay_batch
from shared.messaging.transaction import Transaction
from support.events import Record, RecordingBroker, payment_failed
from support.kit import KitUnitOfWork
from support.spans import TRACEPARENT, recorded_spans, spans_of


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    with recorded_spans() as exporter:
        yield exporter


async def test_request_transaction_event_and_job_share_one_trace(
    uow: KitUnitOfWork, pool: Any, spans: InMemorySpanExporter
) -> None:
    jobs_done = asyncio.Event()
    await _request(uow)
    record = await _through_the_relay(pool)

    async def on_payment_failed(_: Envelope[PaymentFailed], tx: Transaction) -> None:
        tx.enqueue("tell", {})

    consumer = EventConsumer(service="kit", topic=BILLING_PAYMENTS, uow=uow)
    consumer.on(PaymentFailed, on_payment_failed)
    await consumer.apply([record])
    await _run_job(pool, jobs_done)

    names = [span.name for span in spans_of(spans)]
    assert names.count("transaction") >= 1
    for expected in ("POST /payments", "consume billing.payment-failed.v1", "job tell"):
        assert expected in names


async def _request(uow: KitUnitOfWork) -> None:
    router = APIRouter()

    @router.post("/payments")
    async def fail_payment() -> dict[str, str]:
        async with uow() as tx:
            tx.publish(payment_failed(), subject=new_id(), environment=new_id())
        return {}

    kit = HttpKit(service="kit", base_url="https://koerier.example")
    app = create_app(kit, title="Kit", description="A kit.", routers=[router], state={})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://kit") as client:
        answer = await client.post("/payments", headers=TRACEPARENT)
    assert answer.status_code == 200


async def _through_the_relay(pool: Any) -> Record:
    broker = RecordingBroker()
    async with pool.acquire() as connection:
        assert await relay_batch(connection, broker.send) == 1
    (sent,) = broker.sent
    headers = [(name, text.encode()) for name, text in sent.headers.items()]
    return Record(topic=sent.topic, key=sent.key.encode(), value=sent.payload, headers=headers)


async def _run_job(pool: Any, done: asyncio.Event) -> None:
    async def tell(_: Job) -> None:
        done.set()

    runner = JobRunner(pool, [JobKind(name="tell", run=tell)], service="kit")
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(5):
        await done.wait()
        while await pool.fetchval("select count(*) from jobs"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
