"""A tiny service built with `shared.runtime`, told by its environment where to die and which repair to go without.

`POST /things` makes a thing and publishes an event about it; its consumer writes one row of `effects` per application.
`MATRIX_DIE_AT` names the point at which the process ends itself with SIGKILL; `MATRIX_WITHOUT` takes one repair of the
failure matrix out, so that a test can see that it is missed. Nothing of this is in `shared`: the points lie around it.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc.jwk import ECKey
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.contracts.event import Envelope
from shared.database.pool import set_codecs
from shared.database.unit_of_work import UnitOfWork
from shared.http import idempotency
from shared.http.app import HttpKit, create_app
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging import dead_letters, inbox, kafka, relay
from shared.messaging.consumer import EventConsumer, RetryBatchError
from shared.messaging.dead_letters import KafkaRecord
from shared.messaging.transaction import Transaction
from shared.runtime import processes
from shared.runtime.cli import create_cli
from shared.runtime.service import Service
from shared.settings import (
    HttpSettings,
    KafkaSettings,
    LogSettings,
    PostgresSettings,
    PublicSettings,
    ReadinessSettings,
    TelemetrySettings,
    TokenSettings,
)

from support.kit_consumers import note
from support.kit_events import Note, note_type

TENANT = UUID(int=1)
POISON = 13
"""The number that the handler of this service cannot deal with, until `MATRIX_FIXED` is set."""


class Settings(BaseSettings):
    """The sections of every service, and what the test wants of this process."""

    model_config = SettingsConfigDict(env_prefix="MATRIX_", env_nested_delimiter="__", frozen=True)

    postgres: PostgresSettings
    kafka: KafkaSettings
    http: HttpSettings
    worker: HttpSettings
    public: PublicSettings = PublicSettings()
    tokens: TokenSettings = TokenSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    readiness: ReadinessSettings = ReadinessSettings()
    topic: str
    event_type: str
    die_at: str = ""
    without: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the entry points need."""

    settings: Settings
    pool: Any
    uow: UnitOfWork[Transaction, Transaction]
    notes: type[Note]


