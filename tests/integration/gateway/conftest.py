"""A real gateway in front of four tiny services that answer with what reached them."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from koerier.paths import find_layout
from koerier.servers.gateway import Gateway
from koerier.servers.ports import LOOPBACK, free_ports
from koerier.servers.process import start, stop
from support.echo import EchoService

SERVICES = ("identity", "organizations", "documents", "billing")


@dataclass(slots=True, kw_only=True)
class RunningGateway:
    """The gateway, its upstreams, and a client that trusts its authority."""

    gateway: Gateway
    client: httpx2.AsyncClient
    services: dict[str, EchoService] = field(default_factory=dict)

    async def service_of(self, method: str, path: str, **options: object) -> tuple[str, dict[str, object]]:
        """Return which service answered and the request as it arrived there."""
        response = await self.client.request(method, path, **options)  # type: ignore[arg-type]
        assert response.status_code == 200, (path, response.status_code, response.text)
        body = json.loads(response.text)
        return body["service"], body


@pytest.fixture(scope="module")
async def echo_services() -> AsyncIterator[dict[str, EchoService]]:
    services = {name: EchoService(name) for name in SERVICES}
    for service in services.values():
        await service.start()
    yield services
    for service in services.values():
        await service.stop()


@pytest.fixture(scope="module")
def gateway(echo_services: dict[str, EchoService], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    port, health_port = free_ports(2)
    gateway = Gateway(
        root=find_layout().root,
        storage=folder / "storage",
        port=port,
        health_port=health_port,
        upstreams={name: f"{LOOPBACK}:{service.port}" for name, service in echo_services.items()},
        retry_for="300ms",
    )
    gateway.prepare()
    command = gateway.command()
    with (folder / "gateway.log").open("wb") as log:
        process = start(command, log)
    yield gateway
    assert stop(process, command) == 0, Path(log.name).read_text()


@pytest.fixture(scope="module")
async def running(gateway: Gateway, echo_services: dict[str, EchoService]) -> AsyncIterator[RunningGateway]:
    await _wait_for(gateway)
    trust = ssl.create_default_context(cafile=str(gateway.root_certificate))
    async with httpx2.AsyncClient(base_url=gateway.base_url, verify=trust, timeout=20) as client:
        yield RunningGateway(gateway=gateway, client=client, services=echo_services)


async def _wait_for(gateway: Gateway) -> None:
    async with httpx2.AsyncClient() as client:
        for _ in range(200):
            try:
                response = await client.get(gateway.health_url)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
                continue
            if response.status_code == 200 and await asyncio.to_thread(gateway.serves_tls):
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the gateway did not get ready")
