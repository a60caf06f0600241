"""Consumers for the tests of the kit: their handlers write one row of `effects` for each time that they ran."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from prometheus_client import REGISTRY
from shared.contracts import topics
from shared.contracts.billing import AccountState, PaymentFailed
from shared.contracts.event import Contract, Envelope
from shared.messaging.consumer import EventConsumer
from shared.messaging.transaction import Transaction

from support.kit import KitUnitOfWork

Handler = Callable[[Envelope[Any], Transaction], Awaitable[None]]


class AccountCarrier(Contract):
    """What a projection of accounts reads, whatever the event is."""

    state: AccountState


async def note(event: Envelope[Any], tx: Transaction) -> None:
    """Remember that the event was applied."""
    await tx.connection.execute(
        "insert into effects (event_id, subject, what) values ($1, $2, $3)", event.id, event.subject, event.type
    )


def fact_consumer(
    uow: KitUnitOfWork, handler: Handler = note, *, role: str | None = None
) -> EventConsumer[Transaction]:
    """Return a consumer of the payments that reacts to failed ones."""
    consumer = EventConsumer(service="kit", topic=topics.BILLING_PAYMENTS, uow=uow, role=role)
    consumer.on(PaymentFailed, handler)
    return consumer


def state_consumer(uow: KitUnitOfWork, handler: Handler = note) -> EventConsumer[Transaction]:
    """Return a consumer that projects the accounts."""
    consumer = EventConsumer(service="kit", topic=topics.BILLING_ACCOUNTS, uow=uow)
    consumer.project(AccountCarrier, handler)
    return consumer


async def effects(pool: asyncpg.Pool) -> list[str]:
    """Return the ids of the applied events in the order in which they were applied."""
    return [str(row["event_id"]) for row in await pool.fetch("select event_id from effects order by id")]


async def dead_letters(pool: asyncpg.Pool) -> list[asyncpg.Record]:
    return list(await pool.fetch("select * from dead_letters where resolved_at is null order by created_at, offset_"))


def counted(consumer: EventConsumer[Any], outcome: str) -> float:
    labels = {"consumer": consumer.group, "outcome": outcome}
    return REGISTRY.get_sample_value("platform_consumed_records_total", labels) or 0.0
