"""The processes of a service: `api` answers HTTP; `worker` relays, consumes and works; `all` is both, for a laptop.

A process ends on SIGTERM or SIGINT after finishing what it holds, and with exit code 1 when one of its parts dies: the
supervisor starts it again.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

import httpx2
import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from shared.database.pool import open_pool
from shared.http.app import HttpKit, health_router
from shared.http.security import FetchKeys, TokenVerifier
from shared.messaging import kafka, kafka_admin
from shared.messaging.job_runner import JobRunner
from shared.messaging.jobs import JobKind
from shared.messaging.lag import LagMonitor, Progress, stale_projections
from shared.messaging.relay import Relay
from shared.messaging.sampling import Sampler
from shared.messaging.watchdog import watch_clients
from shared.observability.health import Check
from shared.observability.logging import configure_logging
from shared.observability.metrics import declare_consumer
from shared.observability.tracing import configure_tracing
from shared.runtime.pruning import prune_for_ever
from shared.runtime.service import A, S, Service
from shared.settings import HttpSettings, TokenSettings

_log = structlog.get_logger(__name__)
_STOP_SECONDS = 10.0
Part = Awaitable[Any]


@dataclass(slots=True, kw_only=True)
class Opened(Generic[S, A]):
    """A service with its pool and application open."""

    service: Service[S, A]
    settings: S
    pool: Any
    application: A


@asynccontextmanager
async def opened(service: Service[S, A], *, role: str) -> AsyncIterator[Opened[S, A]]:
    """Load settings, configure logs and traces, open pool and application."""
    settings = service.load_settings()
    configure_logging(settings.log, service=service.name)
    tracing = configure_tracing(settings.telemetry, service=service.name)
    try:
        async with (
            open_pool(settings.postgres, application_name=f"{service.name} {role}") as pool,
            service.open_application(settings, pool) as application,
        ):
            yield Opened(service=service, settings=settings, pool=pool, application=application)
    finally:
        tracing.shutdown()


def run(service: Service[S, A], *, api: bool, worker: bool) -> None:
    """Run the process until it is told to stop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(service, api=api, worker=worker))


async def _main(service: Service[S, A], *, api: bool, worker: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    role = "all" if api and worker else "api" if api else "worker"
    async with opened(service, role=role) as it:
        parts: list[Part] = []
        if worker:
            parts += await _worker_parts(it, stop)
        if api:
            parts += _api_parts(it, stop)
        await _run_until_stopped(parts, stop)


def _api_parts(it: Opened[S, A], stop: asyncio.Event) -> list[Part]:
    settings = it.settings
    fetch = it.service.fetch_keys(it.application) if it.service.fetch_keys else _fetch_over_http(settings.tokens)
    verifier = TokenVerifier(settings.tokens, fetch=fetch)
    identity_views = [c for c in it.service.build_consumers(it.application) if c.topic.owner == "identity"]

    async def database() -> str | None:
        await it.pool.fetchval("select 1")
        return None

    async def token_keys() -> str | None:
        return None if verifier.ready else "no keys fetched yet"

    async def rights() -> str | None:
        stale = await stale_projections(it.pool, identity_views, settings.readiness.max_identity_lag_seconds)
        return f"behind: {', '.join(stale)}" if stale else None

    kit = HttpKit(
        service=it.service.name,
        base_url=settings.public.base_url,
        checks={"database": database, "token_keys": token_keys, "rights": rights},
        token_verifier=verifier,
    )
    return [verifier.run(), serve(it.service.create_http(it.application, kit), settings.http, stop)]


async def _worker_parts(it: Opened[S, A], stop: asyncio.Event) -> list[Part]:
    settings, service = it.settings, it.service
    broker = kafka.create_broker(settings.kafka, service=service.name)
    progress = [
        Progress(consumer=consumer, subscriber=kafka.subscribe(broker, consumer, settings.kafka))
        for consumer in service.build_consumers(it.application)
    ]
    for each in progress:
        declare_consumer(each.consumer.group, partitions=each.consumer.topic.partitions)
    monitor = LagMonitor(it.pool, progress, member=settings.kafka.instance)
    relay = Relay(
        dsn=settings.postgres.dsn.get_secret_value(),
        send=lambda records: kafka.send(broker, records),
        service=service.name,
    )
    kinds = service.build_jobs(it.application)
    jobs = JobRunner(it.pool, kinds, service=service.name)

    async def database() -> str | None:
        await it.pool.fetchval("select 1")
        return None

    async def consumers() -> str | None:
        return "; ".join(monitor.problems) or None

    return [
        _run_broker(broker),
        relay.run(),
        jobs.run(),
        monitor.run(),
        watch_clients(progress, partial(kafka_admin.answers, settings=settings.kafka)),
        _sampler(it, kinds, [each.consumer.group for each in progress]).run(),
        prune_for_ever(it.pool, [each.consumer for each in progress]),
        *(loop() for loop in service.build_loops(it.application)),
        serve(_health_app({"database": database, "consumers": consumers}), settings.worker, stop),
    ]


def _sampler(it: Opened[S, A], kinds: Sequence[JobKind], groups: list[str]) -> Sampler:
    return Sampler(
        pool=it.pool,
        service=it.service.name,
        every=it.settings.telemetry.metrics_seconds,
        kinds=[kind.name for kind in kinds],
        groups=groups,
        own=it.service.build_samples(it.application),
    )


async def _run_broker(broker: Any) -> None:
    """Consume until cancelled; starting waits for Kafka however long that takes."""
    while True:
        try:
            await broker.start()
            break
        except Exception as error:  # noqa: BLE001 - Kafka's client raises its own families while the broker is away
            _log.warning("kafka_not_reached", error=repr(error))
            await _stop_broker(broker)
            await asyncio.sleep(1.0)
    try:
        await asyncio.Event().wait()
    finally:
        await _stop_broker(broker)


async def _stop_broker(broker: Any) -> None:
    """Let running batches finish. Without Kafka its client waits for ever; what that holds lies in the outbox too."""
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await broker.stop()
    except TimeoutError:
        _log.warning("kafka_not_left_in_order")


def _health_app(checks: Mapping[str, Check]) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(health_router(checks))
    return app


async def serve(app: Any, settings: HttpSettings, stop: asyncio.Event) -> None:
    """Serve `app` until `stop`; signals are the process's business, not the server's."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        while not serving.done():
            with suppress(asyncio.CancelledError):
                await asyncio.shield(serving)


async def _run_until_stopped(parts: list[Part], stop: asyncio.Event) -> None:
    tasks = [asyncio.create_task(_as_coroutine(part)) for part in parts]
    stopping = asyncio.create_task(_as_coroutine(stop.wait()))
    waited: set[asyncio.Task[None]] = {*tasks, stopping}
    crashed: list[asyncio.Task[None]] = []
    while not stopping.done() and not crashed:  # a part that has nothing to do may end
        done, waited = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        crashed = [task for task in done if not task.cancelled() and task.exception()]
    stop.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, stopping, return_exceptions=True)
    for task in crashed:
        _log.error("part_crashed", exc_info=task.exception())
    if crashed:
        raise SystemExit(1)


async def _as_coroutine(part: Awaitable[Any]) -> None:
    await part


def _fetch_over_http(settings: TokenSettings) -> FetchKeys:
    async def fetch() -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=5.0) as client:
            response = await client.get(settings.jwks_url)
            response.raise_for_status()
            keys: dict[str, Any] = response.json()
            return keys

    return fetch
