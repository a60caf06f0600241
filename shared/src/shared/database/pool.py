"""The connection pool: one per process, on the service's own database with the application role.

Connections leave no session state behind (locks are transactional, `set` is never used outside `set local`), therefore
the pool's reset round trip is skipped. `jsonb` columns read and write Python values.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from shared.settings import PostgresSettings

Pool = asyncpg.Pool
Connection = asyncpg.Connection


async def set_codecs(connection: Any) -> None:
    """Make `json` and `jsonb` columns read and write Python values on this connection."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _keep_session(_connection: Any) -> None:
    """Do nothing between uses, instead of asyncpg's RESET ALL."""


@asynccontextmanager
async def open_pool(settings: PostgresSettings, *, application_name: str) -> AsyncIterator[Any]:
    """Open the pool; it is closed gracefully, or cut after ten seconds."""
    pool = await asyncpg.create_pool(
        settings.dsn.get_secret_value(),
        min_size=settings.min_connections,
        max_size=settings.max_connections,
        command_timeout=settings.command_timeout,
        init=set_codecs,
        reset=_keep_session,
        server_settings={"application_name": application_name, "timezone": "UTC"},
    )
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(10):
                await pool.close()
        except TimeoutError:
            pool.terminate()
