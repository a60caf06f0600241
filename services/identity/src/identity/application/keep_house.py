"""What identity does by itself every hour: forget what has served its time."""

from datetime import datetime
from typing import Protocol

from shared.clock import Clock


class Housekeeping(Protocol):
    async def prune(self, *, now: datetime) -> None: ...


async def keep_house(*, store: Housekeeping, clock: Clock) -> None:
    await store.prune(now=clock.now())
