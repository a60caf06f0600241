"""What protects nothing any more is forgotten; what still does stays."""

from typing import Any

from shared.contracts import topics
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.runtime.pruning import prune
from support.kit import KitUnitOfWork


async def test_claims_live_as_long_as_their_topic_can_deliver_the_event(uow: KitUnitOfWork, pool: Any):
    consumers: list[EventConsumer[Any]] = [
        EventConsumer(service="kit", topic=topic, uow=uow)
        for topic in (topics.BILLING_PAYMENTS, topics.DOCUMENTS_USAGE, topics.IDENTITY_USERS)
    ]
    for consumer in consumers:
        for days in (1, 36, 38, 96, 98, 4000):
            await pool.execute(
                "insert into inbox (consumer, event_id, processed_at)"
                " values ($1, $2, now() - make_interval(days => $3))",
                consumer.group,
                new_id(),
                days,
            )
    await pool.execute("insert into inbox values ('somebody else', $1, now() - interval '10 years')", new_id())
    await prune(pool, consumers)
    rows = await pool.fetch(
        "select consumer, count(*), max(now() - processed_at) as oldest from inbox group by consumer order by consumer"
    )
    assert {row["consumer"]: (row["count"], row["oldest"].days) for row in rows} == {
        "kit.billing.payments": (2, 36),
        "kit.documents.usage": (4, 96),
        "kit.identity.users": (6, 4000),
        "somebody else": (1, rows[-1]["oldest"].days),
    }
