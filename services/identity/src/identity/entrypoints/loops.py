"""What a worker of identity does by the clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from shared.database.failures import is_transient

from identity.application.app import Application

_log = structlog.get_logger(__name__)
_EVERY = 3600.0


def build_loops(application: Application) -> Sequence[Callable[[], Awaitable[None]]]:
    async def keep_house() -> None:
        """Keep house every hour until cancelled; what fails because the database is away is done an hour later."""
        while True:
            try:
                await application.keep_house()
            except Exception as error:
                if not is_transient(error):
                    raise
                _log.warning("housekeeping_postponed", error=repr(error))
            await asyncio.sleep(_EVERY)

    return [keep_house]
