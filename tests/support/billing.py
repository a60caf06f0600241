"""Billing in one process for tests: HTTP through ASGI, events handed to its consumers, jobs run to the end.

Tests share a database per module and never clean it (the ledger could not be): each works in environments of its own.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
from billing.adapters.mollie import MollieAddresses, MollieProvider, create_client
from billing.application.app import Application
from billing.bootstrap import MIGRATIONS, SERVICE, assemble
from billing.settings import Settings
from shared.database.migrations import migrate
from shared.database.pool import open_pool
from shared.http.app import HttpKit
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.messaging.job_runner import JobRunner
from shared.settings import PostgresSettings

from support.billing_facts import environment_created, user_changed
from support.events import Record
from support.tokens import ISSUER, bearer, ready_verifier

API_KEY = "test_billing_tests"
WEBHOOK = "/billing/v1/webhooks/mollie"


def migrate_billing(owner_dsn: str) -> None:
    """Be one function for all modules, so that one template serves them."""
    migrate(owner_dsn, MIGRATIONS)


def settings_for(dsn: str, **sections: Any) -> Settings:
    given: dict[str, Any] = {
        "postgres": {"dsn": dsn, "max_connections": 12},
        "kafka": {"bootstrap_servers": "nowhere:9092"},
        "mollie": {"base_url": "http://mollie.test/mollie", "api_key": API_KEY},
        "payments": {"open_pauses": (0.0, 0.0), "read_pauses": (0.0, 0.0)},
        "secrets": {"fingerprint_key": "pepper"},
        **sections,
    }
    return Settings(**given)


@dataclass(slots=True)
class MovableClock:
    """Time as a test wants it; it stands still unless moved."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.moment

    def advance(self, span: timedelta) -> None:
        self.moment += span


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
class Billing:
    """The service under test, with the doors through which the outside reaches it."""

    application: Application
    settings: Settings
    pool: Any
    http: httpx2.AsyncClient
    clock: MovableClock
    consumers: dict[str, EventConsumer[Any]]
    runner: JobRunner

    async def consume(self, *records: Record) -> None:
        """Hand each topic's records to its consumer as one batch."""
        by_topic: dict[str, list[Record]] = {}
        for record in records:
            by_topic.setdefault(record.topic, []).append(record)
        for topic, batch in by_topic.items():
            await self.consumers[topic].apply(batch)

    async def run_jobs(self) -> None:
        """Run jobs, and their retries that are due, until none is."""
        while await self.runner._step():
            await asyncio.gather(*self.runner._tasks)
            await self.runner._settle()

    async def published(self, environment: UUID, *types: str) -> list[Published]:
        """Return the environment's events in the order in which they were written."""
        rows = await self.pool.fetch(
            "select topic, key, headers, payload from outbox where headers ->> 'ce_environment' = $1 order by id",
            str(environment),
        )
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
        return [event for event in events if not types or event.type in types]

    async def types(self, environment: UUID) -> list[str]:
        """Return the names of the environment's events: `balance-depleted` and so on."""
        events = await self.published(environment)
        return [event.type.removeprefix("billing.").removesuffix(".v1") for event in events]

    async def balance_micros(self, environment: UUID) -> int:
        balance = await self.pool.fetchval("select balance_micros from accounts where environment_id = $1", environment)
        return int(balance)

    async def ledger_sum(self, environment: UUID) -> int:
        """Add up the environment's credit from the entries alone."""
        total = await self.pool.fetchval(
            "select coalesce(sum(e.amount_micros), 0)::bigint from ledger_entries e "
            "join ledger_transactions t on t.id = e.transaction_id "
            "where t.environment_id = $1 and e.account = 'credit'",
            environment,
        )
        return int(total)

    async def customer(self, *, plan: str | None = "basic") -> "Customer":
        """Make an environment with an administrator, on `plan`."""
        environment, user = new_id(), new_id()
        await self.consume(environment_created(environment), user_changed(user, environment))
        customer = Customer(environment=environment, administrator=user, billing=self)
        if plan is not None:
            answer = await customer.put("subscription", {"plan": plan})
            assert answer.status_code == 200, answer.text
        return customer

    async def webhook(self, provider_id: str) -> httpx2.Response:
        """Call the webhook as the provider does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Mollie HTTP client/1.0"}
        return await self.http.post(WEBHOOK, content=f"id={provider_id}", headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An environment with its administrator, calling over HTTP."""

    environment: UUID
    administrator: UUID
    billing: Billing

    @property
    def token(self) -> dict[str, str]:
        return bearer(sub=self.administrator, env=self.environment)

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        return await self.billing.http.get(f"/billing/v1/{path}", params=params, headers=self.token)

    async def put(self, path: str, body: Any) -> httpx2.Response:
        return await self.billing.http.put(f"/billing/v1/{path}", json=body, headers=self.token)

    async def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.billing.http.post(f"/billing/v1/{path}", json=body, headers={**self.token, **extra})

    async def order(self, amount: str = "50.00") -> dict[str, Any]:
        """Order credit and have its payment opened; return the order as shown then."""
        ordered = await self.post("top-ups", {"amount": amount, "method": "ideal"})
        assert ordered.status_code == 202, ordered.text
        await self.billing.run_jobs()
        return await self.top_up(ordered.json()["id"])

    async def top_up(self, top_up_id: str) -> dict[str, Any]:
        answer = await self.get(f"top-ups/{top_up_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def types(self) -> list[str]:
        return await self.billing.types(self.environment)


@asynccontextmanager
async def running_billing(dsn: str, transport: httpx2.AsyncBaseTransport, **sections: Any) -> AsyncIterator[Billing]:
    """Run billing on the database at `dsn` with a payment provider behind `transport`."""
    settings = settings_for(dsn, **sections)
    mollie = settings.mollie
    client = create_client(
        base_url=mollie.base_url, api_key=mollie.api_key.get_secret_value(), timeout=1.0, transport=transport
    )
    provider = MollieProvider(
        client,
        addresses=MollieAddresses(
            webhook_url=ISSUER + WEBHOOK, return_url=ISSUER + "/billing/v1/payments/{payment_id}/return"
        ),
        fingerprint_key=settings.secrets.fingerprint_key.get_secret_value().encode(),
    )
    clock = MovableClock()
    kit = HttpKit(service="billing", base_url=ISSUER, token_verifier=await ready_verifier())
    async with client, open_pool(PostgresSettings(dsn=dsn), application_name="billing tests") as pool:
        application = assemble(settings, pool, provider=provider, clock=clock)
        app = SERVICE.create_http(application, kit)
        consumers = {consumer.topic.name: consumer for consumer in SERVICE.build_consumers(application)}
        runner = JobRunner(pool, SERVICE.build_jobs(application), service="billing")
        asgi = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=asgi, base_url=ISSUER) as http:
            yield Billing(
                application=application,
                settings=settings,
                pool=pool,
                http=http,
                clock=clock,
                consumers=consumers,
                runner=runner,
            )
