"""What a service's database roles cannot do, tried on the server: the last line when the code above it is wrong."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from koerier.servers.databases import ServiceDatabase, with_database
from support.billing import migrate_billing
from support.documents import migrate_documents
from support.identity import migrate_identity
from support.organizations import migrate as migrate_organizations
from support.postgres import CreateDatabase

MIGRATIONS = {
    "identity": migrate_identity,
    "organizations": migrate_organizations,
    "documents": migrate_documents,
    "billing": migrate_billing,
}
SERVICES = sorted(MIGRATIONS)
DEFINITIONS = [
    "create table planted (id int)",
    "create schema planted",
    "create function planted() returns int language sql as 'select 1'",
    "create extension postgres_fdw",
    "alter table outbox add column planted int",
    "alter table outbox disable trigger all",
    "alter table outbox owner to current_user",
    "drop table outbox",
    "truncate outbox",
    "create index planted on outbox (topic)",
    "create trigger planted before insert on outbox for each row execute function planted()",
]
SERVER = [
    "create role planted",
    "create database planted",
    "alter role current_user superuser",
    "alter system set log_statement = 'all'",
    "set session_replication_role = replica",
    "set session authorization pg_monitor",
    "copy outbox to program 'cat'",
    "copy outbox from '/etc/passwd'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select pg_reload_conf()",
    "select rolpassword from pg_authid",
]
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedObjectError, asyncpg.UndefinedFunctionError)


@pytest.fixture(scope="module")
def databases(create_database: CreateDatabase) -> Mapping[str, ServiceDatabase]:
    return {service: create_database(service, MIGRATIONS[service]) for service in SERVICES}


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def _allowed(connection: Any, statements: list[str]) -> list[str]:
    """Return the statements that were not refused for want of rights; nothing that they do stays."""
    found = []
    for statement in statements:
        try:
            await connection.execute(statement)
        except REFUSED:
            continue
        except asyncpg.PostgresError as error:
            found.append(f"{statement}: {error!r}")
        else:
            found.append(statement)
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_the_application_changes_no_definition_and_nothing_of_the_server(
    databases: Mapping[str, ServiceDatabase], service: str
) -> None:
    async with connected(databases[service].app_dsn) as connection:
        assert await _allowed(connection, DEFINITIONS + SERVER) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_the_owner_of_the_tables_is_no_master_of_the_server(
    databases: Mapping[str, ServiceDatabase], service: str
) -> None:
    async with connected(databases[service].owner_dsn) as connection:
        assert await _allowed(connection, SERVER) == []


async def test_what_a_role_may_do_is_not_called_refused(databases: Mapping[str, ServiceDatabase]) -> None:
    """The check above must be able to fail."""
    async with connected(databases["identity"].owner_dsn) as connection:
        assert await _allowed(connection, ["create table planted (id int)"]) == ["create table planted (id int)"]
        await connection.execute("drop table planted")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", ["app_dsn", "owner_dsn"])
async def test_no_role_connects_to_the_database_of_another_service(
    databases: Mapping[str, ServiceDatabase], service: str, role: str
) -> None:
    dsn: str = getattr(databases[service], role)
    for other, database in databases.items():
        if other != service:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(with_database(dsn, database.name))


@pytest.mark.parametrize("service", SERVICES)
async def test_the_roles_have_no_attribute_and_belong_to_nobody(
    databases: Mapping[str, ServiceDatabase], service: str
) -> None:
    for dsn in (databases[service].app_dsn, databases[service].owner_dsn):
        async with connected(dsn) as connection:
            row = await connection.fetchrow(
                "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as powerful,"
                " exists (select from pg_auth_members where member = pg_roles.oid) as belongs"
                " from pg_roles where rolname = current_user"
            )
            assert (row["powerful"], row["belongs"]) == (False, False)


@pytest.mark.parametrize("service", SERVICES)
async def test_the_application_owns_nothing_and_runs_nobody_elses_rights(
    databases: Mapping[str, ServiceDatabase], service: str
) -> None:
    async with connected(databases[service].app_dsn) as connection:
        owned = await connection.fetch("select relname from pg_class where relowner = current_user::regrole")
        definers = await connection.fetch(
            "select p.oid::regprocedure::text as name, p.proconfig from pg_proc as p"
            " join pg_namespace as n on n.oid = p.pronamespace and n.nspname = 'public' where p.prosecdef"
        )
        assert [row["relname"] for row in owned] == []
        unfixed = [row["name"] for row in definers if not any("search_path" in line for line in row["proconfig"] or ())]
        assert unfixed == []


FINAL = {
    "billing": ("ledger_transactions", "ledger_entries"),
    "organizations": ("audit_entries",),
}
TABLES = [(service, table) for service, tables in FINAL.items() for table in tables]


@pytest.mark.requirement("RA1.1")
@pytest.mark.parametrize(("service", "table"), TABLES)
@pytest.mark.parametrize("role", ["app_dsn", "owner_dsn"])
async def test_what_is_written_for_good_is_changed_by_nobody(
    databases: Mapping[str, ServiceDatabase], service: str, table: str, role: str
) -> None:
    """Also in an empty table: the refusal is of the statement, not of a row."""
    column = "account" if table == "ledger_entries" else "reason"
    statements = [f"update {table} set {column} = 'x'", f"delete from {table}", f"truncate {table} cascade"]  # noqa: S608 - our own list
    async with connected(getattr(databases[service], role)) as connection:
        for statement in statements:
            with pytest.raises(asyncpg.PostgresError, match=r"never changed|append-only|permission denied"):
                await connection.execute(statement)


@pytest.mark.requirement("RA1.1")
async def test_the_application_has_not_even_the_right_to_change_the_ledger(
    databases: Mapping[str, ServiceDatabase],
) -> None:
    async with connected(databases["billing"].app_dsn) as connection:
        for table in FINAL["billing"]:
            rights = {
                right: await connection.fetchval("select has_table_privilege($1, $2)", table, right)
                for right in ("select", "insert", "update", "delete", "truncate", "trigger")
            }
            assert {right for right, has in rights.items() if has} == {"select", "insert"}
