"""A clock for a whole service: its own and PostgreSQL's `now()` move together, as far and as often as a test wants.

`now()` in the service's SQL is resolved through the search path. The database of the test gets a schema `virtual` in
front of PostgreSQL's own, with a `now()` that adds a shift: not a line of the service is different. Defaults of columns
keep the machine's time (they were bound when the table was made), and so does what has no expiry.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

_SCHEMA = """
create schema virtual;
create table virtual.shift (seconds float8 not null);
insert into virtual.shift values (0);
create function virtual.now() returns timestamptz language sql stable parallel safe as
    'select pg_catalog.now() + pg_catalog.make_interval(secs => (select seconds from virtual.shift))';
"""


def install(owner_dsn: str) -> None:
    """Let `now()` of the database be movable for whoever connects from here on."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(_SCHEMA)
        connection.execute("grant usage on schema virtual to public")
        connection.execute("grant select, update on virtual.shift to public")
        name = connection.execute("select current_database()").fetchone()
        assert name
        path = sql.SQL("alter database {} set search_path = virtual, pg_catalog, public")
        connection.execute(path.format(sql.Identifier(name[0])))


@dataclass(slots=True)
class VirtualTime:
    """Moves the database's time, and with `follow` the clock that the service was given."""

    pool: Any
    follow: Callable[[timedelta], None]
    passed: timedelta = field(default_factory=timedelta)

    async def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self.passed += span
        await self.pool.execute("update virtual.shift set seconds = $1", self.passed.total_seconds())
        self.follow(self.passed)

    async def to_next_job(self) -> timedelta | None:
        """Let time pass until the next job is due; return how long that took, None when no job is left."""
        wait = await self.pool.fetchval("select extract(epoch from min(next_attempt_at) - now())::float8 from jobs")
        if wait is None:
            return None
        span = timedelta(seconds=max(wait, 0.0) + 0.001)
        await self.advance(span)
        return span
