"""What identity does by itself every hour: forget what has served its time."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.clock import Clock

from identity.application.drop_stale_addresses import drop_stale_addresses
from identity.application.ports import UnitOfWork


class Housekeeping(Protocol):
    async def prune(self, *, now: datetime) -> None: ...
    async def list_stale_addresses(self, *, now: datetime) -> list[tuple[UUID, str]]:
        """Return addresses that were never verified and whose link has expired, with their users."""
        ...


async def keep_house(*, store: Housekeeping, uow: UnitOfWork, clock: Clock) -> None:
    now = clock.now()
    await store.prune(now=now)
    await drop_stale_addresses(await store.list_stale_addresses(now=now), uow=uow)
