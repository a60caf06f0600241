"""The script that makes the databases in docker-compose.yml gives the rights that a laptop has."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from koerier.paths import find_layout
from koerier.servers.account import server_account
from koerier.servers.databases import SERVICES, provision_database, provision_roles, service_roles, with_database
from koerier.servers.postgres import binaries
from koerier.servers.throwaway import throwaway_postgres

SCRIPT = find_layout().root / "deploy" / "docker" / "postgres" / "databases.sh"
RIGHTS = """
select 'database ' || datname, pg_get_userbyid(datdba), datacl::text from pg_database
where datname = any(%(services)s)
union all
select 'role ' || rolname, concat(rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin), ''
from pg_roles where rolname ~ '_(owner|app)$' and rolname !~ '^pg_'
order by 1
"""
RIGHTS_INSIDE = """
select 'schema ' || nspname, '', nspacl::text from pg_namespace where nspname = 'public'
union all
select 'default ' || defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text from pg_default_acl
order by 1
"""


def _rights(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(RIGHTS, {"services": list(SERVICES)}).fetchall()
    for service in SERVICES:
        with psycopg.connect(with_database(dsn, service)) as connection:
            found += [(service, *row) for row in connection.execute(RIGHTS_INSIDE).fetchall()]
    return found


@pytest.fixture
def of_script(tmp_path: Path) -> Iterator[list[tuple[str, ...]]]:
    with throwaway_postgres(tmp_path) as server:
        address = urlsplit(server.dsn)
        subprocess.run(
            [str(SCRIPT)],
            env={
                "PATH": f"{binaries(find_layout(), server_account())}:{os.defpath}",
                "PGHOST": str(address.hostname),
                "PGPORT": str(address.port),
                "PGPASSWORD": server.password,
                "POSTGRES_USER": str(address.username),
                "SERVICE_PASSWORD": secrets.token_hex(8),
            },
            check=True,
        )
        yield _rights(server.dsn)


def test_script_gives_the_same_databases_roles_and_rights(of_script: list[tuple[str, ...]], tmp_path: Path) -> None:
    with throwaway_postgres(tmp_path / "laptop") as server:
        for service in SERVICES:
            roles = service_roles(service, owner_password="o", app_password="a")
            provision_roles(server.dsn, roles)
            provision_database(server.dsn, service, roles)
        assert of_script == _rights(server.dsn)
    assert len(of_script) == len(SERVICES) * 7
