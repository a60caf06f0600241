"""The outbox: an event leaves with its transaction or not at all."""

import json
from typing import Any

import pytest
from shared.ids import new_id
from shared.messaging.outbox import MAX_BYTES, EventTooLarge
from support.events import balance_depleted, payment_failed
from support.kit import KitUnitOfWork


async def test_event_and_row_commit_together(uow: KitUnitOfWork, pool: Any):
    subject, environment = new_id(), new_id()
    async with uow() as tx:
        await tx.connection.execute("insert into things (id, number) values ($1, 1)", subject)
        event_id = tx.publish(balance_depleted(environment), subject=subject, environment=environment, sequence=7)
    assert await pool.fetchval("select count(*) from things") == 1
    row = await pool.fetchrow("select * from outbox")
    assert row["topic"] == "billing.accounts"
    assert row["key"] == str(subject)
    assert row["headers"]["ce_id"] == str(event_id)
    assert row["headers"]["ce_sequence"] == "7"
    assert row["headers"]["ce_environment"] == str(environment)
    assert json.loads(row["payload"])["state"]["environment_id"] == str(environment)


async def test_an_exception_rolls_back_row_event_and_job(uow: KitUnitOfWork, pool: Any):
    async def handle() -> None:
        async with uow() as tx:
            await tx.connection.execute("insert into things (id, number) values ($1, 1)", new_id())
            tx.publish(payment_failed(), subject=new_id(), environment=new_id())
            tx.enqueue("mail", {"to": "somebody"})
            await tx.flush()  # as if all of it was written already
            raise RuntimeError("changed my mind after all")

    with pytest.raises(RuntimeError, match="after all"):
        await handle()
    assert await pool.fetchval("select count(*) from things") == 0
    assert await pool.fetchval("select count(*) from outbox") == 0
    assert await pool.fetchval("select count(*) from jobs") == 0


async def test_an_event_that_could_never_leave_is_refused_with_all_that_came_with_it(uow: KitUnitOfWork, pool: Any):
    async def handle() -> None:
        async with uow() as tx:
            await tx.connection.execute("insert into things (id, number) values ($1, 1)", new_id())
            tx.publish(payment_failed(reason="x" * MAX_BYTES), subject=new_id(), environment=new_id())

    with pytest.raises(EventTooLarge, match=r"billing\.payment-failed\.v1"):
        await handle()
    assert await pool.fetchval("select count(*) from things") == 0


async def test_events_of_one_transaction_keep_their_order(uow: KitUnitOfWork, pool: Any):
    async with uow() as tx:
        ids = [tx.publish(payment_failed(), subject=new_id(), environment=new_id()) for _ in range(50)]
    rows = await pool.fetch("select headers from outbox order by id")
    assert [row["headers"]["ce_id"] for row in rows] == [str(event_id) for event_id in ids]


async def test_before_commit_may_still_publish(uow: KitUnitOfWork, pool: Any):
    async with uow() as tx:

        async def late() -> None:
            tx.publish(payment_failed(), subject=new_id(), environment=new_id())

        tx.before_commit.append(late)
    assert await pool.fetchval("select count(*) from outbox") == 1
