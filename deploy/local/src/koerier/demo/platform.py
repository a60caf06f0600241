"""How the demo reaches the platform and the outside world: real HTTP through the gateway, and the sandbox beside it."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

T = TypeVar("T")
Through = Callable[[httpx2.AsyncBaseTransport], httpx2.AsyncBaseTransport]
"""What requests pass through on their way: something that records, repeats or disturbs them."""


class DemoStoppedError(Exception):
    """A step could not go on; the message says what was asked and what came back."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: Any
    headers: httpx2.Headers
    content: bytes

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Platform:
    """The gateway as a client sees it, plus the sandbox's stand-ins."""

    def __init__(self, *, base_url: str, ca_file: str, sandbox_url: str, through: Through = lambda way: way) -> None:
        self.base_url = base_url
        self.ca_file = ca_file
        self.sandbox_url = sandbox_url
        way = httpx2.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=ca_file))
        self._gateway = httpx2.AsyncClient(base_url=base_url, transport=through(way), timeout=30)
        self._outside = httpx2.AsyncClient(
            base_url=sandbox_url, transport=through(httpx2.AsyncHTTPTransport()), timeout=30
        )

    async def close(self) -> None:
        await self._gateway.aclose()
        await self._outside.aclose()

    async def call(self, method: str, path: str, *, token: str | None = None, **options: Any) -> Answer:
        """Call the platform; never raises for a status."""
        headers = dict(options.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return _answer(await self._gateway.request(method, path, headers=headers, **options))

    async def expect(self, status: int, method: str, path: str, *, token: str | None = None, **options: Any) -> Any:
        """Call the platform and return the body; any other status ends the demo."""
        answer = await self.call(method, path, token=token, **options)
        if answer.status != status:
            raise DemoStoppedError(f"{method} {path} answered {answer.status}, not {status}: {answer.body}")
        return answer.body

    async def outside(self, method: str, path: str, **options: Any) -> Answer:
        """Call the sandbox."""
        return _answer(await self._outside.request(method, path, **options))

    async def mailed_token(self, address: str, page: str) -> str:
        """Wait for the mail to `address` whose link leads to the page, and return the link's token."""
        link = re.compile(rf"https?://\S+{re.escape(page)}\?token=([A-Za-z0-9_\-]+)")

        async def look() -> str | None:
            answer = await self.outside("GET", "/mail/messages", params={"to": address})
            found = link.search(json.dumps(answer.body))
            return found.group(1) if found else None

        return await eventually(look, f"a mail to {address} with a link")

    async def pay(self, checkout_url: str, *, holder: str) -> None:
        """Pay on the sandbox's bank page, as the person in front of it would."""
        form = {"status": "paid", "holder": holder, "account": "NL55INGB0000000000"}
        answer = _answer(await self._outside.post(checkout_url, data=form, follow_redirects=False))
        if answer.status not in {200, 302, 303}:
            raise DemoStoppedError(f"the bank page answered {answer.status}: {answer.body}")


def _answer(response: httpx2.Response) -> Answer:
    try:
        body: Any = response.json()
    except ValueError:
        body = response.text
    return Answer(status=response.status_code, body=body, headers=response.headers, content=response.content)


async def eventually(look: Callable[[], Awaitable[T | None]], what: str, *, within: float = 20.0) -> T:
    """Ask until there is an answer; a demo that waits longer than `within` seconds has failed."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(0.05)
    raise DemoStoppedError(f"waited {within:.0f} s for {what}")
