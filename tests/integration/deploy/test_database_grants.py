"""What a cluster's operator and grants.sql make of a server is what a laptop has, right by right."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from koerier.servers.account import server_account
from koerier.servers.databases import (
    SERVICES,
    Login,
    drop_database,
    drop_roles,
    provision_database,
    provision_roles,
    service_roles,
    with_login,
)
from koerier.servers.postgres import PostgresServer, binaries
from koerier.servers.throwaway import throwaway_postgres
from psycopg import sql
from support.deployment.cluster import named, of_kind, pod_of, variables_of
from support.deployment.database_rights import rights
from support.deployment.kustomize import Resource
from support.deployment.tools import LAYOUT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with throwaway_postgres(tmp_path_factory.mktemp("grants")) as running:
        yield running


def _as_on_a_laptop(dsn: str) -> list[tuple[str, ...]]:
    """Provision, read the rights, and take everything away again."""
    roles = {service: service_roles(service, owner_password="o", app_password="a") for service in SERVICES}
    for service in SERVICES:
        provision_roles(dsn, roles[service])
        provision_database(dsn, service, roles[service])
    found = rights(dsn)
    for service in SERVICES:
        drop_database(dsn, service)
        drop_roles(dsn, roles[service])
    return found


def _as_the_operator(dsn: str, resources: list[Resource], password: str) -> None:
    """Make the roles and databases that the resources describe."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for role in of_kind(resources, "Cluster")[0]["spec"]["managed"]["roles"]:
            words = [right if role[right] else f"no{right}" for right in _RIGHTS]
            statement = sql.SQL("create role {} " + " ".join(words) + " password {}")
            connection.execute(statement.format(sql.Identifier(role["name"]), sql.Literal(password)))
        for each in of_kind(resources, "Database"):
            names = (sql.Identifier(each["spec"][name]) for name in ("name", "owner"))
            connection.execute(sql.SQL("create database {} owner {}").format(*names))


_RIGHTS = ("login", "superuser", "createdb", "createrole", "replication")


def _run_grants(server: PostgresServer, container: dict[str, Any], resources: list[Resource], password: str) -> None:
    """Run what the migration's first container runs, as the same user."""
    told = variables_of(container, resources)
    assert {"PGHOST", "PGDATABASE", "PGUSER", "PGPASSWORD", "APPLICATION_ROLE"} <= told.keys()
    path = f"{binaries(LAYOUT, server_account())}:{os.defpath}"
    here = {
        "PATH": path,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGPASSWORD": password,
        "PGSSLMODE": "disable",
    }
    command = [
        part.replace("/etc/koerier/grants", str(LAYOUT.root / "deploy/k8s/base/postgres"))
        for part in container["command"]
    ]
    subprocess.run(command, env={**told, **here}, check=True)


def test_cluster_gives_the_same_databases_roles_and_rights(
    server: PostgresServer, built: dict[str, list[Resource]]
) -> None:
    wanted = _as_on_a_laptop(server.dsn)
    resources, password = built["production"], secrets.token_hex(8)
    _as_the_operator(server.dsn, resources, password)
    assert rights(server.dsn) != wanted  # without the grants everybody may connect to everything
    for _ in range(2):  # a roll-out repeats them
        for service in SERVICES:
            (grants,) = pod_of(named(resources, "Job", f"{service}-migrate"))["initContainers"]
            _run_grants(server, grants, resources, password)
    assert rights(server.dsn) == wanted
    stranger = with_login(server.dsn, Login(name="identity_app", password=password), database="billing")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger)