def reach(point: str) -> None:
    """Die here when told so."""
    if os.environ.get("MATRIX_DIE_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


class MortalTransaction(Transaction):
    """A transaction whose process may die just before COMMIT."""

    async def flush(self) -> None:
        await super().flush()
        reach("before_commit")


class MortalConsumer(EventConsumer[Transaction]):
    """A consumer whose process may die between COMMIT and the commit of the offsets."""

    async def apply(self, records: Sequence[KafkaRecord]) -> None:
        await super().apply(records)
        reach("consumer_after_commit")


@asynccontextmanager
async def open_application(settings: Settings, pool: Any) -> AsyncIterator[Application]:
    uow: UnitOfWork[Transaction, Transaction] = UnitOfWork(
        pool, begin=lambda it: MortalTransaction(connection=it, source="matrix"), bind=lambda tx: tx
    )
    notes = note_type(settings.event_type, topic=settings.topic)
    yield Application(settings=settings, pool=pool, uow=uow, notes=notes)


def create_http(application: Application, kit: HttpKit) -> FastAPI:
    router = APIRouter()

    @router.post("/things")
    async def make_thing(request: Request) -> JSONResponse:
        body = await request.json()

        async def act(thing: UUID) -> JSONResponse:
            async with application.uow() as tx:
                await tx.connection.execute("insert into things (id, number) values ($1, $2)", thing, body["number"])
                tx.publish(application.notes(number=body["number"]), subject=thing, environment=TENANT)
            reach("after_commit")
            return JSONResponse({"id": str(thing)}, status_code=201)

        return await idempotency.once(request, application.pool, environment=TENANT, operation="make-thing", act=act)

    return create_app(kit, title="matrix", description="", routers=[router], state={})


def build_consumers(application: Application) -> Sequence[EventConsumer[Any]]:
    async def on_note(event: Envelope[Note], tx: Transaction) -> None:
        await note(event, tx)
        if event.data.number == POISON and not application.settings.fixed:
            raise RuntimeError("this service has a bug")

    consumer = MortalConsumer(service="matrix", topic=application.notes.topic, uow=application.uow)
    consumer.on(application.notes, on_note)
    return [consumer]


def fetch_keys(_application: Application) -> Callable[[], Any]:
    key = ECKey.generate_key("P-256", {"kid": "matrix"})

    async def fetch() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    return fetch


SERVICE: Service[Settings, Application] = Service(
    name="matrix",
    load_settings=Settings,
    migrations=Path(__file__).parent,
    open_application=open_application,
    create_http=create_http,
    build_consumers=build_consumers,
    fetch_keys=fetch_keys,
)


async def _claim_all(_connection: Any, *, consumer: str, ids: Any) -> set[UUID]:
    return set(ids)


async def _act_always(request: Any, pool: Any, *, environment: Any, operation: Any, act: Any) -> Any:
    return await act(new_id())


async def _sleep_for_ever(_relay: Any) -> None:
    await asyncio.Event().wait()


async def _flush_elsewhere(it: MortalTransaction) -> None:
    """Write the events in a transaction of their own: the dual write that an outbox is there to avoid."""
    settings = Settings()
    connection = await asyncpg.connect(settings.postgres.dsn.get_secret_value())
    await set_codecs(connection)
    await it.outbox.flush(connection)
    await connection.close()
    reach("before_commit")


async def _never_park(*_arguments: Any, **_names: Any) -> None:
    raise RuntimeError("there is no place for dead letters")


def _without_redelivery() -> None:
    """Commit the offsets of a batch before it is applied."""
    original = MortalConsumer.apply
    subscribe = kafka.subscribe
    subscribers: list[Any] = []

    async def apply(self: MortalConsumer, records: Sequence[KafkaRecord]) -> None:
        await subscribers[0].consumer.commit()
        await original(self, records)

    def remembered(broker: Any, consumer: EventConsumer[Any], settings: KafkaSettings) -> Any:
        subscribers.append(subscribe(broker, consumer, settings))
        return subscribers[-1]

    MortalConsumer.apply = apply  # type: ignore[method-assign]
    kafka.subscribe = remembered


def _without_nack() -> None:
    """Go on as if a batch that must come back had been applied."""
    original = MortalConsumer.apply

    async def apply(self: MortalConsumer, records: Sequence[KafkaRecord]) -> None:
        try:
            await original(self, records)
        except RetryBatchError:
            structlog.get_logger("matrix").warning("batch_dropped")

    MortalConsumer.apply = apply  # type: ignore[method-assign]


def _without_acknowledgement() -> None:
    """Let the relay delete what Kafka has not acknowledged."""
    original = kafka.send
    sending: list[asyncio.Task[None]] = []

    async def send(broker: Any, records: Any) -> None:
        sending.append(asyncio.create_task(original(broker, records)))

    kafka.send = send


def _without_session_timeout() -> None:
    relay._IDLE_SESSION_TIMEOUT = "0"


def _without_relay_lock() -> None:
    relay._LOCK = os.getpid()


REPAIRS: dict[str, Callable[[], None]] = {
    "idempotency": lambda: setattr(idempotency, "once", _act_always),
    "one transaction": lambda: setattr(MortalTransaction, "flush", _flush_elsewhere),
    "relay": lambda: setattr(relay.Relay, "run", _sleep_for_ever),
    "inbox": lambda: setattr(inbox, "claim", _claim_all),
    "redelivery": _without_redelivery,
    "relay lock": _without_relay_lock,
    "session timeout": _without_session_timeout,
    "dead letters": lambda: setattr(dead_letters, "park", _never_park),
    "nack": _without_nack,
    "acknowledgement": _without_acknowledgement,
}


def _mortal_send() -> None:
    original = kafka.send

    async def send(broker: Any, records: Any) -> None:
        await asyncio.sleep(float(os.environ.get("MATRIX_SEND_DELAY", "0")))
        reach("before_publish")
        await original(broker, records)
        reach("after_publish")

    kafka.send = send


def main() -> None:
    """Be the process that the environment describes; the pauses are shorter than in life."""
    consumer_module._PAUSES = (0.2,) * 6
    relay._IDLE_SESSION_TIMEOUT = "2s"
    relay._BACKOFF_MAX = 0.5
    processes._STOP_SECONDS = 3.0
    idempotency.CLAIM_SECONDS = 1.0
    without = os.environ.get("MATRIX_WITHOUT", "")
    if without:
        REPAIRS[without]()
    _mortal_send()
    create_cli(SERVICE)()


if __name__ == "__main__":
    main()
