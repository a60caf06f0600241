"""The documents service in one process, on a real database, between neighbours that a test controls.

`World` has the HTTP side behind an ASGI client, feeds the consumers with records as Kafka would deliver them, and runs
jobs when told. The rules, the network, the access point and the hooks' targets are objects that a test sets;
everything else is the service itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from cryptography.fernet import Fernet
from documents.application.app import Application
from documents.bootstrap import MIGRATIONS, Outside, build_application
from documents.entrypoints.http.app import create_http
from documents.entrypoints.jobs import build_jobs
from documents.entrypoints.kafka.consumers import build_consumers
from documents.settings import Settings
from pydantic import SecretStr
from shared.database.migrations import migrate as migrate_database
from shared.database.pool import open_pool
from shared.http.app import HttpKit
from shared.messaging.job_runner import JobRunner
from shared.settings import PostgresSettings

from support.documents_facts import (
    Company,
    Fact,
    account_fact,
    key_fact,
    member_fact,
    new_company,
    organization_fact,
    user_fact,
)
from support.documents_fakes import FakeAccessPoint, FakeNetwork, FakeRules, FakeTargets, MovableClock
from support.events import record_of
from support.tokens import ISSUER, ready_verifier

_DUE = """
select count(*) from jobs
where (next_attempt_at <= now() or leased_until > now())
  and not exists (select from jobs as earlier where earlier.lane = jobs.lane and earlier.id < jobs.id)"""
_TRACES = ("documents", "contents", "jobs", "outbox", "timeline")
INBOUND_TOKEN = "the-access-points-token"


def migrate_documents(dsn: str) -> None:
    """Bring a database of the service to the newest revision."""
    migrate_database(dsn, MIGRATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event that waits in the outbox."""

    type: str
    topic: str
    key: str
    environment: UUID
    sequence: int
    data: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class World:
    """The service and its surroundings, for one test."""

    application: Application
    http: httpx2.AsyncClient
    pool: Any
    settings: Settings
    clock: MovableClock
    rules: FakeRules
    network: FakeNetwork
    access_point: FakeAccessPoint
    targets: FakeTargets

    async def company(
        self,
        *,
        status: str = "active",
        receiving: bool = False,
        depleted: bool = False,
        plan: str = "basic",
        environment: UUID | None = None,
        number: str | None = None,
        mode: str = "live",
    ) -> Company:
        """Let a company exist, with credit, an administrator and a key."""
        company = new_company(environment=environment, number=number)
        await self.learn(organization_fact(company, status=status, receiving=receiving, mode=mode))
        await self.learn(user_fact(company.administrator, company.environment, role="administrator"))
        await self.learn(member_fact(company, company.administrator))
        await self.learn(key_fact(company))
        await self.learn(account_fact(company.environment, depleted=depleted, plan=plan))
        return company

    async def learn(self, fact: Fact, *, sequence: int = 1) -> None:
        """Apply one event as the consumer of its topic does."""
        consumer = next(c for c in build_consumers(self.application) if c.topic == fact.event.topic)
        record = record_of(fact.event, subject=fact.subject, environment=fact.environment, sequence=sequence)
        await consumer.apply([record])

    async def send(self, sender: Company, document: bytes, **options: Any) -> httpx2.Response:
        """Send a document as the sender's software does."""
        headers = {"Content-Type": "application/xml", **sender.by_key, **options.pop("headers", {})}
        return await self.http.post(
            f"/api/v1/{options.pop('party', sender.party)}/salesInvoice/send",
            content=document,
            headers=headers,
            params=options.pop("params", None),
        )

    async def work(self, *, seconds: float = 20.0, at_least: int = 0) -> None:
        """Run jobs, waiting ones too, until none is left; first wait until there are `at_least` so many."""
        while at_least and await self.pool.fetchval("select count(*) from jobs") < at_least:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await self._run_jobs(seconds, "select count(*) from jobs")

    async def work_due(self, *, seconds: float = 20.0) -> None:
        """Run the jobs that are due, and leave those that wait for later."""
        await self._run_jobs(seconds, _DUE)

    async def hasten(self) -> None:
        """Let every job that waits be due now."""
        await self.pool.execute("update jobs set next_attempt_at = now() where leased_until is null")

    async def _run_jobs(self, seconds: float, left: str) -> None:
        runner = JobRunner(self.pool, build_jobs(self.application), service="documents")
        running = asyncio.create_task(runner.run())
        try:
            async with asyncio.timeout(seconds):
                while await self.pool.fetchval(left):
                    if running.done():
                        await running
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def published(self, *types: str) -> list[Published]:
        """Return what waits in the outbox, of these types or all."""
        rows = await self.pool.fetch("select topic, key, headers, payload from outbox order by id")
        events = [
            Published(
                type=row["headers"]["ce_type"],
                topic=row["topic"],
                key=row["key"],
                environment=UUID(row["headers"]["ce_environment"]),
                sequence=int(row["headers"]["ce_sequence"]),
                data=json.loads(row["payload"]),
            )
            for row in rows
        ]
        return [event for event in events if not types or event.type.split(".")[1] in types]

    async def holds_nothing(self) -> bool:
        """Tell whether no document left a trace."""
        counts = [await self.pool.fetchval(f"select count(*) from {table}") for table in _TRACES]  # noqa: S608
        return not any(counts)

    async def document(self, company: Company, document_id: UUID | str) -> dict[str, Any]:
        """Return a document as its company's administrator sees it."""
        answer = await self.http.get(f"/documents/v1/documents/{document_id}", headers=company.by_person)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def inbox(self, company: Company) -> list[dict[str, Any]]:
        answer = await self.http.get(
            "/documents/v1/documents",
            params={"direction": "inbound", "partyId": company.party},
            headers=company.by_person,
        )
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def settings_for(dsn: str, **sections: dict[str, Any]) -> Settings:
    values: dict[str, Any] = {
        "postgres": PostgresSettings(dsn=SecretStr(dsn)),
        "kafka": {"bootstrap_servers": "unused:9092"},
        "secrets": {"key": Fernet.generate_key().decode()},
        "hooks": {"allow_private_targets": True, "pauses": (0.0, 0.0)},
        "transmission": {"pauses": (0.0, 0.0), "polls": (0.0, 0.0)},
        "access_point": {"inbound_token": INBOUND_TOKEN},
        "intake": {"key_patience": 0.1},
        "validation": {"check_patience": 2.0},
    }
    return Settings(**{**values, **sections})


@asynccontextmanager
async def running_documents(dsn: str, **sections: dict[str, Any]) -> AsyncIterator[World]:
    """Run the service on the database until the block ends."""
    settings = settings_for(dsn, **sections)
    clock = MovableClock()
    rules, network, access_point, targets = FakeRules(), FakeNetwork(), FakeAccessPoint(), FakeTargets()
    outside = Outside(rules=rules, network=network, access_point=access_point, hook_sender=targets)
    async with open_pool(settings.postgres, application_name="documents tests") as pool:
        application = build_application(settings, pool, outside, clock=clock)
        kit = HttpKit(service="documents", base_url=ISSUER, token_verifier=await ready_verifier())
        app = create_http(application, kit)
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://documents.test") as http:
            yield World(
                application=application,
                http=http,
                pool=pool,
                settings=settings,
                clock=clock,
                rules=rules,
                network=network,
                access_point=access_point,
                targets=targets,
            )
