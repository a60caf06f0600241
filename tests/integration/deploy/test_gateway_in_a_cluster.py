"""The gateway with the settings of the overlays: a real Caddy, asked as an ingress and as kubelet ask it."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from koerier.servers.gateway import _program
from koerier.servers.ports import LOOPBACK, free_ports
from koerier.servers.process import Command
from koerier.servers.throwaway import running
from support.deployment.cluster import cluster_processes
from support.deployment.kustomize import Resource
from support.echo import EchoService

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
async def identity() -> AsyncIterator[EchoService]:
    service = EchoService("identity")
    await service.start()
    yield service
    await service.stop()


@pytest.fixture(scope="module")
def gateway(
    identity: EchoService, built: dict[str, list[Resource]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, int]]:
    """Run production's gateway; yields its public port and the one of its health."""
    told = dict(cluster_processes(built["production"])["gateway"].environment)
    public, health = free_ports(2)
    folder = tmp_path_factory.mktemp("gateway")
    told |= {
        "GATEWAY_ADDRESS": told["GATEWAY_ADDRESS"].replace(":8443", f":{public}"),
        "GATEWAY_HEALTH_ADDRESS": told["GATEWAY_HEALTH_ADDRESS"].replace(":8444", f":{health}"),
        "GATEWAY_STORAGE": str(folder),
        "GATEWAY_IDENTITY_UPSTREAM": f"{LOOPBACK}:{identity.port}",
        "GATEWAY_TRUSTED_PROXIES": f"{told['GATEWAY_TRUSTED_PROXIES']} {LOOPBACK}/32",
    }
    with _caddy(folder, told, f"http://{LOOPBACK}:{health}/health/ready", built["production"]):
        yield public, health


@contextmanager
def _caddy(folder: Path, told: dict[str, str], health: str, resources: list[Resource]) -> Iterator[None]:
    (caddyfile,) = (
        each["data"]["Caddyfile"] for each in resources if each["kind"] == "ConfigMap" and "Caddyfile" in each["data"]
    )
    file = folder / "Caddyfile"
    file.write_text(caddyfile, encoding="utf-8")
    command = Command(
        argv=(str(_program()), "run", "--adapter", "caddyfile", "--config", str(file)),
        environment={**told, "HOME": str(folder)},
        working_directory=folder,
    )
    with running(command, lambda: _answers(health), folder / "log"):
        yield


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=1).status_code == 200
    except httpx2.HTTPError:
        return False


async def _request(port: int, **headers: str) -> Any:
    async with httpx2.AsyncClient(base_url=f"http://{LOOPBACK}:{port}") as client:
        response = await client.get("/identity/v1/me", headers={"Host": "koerier.example", **headers})
    return response.json()["headers"]


async def test_service_learns_the_caller_from_the_ingress(gateway: tuple[int, int]) -> None:
    arrived = await _request(gateway[0], **{"X-Forwarded-For": "203.0.113.7"})
    assert arrived["x-forwarded-for"] == "203.0.113.7"


async def test_caller_cannot_put_another_address_before_its_own(gateway: tuple[int, int]) -> None:
    """The ingress appends what it sees; what stood there before is the caller's own invention."""
    arrived = await _request(gateway[0], **{"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
    assert arrived["x-forwarded-for"] == "203.0.113.7"


async def test_health_answers_whatever_it_is_called(gateway: tuple[int, int]) -> None:
    """Kubelet and Prometheus ask by the pod's address."""
    async with httpx2.AsyncClient(base_url=f"http://{LOOPBACK}:{gateway[1]}") as client:
        for path in ("/health/live", "/health/ready", "/metrics"):
            response = await client.get(path, headers={"Host": "10.1.2.3:8444"})
            assert response.status_code == 200, path
        assert re.search(r"^caddy_", (await client.get("/metrics")).text, re.MULTILINE)
