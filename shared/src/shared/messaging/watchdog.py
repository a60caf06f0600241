"""Ends a worker whose Kafka client has died without a word, so that it is started again with a new one.

The client works in background tasks, and one that ends by an error it did not expect (aio-libs/aiokafka#1038 was such)
takes its consumer out of service while the process looks well. From outside that is a consumer that does not move, or
cannot be asked, although something waits for it and Kafka answers others.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import structlog

from shared.messaging.lag import Progress

_log = structlog.get_logger(__name__)


class ClientDiedError(Exception):
    """Consumers stand still although Kafka answers; the argument names their groups."""


async def watch_clients(
    progress: Sequence[Progress],
    kafka_answers: Callable[[Iterable[Any]], Awaitable[bool]],
    *,
    patience: float = 60.0,
    every: float = 5.0,
) -> None:
    """Raise `ClientDiedError` when consumers stand still for `patience` seconds, and Kafka answers for as long.

    It is asked about their very partitions: one without a leader keeps everybody waiting, and no restart helps. A
    client that Kafka left alone for a while gets that time to find it again by itself.
    """
    answers_since: float | None = None
    while True:
        await asyncio.sleep(every)
        now = time.monotonic()
        still = [each for each in progress if now - each.moved_at > patience]
        if not still or not await kafka_answers({partition for each in still for partition in each.partitions}):
            answers_since = None
            continue
        answers_since = now if answers_since is None else answers_since
        groups = [each.consumer.group for each in still]
        _log.warning("consumers_stand_still", groups=groups)
        if now - answers_since >= patience:
            raise ClientDiedError(", ".join(groups))
