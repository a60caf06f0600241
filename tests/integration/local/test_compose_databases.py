"""The script that makes the databases in docker-compose.yml gives the rights that a laptop has."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from koerier.paths import find_layout
from koerier.servers.account import server_account
from koerier.servers.databases import SERVICES, provision_database, provision_roles, service_roles
from koerier.servers.postgres import binaries
from koerier.servers.throwaway import throwaway_postgres
from support.deployment.database_rights import rights

SCRIPT = find_layout().root / "deploy" / "docker" / "postgres" / "databases.sh"


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
        yield rights(server.dsn)


def test_script_gives_the_same_databases_roles_and_rights(of_script: list[tuple[str, ...]], tmp_path: Path) -> None:
    with throwaway_postgres(tmp_path / "laptop") as server:
        for service in SERVICES:
            roles = service_roles(service, owner_password="o", app_password="a")
            provision_roles(server.dsn, roles)
            provision_database(server.dsn, service, roles)
        assert of_script == rights(server.dsn)
    assert len(of_script) == len(SERVICES) * 7
