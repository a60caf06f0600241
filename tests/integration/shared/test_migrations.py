"""Migrations: one runner at a time, all of a revision or nothing, the same kit tables everywhere."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from koerier.servers.databases import ServiceDatabase
from shared.database.migrations import migrate
from support.postgres import TestDatabases

ENVIRONMENT = """
from alembic import context
from shared.database.migrations import run_environment

run_environment(context)
"""
FIRST = """
from alembic import op
from shared.database.migrations import create_messaging_tables

revision, down_revision = "0001", None

def upgrade():
    create_messaging_tables(op)
    op.execute("select pg_sleep(0.2)")
"""
SECOND = """
from alembic import op

revision, down_revision = "0002", "0001"

def upgrade():
    op.execute("create table things (id integer primary key)")
    op.execute({statement!r})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENVIRONMENT)
    (tmp_path / "versions" / "0001_messaging.py").write_text(FIRST)
    return tmp_path


@pytest.fixture
def blank(databases: TestDatabases) -> Iterator[ServiceDatabase]:
    made = databases.create("blank", nothing)
    yield made
    databases.drop(made)


def nothing(_dsn: str) -> None:
    """Leave the database as it is."""


async def tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}


KIT = {"outbox", "inbox", "dead_letters", "idempotency_keys", "jobs", "consumer_progress", "alembic_version"}


async def test_two_runners_at_once_migrate_once(folder: Path, blank: ServiceDatabase):
    run: Callable[[], None] = lambda: migrate(blank.owner_dsn, folder)  # noqa: E731
    await asyncio.gather(*(asyncio.to_thread(run) for _ in range(3)))
    assert await tables(blank.app_dsn) == KIT


async def test_the_application_role_may_use_the_kits_tables_and_change_none(folder: Path, blank: ServiceDatabase):
    await asyncio.to_thread(migrate, blank.owner_dsn, folder)
    connection = await asyncpg.connect(blank.app_dsn)
    try:
        await connection.execute("insert into inbox (consumer, event_id) values ('x', gen_random_uuid())")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("drop table inbox")
    finally:
        await connection.close()


async def test_a_revision_that_fails_leaves_nothing_and_the_repaired_one_runs(folder: Path, blank: ServiceDatabase):
    second = folder / "versions" / "0002_things.py"
    second.write_text(SECOND.format(statement="select nothing from nowhere"))
    with pytest.raises(Exception, match="nowhere"):
        await asyncio.to_thread(migrate, blank.owner_dsn, folder)
    assert "things" not in await tables(blank.app_dsn)
    second.write_text(SECOND.format(statement="select 1"))
    await asyncio.to_thread(migrate, blank.owner_dsn, folder)
    assert await tables(blank.app_dsn) == KIT | {"things"}
    with psycopg.connect(blank.owner_dsn) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [("0002",)]
