"""The documents service for measuring its parts: a database with companies, tokens, its application, its api process.

The companies are those of `bench.invoices`: a supplier with a connection key and credit, and a buyer that receives.
What other services would tell documents about them is written straight into its projections. Tokens are signed with
a key of our own, which a small server publishes to the api process as identity would.
"""

import asyncio
import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from documents.adapters.rules.configuration import RuleProcessesConfiguration
from documents.adapters.rules.opening import place_rules
from documents.adapters.webhooks.sender import AiohttpHookSender, open_guarded_session
from documents.application.app import Application
from documents.application.values import Acknowledgement, Handover, Reachability, Shipment
from documents.bootstrap import Outside, build_application
from documents.settings import Settings
from joserfc import jwt
from joserfc.jwk import RSAKey
from koerier.paths import find_layout
from koerier.servers.databases import ServiceDatabase
from koerier.servers.ports import free_ports
from pydantic import SecretStr
from shared.ids import new_id
from shared.settings import PostgresSettings

from bench.floor_intake import reachable
from bench.invoices import CUSTOMER, CUSTOMIZATION_ID, SUPPLIER
from bench.machine import ROOT
from bench.report import BenchFailed

ISSUER = "https://localhost:8443"
_TOKEN_SECONDS = 3600
_INVOICE = f"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##{CUSTOMIZATION_ID}::2.1"
_ORGANIZATION = """
insert into organizations (id, environment_id, mode, status, document_types, sequence)
values ($1, $2, 'live', 'active', $3::text[], 1)"""
_PARTY = "insert into parties (organization_id, party, receiving) values ($1, $2, $3)"
_USER = "insert into users (id, environment_id, role, status, sequence) values ($1, $2, 'administrator', 'active', 1)"
_MEMBERSHIP = """
insert into memberships (id, organization_id, user_id, level, status, sequence)
values (gen_random_uuid(), $1, $2, 'use', 'active', 1)"""
_KEY = """
insert into connection_keys (id, environment_id, organization_id, created_by, mode, status, sequence)
values ($1, $2, $3, $4, 'live', 'active', 1)"""
_ACCOUNT = "insert into accounts (environment_id, plan, depleted, sequence) values ($1, 'basic', false, 1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company as documents knows it."""

    party: str
    organization: UUID = field(default_factory=new_id)
    environment: UUID = field(default_factory=new_id)
    administrator: UUID = field(default_factory=new_id)
    key: UUID = field(default_factory=new_id)

    def token(self) -> str:
        """Sign a new access token of the company's key."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "koerier",
            "sub": str(self.administrator),
            "env": str(self.environment),
            "azp": str(self.key),
            "scope": "ap",
            "jti": new_id().hex,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
        }
        return jwt.encode({"alg": "RS256", "kid": "bench", "typ": "at+jwt"}, claims, _signing_key())


def supplier() -> Company:
    return Company(party=f"0106:{SUPPLIER.number}")


def buyer() -> Company:
    return Company(party=f"0106:{CUSTOMER.number}")


@cache
def _signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "bench", "use": "sig", "alg": "RS256"})


async def published_keys() -> dict[str, Any]:
    """Return what identity publishes."""
    return {"keys": [_signing_key().as_dict(private=False)]}


async def introduce(connection: Any, company: Company, *, receiving: bool) -> None:
    """Let documents know of a company."""
    organization, environment, person = company.organization, company.environment, company.administrator
    await connection.execute(_ORGANIZATION, organization, environment, [_INVOICE])
    await connection.execute(_PARTY, organization, company.party, receiving)
    await connection.execute(_USER, person, environment)
    await connection.execute(_MEMBERSHIP, organization, person)
    await connection.execute(_KEY, company.key, environment, organization, person)
    await connection.execute(_ACCOUNT, environment)


def settings(database: ServiceDatabase, **sections: Any) -> Settings:
    """Return the service's settings; what is not named is as it comes."""
    values: dict[str, Any] = {
        "postgres": PostgresSettings(dsn=SecretStr(database.app_dsn), max_connections=32),
        "kafka": {"bootstrap_servers": "127.0.0.1:1"},
        "secrets": {"key": Fernet.generate_key().decode()},
        "rules": {"directory": find_layout().rules},
        "hooks": {"allow_private_targets": True},
    }
    return Settings(**{**values, **sections})


class Nobody:
    """A network without participants, and an access point that carries nothing."""

    async def look_up(self, party: str, document_type_id: str) -> Reachability:  # noqa: ARG002 - the port's names
        return Reachability(known=False)

    async def submit(self, shipment: Shipment) -> Handover:
        raise BenchFailed(f"{shipment.message_id} was to leave the platform")

    async def status(self, message_id: str) -> Acknowledgement:
        raise BenchFailed(f"{message_id} was to have left the platform")


@asynccontextmanager
async def opened_application(chosen: Settings, pool: Any) -> AsyncIterator[Application]:
    """Open the service's application without any of its processes; nobody is on the network, so that none is asked."""
    validation = chosen.validation
    processes = RuleProcessesConfiguration(directory=chosen.rules.directory)
    async with open_guarded_session(allow_private=True, timeout_seconds=chosen.hooks.timeout) as session:
        outside = Outside(
            network=Nobody(),
            access_point=Nobody(),
            hook_sender=AiohttpHookSender(session, allow_private=True),
            rules=place_rules(processes, here_bytes=validation.here_bytes, shadow_share=validation.shadow_share),
        )
        yield build_application(chosen, pool, outside)


@asynccontextmanager
async def running_api(database: ServiceDatabase) -> AsyncIterator[str]:
    """Run `python -m documents api` and yield its address; no worker runs."""
    port, keys_port, worker_port = free_ports(3)
    own = {
        "POSTGRES__DSN": database.app_dsn,
        "KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "HTTP__PORT": str(port),
        "LOG__LEVEL": "WARNING",
        "WORKER__PORT": str(worker_port),
        "TOKENS__JWKS_URL": f"http://127.0.0.1:{keys_port}/jwks.json",
        "TOKENS__ISSUER": ISSUER,
        "RULES__DIRECTORY": str(find_layout().rules),
        "SECRETS__KEY": Fernet.generate_key().decode(),
        "ACCESS_POINT__INBOUND_TOKEN": secrets.token_urlsafe(16),
    }
    server = await asyncio.start_server(_publish, "127.0.0.1", keys_port)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "documents", "api",
        cwd=ROOT, env={**os.environ, **{f"DOCUMENTS_{name}": value for name, value in own.items()}},
    )  # fmt: skip
    try:
        await reachable(port, process)
        await asyncio.sleep(1.0)  # its first look at the keys
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        server.close()


async def _publish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request with the keys."""
    await reader.readuntil(b"\r\n\r\n")
    body = json.dumps(await published_keys()).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()
