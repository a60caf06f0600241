"""The organizations service in one process, on a real database, between fake neighbours.

`World` has the HTTP side behind an ASGI client, feeds the consumers with records as Kafka would deliver them, runs jobs
when told, and shows what was published. The company register and the SMP answer over a mock transport in their real
wire formats, so that the adapters are part of what is tested.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
from organizations.adapters.kvk.registry import KvkRegistry
from organizations.adapters.smp.documents import AccessPoint
from organizations.adapters.smp.registry import SmpRegistry
from organizations.application.app import Application
from organizations.bootstrap import MIGRATIONS, assemble
from organizations.entrypoints.http.app import create_http
from organizations.entrypoints.jobs import build_jobs
from organizations.entrypoints.kafka.consumers import build_consumers
from pydantic import SecretStr
from shared.clock import SystemClock
from shared.contracts.billing import PaymentFailed, PaymentOpened, PaymentSettled, SubscriptionChanged
from shared.contracts.event import Event
from shared.contracts.identity import ConnectionKeyIssued, EnvironmentCreated, UserChanged
from shared.database.migrations import migrate as migrate_database
from shared.database.pool import open_pool
from shared.http.app import HttpKit
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer
from shared.messaging.job_runner import JobRunner
from shared.settings import PostgresSettings

from support.organizations_neighbours import FakeRegister, FakeSmp
from support.tokens import ISSUER, bearer, ready_verifier

_sequences = count(1)


def migrate(dsn: str) -> None:
    """Bring a database of the service to the newest revision."""
    migrate_database(dsn, MIGRATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as Kafka delivers it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    offset: int
    partition: int = 0
    timestamp: int = 0


def record_of(event: Event, *, subject: UUID, environment: UUID, sequence: int | None = None) -> Record:
    """Return the record that the relay would send for this event; a later call has a higher sequence."""
    number = next(_sequences)
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(new_id()),
        "ce_type": event.type,
        "ce_source": "/tests",
        "ce_subject": str(subject),
        "ce_time": datetime.now(UTC).isoformat(),
        "ce_environment": str(environment),
        "ce_sequence": str(sequence or number),
    }
    return Record(
        topic=event.topic.name,
        key=str(subject).encode(),
        value=event.model_dump_json().encode(),
        headers=[(name, value.encode()) for name, value in attributes.items()],
        offset=number,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event that waits in the outbox."""

    type: str
    key: str
    environment: UUID
    sequence: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    environment: UUID
    headers: dict[str, str]


