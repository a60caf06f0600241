"""Addresses that a customer gives for webhooks lead nowhere but to the public internet, however they are written.

What is tried here goes all the way through the sender with a real socket listening where the address would lead; only
the answers of DNS are made up. `tests/unit/documents/test_guard.py` has the addresses one by one.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from documents.adapters.webhooks.guard import is_public
from documents.adapters.webhooks.sender import AiohttpHookSender, open_guarded_session
from documents.application.values import HookCall, Response
from documents.domain.errors import InvalidHook
from documents.domain.hooks import parse_action


@dataclass(slots=True)
class Inside:
    """A service on this machine that no hook may reach."""

    port: int = 0
    calls: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.append(await reader.read(100))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
        await writer.drain()
        writer.close()


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    found = Inside()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


@dataclass(slots=True)
class Dns:
    """Answers for names: each look-up takes the next answer, and the last one stays."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def look_up(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        left = self.answers[host]
        return left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> Dns:
    made = Dns()

    async def getaddrinfo(_loop: object, host: str, port: int, **options: Any) -> list[Any]:
        if host not in made.answers:
            return socket.getaddrinfo(host, port, **options)
        kinds = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            (kinds[":" in address], socket.SOCK_STREAM, 6, "", (address, port, 0, 0)[: 4 if ":" in address else 2])
            for address in made.look_up(host)
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return made


async def call(url: str, *, seconds: float = 2.0) -> Response:
    async with open_guarded_session(allow_private=False, timeout_seconds=seconds) as session:
        sender = AiohttpHookSender(session, allow_private=False)
        return await sender.post(HookCall(url=url, headers={}, body=b"{}"))


WAYS_HOME = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.01:{port}/",
    "http://0x7f000001:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://LOCALHOST:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://hooks.example.test@127.0.0.1:{port}/",
    "http://hooks.example.test:443@127.0.0.1:{port}/",
    "http://hooks.example.test%40127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@hooks.example.test/",
    "http://127.0.0.1:{port}?@hooks.example.test/",
    "http://127.0.0.1:{port}\\@hooks.example.test/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "http://ⓛocalhost:{port}/",
    "http://\uff11\uff12\uff17.0.0.1:{port}/",
]


@pytest.mark.parametrize("url", WAYS_HOME)
async def test_no_spelling_of_an_address_leads_inside(inside: Inside, url: str) -> None:
    response = await call(url.format(port=inside.port))
    assert (response.status, inside.calls) == (None, [])
    assert "secret" not in str(response)


async def test_the_listener_would_notice(inside: Inside) -> None:
    """Without the guard the same call arrives: what is shown above is the guard's doing."""
    async with open_guarded_session(allow_private=True, timeout_seconds=2) as session:
        sender = AiohttpHookSender(session, allow_private=True)
        response = await sender.post(HookCall(url=f"http://127.0.0.1:{inside.port}/", headers={}, body=b"{}"))
    assert (response.status, len(inside.calls)) == (200, 1)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        ["127.0.0.1", "93.184.215.14"],
        ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "127.0.0.1"],
        ["93.184.215.14", "::ffff:127.0.0.1"],
        ["10.0.0.8"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["100.100.100.200"],
        ["168.63.129.16", "127.0.0.1"],
    ],
    ids="+".join,
)
async def test_a_name_with_one_address_inside_is_not_called_at_all(
    inside: Inside, dns: Dns, addresses: list[str]
) -> None:
    dns.answers["evil.example"] = [addresses]
    response = await call(f"http://evil.example:{inside.port}/")
    assert (response.status, inside.calls) == (None, [])
    assert "public" in response.reason


async def test_a_name_that_changes_between_check_and_connection_gains_nothing(inside: Inside, dns: Dns) -> None:
    """The addresses that were checked are the ones that are connected to; nobody asks again."""
    dns.answers["rebind.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    response = await call(f"http://rebind.example:{inside.port}/", seconds=0.5)
    assert (response.status, inside.calls) == (None, [])
    assert dns.asked == ["rebind.example"]


async def test_a_name_that_turns_inside_later_is_refused_then(inside: Inside, dns: Dns) -> None:
    dns.answers["later.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    assert (await call(f"http://later.example:{inside.port}/", seconds=0.2)).status is None
    response = await call(f"http://later.example:{inside.port}/")
    assert (response.status, inside.calls) == (None, [])
    assert "public" in response.reason


@pytest.mark.parametrize(
    "action",
    [
        "http://hooks.example.test/in",
        "ftp://hooks.example.test/in",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_MAIL",
        "https://user:password@hooks.example.test/in",
        "https:///in",
        "https://",
        "//hooks.example.test/in",
        "javascript:alert(1)",
        "https://hooks.example.test:99999/in",
        "https://hooks.example.test\r\nHost: inside/in",
        "https://exa mple.test/",
        "",
    ],
)
def test_an_action_that_is_no_plain_https_address_is_not_even_stored(action: str) -> None:
    with pytest.raises(InvalidHook):
        parse_action(action, plain_http=False)


def test_the_networks_that_machines_keep_for_themselves_are_not_public() -> None:
    ours = (
        "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "192.88.99.1",
        "168.63.129.16", "198.51.100.7", "203.0.113.9", "2001:db8::5", "100::1", "5f00::1", "3fff::1", "::ffff:0:0",
    )  # fmt: skip
    assert [address for address in ours if is_public(address)] == []
