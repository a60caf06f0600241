"""Ways to ask a process whether it serves. A probe answers within seconds and never raises."""

import asyncio
from collections.abc import Callable

import httpx2

from koerier.supervisor.spec import Probe

TIMEOUT_SECONDS = 3.0


def http_probe(client: httpx2.AsyncClient, url: str) -> Probe:
    """Ready when a GET answers 200."""

    async def probe() -> bool:
        try:
            response = await client.get(url, timeout=TIMEOUT_SECONDS)
        except (httpx2.HTTPError, OSError):
            return False
        return response.status_code == httpx2.codes.OK

    return probe


def blocking_probe(is_ready: Callable[[], bool]) -> Probe:
    """Ready when a blocking function says so."""

    async def probe() -> bool:
        return await asyncio.to_thread(is_ready)

    return probe