@dataclass(slots=True, kw_only=True)
class World:
    """The service and its surroundings, for one test."""

    pool: Any
    application: Application
    http: httpx2.AsyncClient
    register: FakeRegister
    smp: FakeSmp
    consumers: dict[str, EventConsumer[Any]]
    seen: int = 0

    async def happened(self, event: Event, *, subject: UUID, environment: UUID, sequence: int | None = None) -> Record:
        """Deliver an event to the consumer of its topic."""
        record = record_of(event, subject=subject, environment=environment, sequence=sequence)
        await self.deliver(record)
        return record

    async def deliver(self, *records: Record) -> None:
        for record in records:
            await self.consumers[record.topic].apply([record])

    async def environment(self, *, mode: str = "live", kind: str = "customer", parent: UUID | None = None) -> UUID:
        environment_id = new_id()
        state = {
            "id": environment_id, "name": "Voorbeeld", "domain": f"{environment_id.hex}.example", "shared": False,
            "mode": mode, "kind": kind, "parent_id": parent, "created_at": datetime.now(UTC),
        }  # fmt: skip
        event = EnvironmentCreated.model_validate({"state": state})
        await self.happened(event, subject=environment_id, environment=environment_id)
        return environment_id

    async def person(
        self,
        environment: UUID,
        role: str = "basic",
        *,
        status: str = "active",
        name: tuple[str, str] = ("Piet", "Jansen"),
        user_id: UUID | None = None,
        acting_in: UUID | None = None,
        scope: str | None = None,
    ) -> Person:
        """Make a user known, or change one, and log them in."""
        known = user_id or new_id()
        state = {
            "id": known, "environment_id": environment, "first_name": name[0], "last_name": name[1], "addresses": [],
            "role": role, "status": status,
        }  # fmt: skip
        event = UserChanged.model_validate({"state": state, "changed": ["role"]})
        await self.happened(event, subject=known, environment=environment)
        scopes = {"scope": scope} if scope is not None else {}
        headers = bearer(sub=known, env=acting_in or environment, **scopes)
        return Person(id=known, environment=environment, headers=headers)

    async def administrator(self) -> Person:
        """Return the administrator of a new environment."""
        return await self.person(await self.environment(), "administrator")

    async def operator(self) -> Person:
        return await self.person(await self.environment(kind="operator"), "operator")

    async def account(self, environment: UUID, *, plan: str = "basic", depleted: bool = False) -> None:
        state = {"environment_id": environment, "plan": plan, "depleted": depleted}
        event = SubscriptionChanged.model_validate({"state": state, "previous_plan": "invoice_portal"})
        await self.happened(event, subject=environment, environment=environment)

    async def key(
        self, person: Person, organization_id: str, *, status: str = "active", key_id: UUID | None = None
    ) -> tuple[UUID, dict[str, str]]:
        """Issue a connection key of this person, or change one; return its id and its request header."""
        known = key_id or new_id()
        state = {
            "id": known, "environment_id": person.environment, "organization_id": organization_id,
            "created_by": person.id, "label": "software", "scopes": ["ap"], "mode": "live", "status": status,
            "created_at": datetime.now(UTC),
        }  # fmt: skip
        event = ConnectionKeyIssued.model_validate({"state": state})
        await self.happened(event, subject=known, environment=person.environment)
        return known, bearer(sub=person.id, env=person.environment, azp=known)

    async def add(self, person: Person, name: str = "Voorbeeld B.V.", **company: Any) -> dict[str, Any]:
        """Add an organization from the register and return it."""
        number = self.register.add(name, **company)
        response = await self.http.post(
            "/organizations/v1/organizations", json={"kvkNumber": number}, headers=person.headers
        )
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def start_activation(self, person: Person, organization_id: str) -> UUID:
        response = await self.http.post(
            f"/organizations/v1/organizations/{organization_id}/activation", headers=person.headers
        )
        assert response.status_code == 202, response.text
        return UUID(response.json()["activationId"])

    async def active(self, person: Person, name: str = "Voorbeeld B.V.", **company: Any) -> dict[str, Any]:
        """Add an organization and activate it by a payment from its own account."""
        added = await self.add(person, name, **company)
        activation_id = await self.start_activation(person, added["id"])
        await self.settled(activation_id, holder=name)
        response = await self.http.get(f"/organizations/v1/organizations/{added['id']}", headers=person.headers)
        assert response.json()["status"] == "active"
        return dict(response.json())

    async def opened(self, activation_id: UUID, *, payment_id: UUID | None = None, **changes: Any) -> Record:
        payment = payment_id or new_id()
        event = PaymentOpened.model_validate(
            {
                "payment_id": payment, "purpose": "activation", "reference_id": activation_id,
                "amount_micros": 10_000, "currency": "EUR", "checkout_url": "https://bank.example/pay/1",
            } | changes
        )  # fmt: skip
        return await self.happened(event, subject=payment, environment=new_id())

    async def settled(self, activation_id: UUID, *, holder: str | None, **changes: Any) -> Record:
        payment = changes.get("payment_id", new_id())
        event = PaymentSettled.model_validate(
            {
                "payment_id": payment, "purpose": "activation", "reference_id": activation_id,
                "amount_micros": 10_000, "currency": "EUR", "account_holder": holder, "paid_at": datetime.now(UTC),
            } | changes
        )  # fmt: skip
        return await self.happened(event, subject=payment, environment=new_id())

    async def payment_failed(self, activation_id: UUID, reason: str = "expired") -> Record:
        event = PaymentFailed(payment_id=new_id(), purpose="activation", reference_id=activation_id, reason=reason)
        return await self.happened(event, subject=event.payment_id, environment=new_id())

    async def published(self) -> list[Published]:
        """Return what was published since the last call."""
        rows = await self.pool.fetch("select * from outbox where id > $1 order by id", self.seen)
        self.seen = rows[-1]["id"] if rows else self.seen
        return [
            Published(
                type=row["headers"]["ce_type"],
                key=row["key"],
                environment=UUID(row["headers"]["ce_environment"]),
                sequence=int(row["headers"]["ce_sequence"]),
                data=json.loads(row["payload"]),
            )
            for row in rows
        ]

    async def published_types(self) -> list[str]:
        """Return the names of what was published since the last call, without service and version."""
        return [event.type.split(".")[1] for event in await self.published()]

    async def run_jobs(self) -> None:
        """Run every job that waits, once, also those whose time has not come."""
        await self.pool.execute("update jobs set next_attempt_at = now()")
        runner = JobRunner(self.pool, build_jobs(self.application), service="organizations")
        while await runner._step():
            await asyncio.gather(*runner._tasks)
        await runner._stop()

    async def dead_letters(self) -> list[str]:
        rows = await self.pool.fetch("select error_code from dead_letters where resolved_at is null order by id")
        return [row["error_code"] for row in rows]


@asynccontextmanager
async def open_world(dsn: str) -> AsyncIterator[World]:
    """Open the service on the database at `dsn` (application role)."""
    register, smp = FakeRegister(), FakeSmp()
    settings = PostgresSettings(dsn=SecretStr(dsn), min_connections=1, max_connections=8)
    point = AccessPoint(
        endpoint_url="https://ap.example/as4",
        certificate="Q0VSVA==",
        description="Koerier",
        contact_url="https://k.example",
    )
    async with (
        open_pool(settings, application_name="tests") as pool,
        httpx2.AsyncClient(base_url="http://kvk/api", transport=httpx2.MockTransport(register.answer)) as kvk,
        httpx2.AsyncClient(base_url="http://peppol/smp", transport=httpx2.MockTransport(smp.answer)) as smp_client,
    ):
        clock = SystemClock()
        application = assemble(
            pool, registry=KvkRegistry(kvk, clock), participants=SmpRegistry(smp_client, point), clock=clock
        )
        kit = HttpKit(service="organizations", base_url=ISSUER, token_verifier=await ready_verifier())
        app = create_http(application, kit)
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(base_url=ISSUER, transport=transport) as client:
            yield World(
                pool=pool,
                application=application,
                http=client,
                register=register,
                smp=smp,
                consumers={consumer.topic.name: consumer for consumer in build_consumers(application)},
                seen=await pool.fetchval("select coalesce(max(id), 0) from outbox"),
            )
