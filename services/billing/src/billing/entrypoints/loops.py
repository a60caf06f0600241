"""What billing's worker does by the clock. A loop survives the database being away; nothing is lost by waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from shared.database.failures import DATABASE_DOWN
from shared.runtime.service import Loop

from billing.application.app import Application

_log = structlog.get_logger(__name__)
_PRICE_LIST_SECONDS = 5.0


def build_loops(application: Application) -> Sequence[Loop]:
    return [
        _every(_PRICE_LIST_SECONDS, application.publish_price_lists, name="publish_price_lists"),
        _every(application.schedule.reconcile_seconds, application.reconcile_payments, name="reconcile_payments"),
    ]


def _every(seconds: float, act: Callable[[], Awaitable[int]], *, name: str) -> Loop:
    async def loop() -> None:
        while True:
            try:
                done = await act()
                if done:
                    _log.info(name, count=done)
            except DATABASE_DOWN as error:
                _log.warning("loop_waits_for_database", loop=name, error=repr(error))
            await asyncio.sleep(seconds)

    return loop
