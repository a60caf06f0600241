"""A receiver of webhooks that costs as little as one can: HTTP/1.1 with kept-alive connections, no framework.

It answers 200 to every call and hands the body on, or says nothing at all: a dead target that takes connections.
"""

import asyncio
from collections.abc import Callable
from typing import cast

OnBody = Callable[[bytes], None]
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Receiving(asyncio.Protocol):
    """One connection of a sender."""

    def __init__(self, on_body: OnBody, *, dead: bool = False) -> None:
        self._on_body = on_body
        self._dead = dead
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are transports in all but their class

    def data_received(self, data: bytes) -> None:
        if self._dead:
            return
        self._buffer += data
        while (taken := split_request(self._buffer)) is not None:
            body, self._buffer = taken
            self._transport.write(_ANSWER)
            self._on_body(body)


def split_request(buffer: bytes) -> tuple[bytes, bytes] | None:
    """Return the first request's body and what comes after it; None while it is not complete."""
    end = buffer.find(_END)
    if end < 0:
        return None
    head = buffer[:end].lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    start = end + len(_END)
    if len(buffer) < start + length:
        return None
    return buffer[start : start + length], buffer[start + length :]


async def listen(port: int, on_body: OnBody, *, dead: bool = False) -> asyncio.Server:
    """Listen on the loopback address."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Receiving(on_body, dead=dead), "127.0.0.1", port)
