"""Documents as it runs in production: api and worker as processes, real PostgreSQL and Kafka, the official rules.

The outside world is the sandbox in a process of its own. Identity's keys are served by the test; the projections'
events are written to the real topics.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from aiohttp import web
from aiokafka import AIOKafkaProducer
from cryptography.fernet import Fernet
from koerier.servers.databases import ServiceDatabase
from koerier.servers.ports import free_ports
from shared.contracts.topics import ALL_TOPICS
from shared.messaging.kafka_admin import provision_topics
from shared.settings import KafkaSettings

from support.documents import INBOUND_TOKEN
from support.documents_facts import Fact
from support.events import outgoing
from support.tokens import ISSUER, jwks

AP_TOKEN = "the-platforms-token"
ZONE = "participant.sml.test.koerier.example"
_READY_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class DocumentsProcesses:
    """What runs, and how it is reached."""

    base_url: str
    sandbox_url: str
    producer: AIOKafkaProducer
    http: httpx2.AsyncClient
    environment: dict[str, str]
    worker_url: str
    worker: asyncio.subprocess.Process

    async def announce(self, fact: Fact, *, sequence: int = 1) -> None:
        """Write an event to its topic, as the relay of its owner does."""
        record = outgoing(fact.event, subject=fact.subject, environment=fact.environment, sequence=sequence)
        headers = [(name, value.encode()) for name, value in record.headers.items()]
        await self.producer.send_and_wait(record.topic, record.payload, key=record.key.encode(), headers=headers)

    async def restart_worker(self) -> None:
        """Kill the worker without warning and start another one."""
        self.worker.kill()
        await self.worker.wait()
        self.worker = await _start("worker", self.environment)
        await _until_ready(self.http, f"{self.worker_url}/health/live")


@asynccontextmanager
async def running_processes(
    database: ServiceDatabase, kafka: str, rules: Path, logs: Path
) -> AsyncIterator[DocumentsProcesses]:
    api, worker, sandbox, smtp, jwks_port = free_ports(5)
    (dns,) = free_ports(1)
    environment = _environment(database, kafka, rules) | {
        "DOCUMENTS_HTTP__PORT": str(api),
        "DOCUMENTS_WORKER__PORT": str(worker),
        "DOCUMENTS_TOKENS__JWKS_URL": f"http://127.0.0.1:{jwks_port}/jwks.json",
        "DOCUMENTS_SML__NAMESERVER": f"127.0.0.1:{dns}",
        "DOCUMENTS_ACCESS_POINT__BASE_URL": f"http://127.0.0.1:{sandbox}/peppol/ap",
        "SANDBOX_HTTP__PORT": str(sandbox),
        "SANDBOX_SMTP__PORT": str(smtp),
        "SANDBOX_DNS__PORT": str(dns),
        "SANDBOX_PEPPOL__FORWARD_URL": f"http://127.0.0.1:{api}/documents/v1/access-point/inbound",
        "TEST_LOGS": str(logs),
    }
    await provision_topics(KafkaSettings(bootstrap_servers=kafka), ALL_TOPICS)
    processes: list[asyncio.subprocess.Process] = []
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        async with _served_keys(jwks_port), httpx2.AsyncClient(timeout=30) as http:
            processes.append(await _start("sandbox", environment))
            migration = await _start("migrate", environment)
            assert await migration.wait() == 0, (logs / "migrate.log").read_text()
            processes.append(await _start("api", environment))
            running = DocumentsProcesses(
                base_url=f"http://127.0.0.1:{api}",
                sandbox_url=f"http://127.0.0.1:{sandbox}",
                producer=producer,
                http=http,
                environment=environment,
                worker_url=f"http://127.0.0.1:{worker}",
                worker=await _start("worker", environment),
            )
            await _until_ready(http, f"{running.sandbox_url}/health/ready")
            await _until_ready(http, f"{running.worker_url}/health/ready")
            await _until_ready(http, f"{running.base_url}/health/ready")
            try:
                yield running
            finally:
                processes.append(running.worker)
    finally:
        await producer.stop()
        for process in processes:
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


def _environment(database: ServiceDatabase, kafka: str, rules: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DOCUMENTS_POSTGRES__DSN": database.app_dsn,
        "DOCUMENTS_POSTGRES__OWNER_DSN": database.owner_dsn,
        "DOCUMENTS_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "DOCUMENTS_TOKENS__ISSUER": ISSUER,
        "DOCUMENTS_SECRETS__KEY": Fernet.generate_key().decode(),
        "DOCUMENTS_ACCESS_POINT__TOKEN": AP_TOKEN,
        "DOCUMENTS_ACCESS_POINT__INBOUND_TOKEN": INBOUND_TOKEN,
        "DOCUMENTS_SML__ZONE": ZONE,
        "DOCUMENTS_RULES__DIRECTORY": str(rules),
        "DOCUMENTS_VALIDATION__WORKERS": "1",
        "DOCUMENTS_HOOKS__ALLOW_PRIVATE_TARGETS": "true",
        "DOCUMENTS_TRANSMISSION__PAUSES": "[1.5, 1.5, 1.5]",
        "SANDBOX_PEPPOL__ZONE": ZONE,
        "SANDBOX_PEPPOL__AP_TOKEN": AP_TOKEN,
        "SANDBOX_PEPPOL__INBOUND_TOKEN": INBOUND_TOKEN,
        "SANDBOX_PEPPOL__RETRY_SECONDS": "0.3",
    }


async def _start(what: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    arguments = ["-m", "sandbox"] if what == "sandbox" else ["-m", "documents", what]
    with (Path(environment["TEST_LOGS"]) / f"{what}.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment, stdout=log, stderr=log)


async def _until_ready(http: httpx2.AsyncClient, url: str) -> None:
    answer: Any = None
    try:
        async with asyncio.timeout(_READY_SECONDS):
            while True:
                try:
                    answer = await http.get(url)
                    if answer.status_code == 200:
                        return
                except httpx2.HTTPError as error:
                    answer = error
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{url} is not ready: {getattr(answer, 'text', answer)}") from None


@asynccontextmanager
async def _served_keys(port: int) -> AsyncIterator[None]:
    """Serve the tests' public keys, as identity does."""

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response(jwks())

    app = web.Application()
    app.router.add_get("/jwks.json", keys)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()
