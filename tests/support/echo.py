"""A tiny HTTP service that answers with the request as it arrived: who stands behind a gateway can be seen in it."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field

from koerier.servers.ports import LOOPBACK


@dataclass(slots=True)
class EchoService:
    """Counts and echoes requests; identity's exchange of connection keys is the one path that it knows."""

    name: str
    port: int = 0
    requests: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                await self._answer(line.decode().split(" "), reader, writer)
        self._writers.discard(writer)
        writer.close()

    async def _answer(self, line: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target = line[0], line[1]
        headers = await _read_headers(reader)
        size = await _read_body(reader, headers)
        self.requests.append(target)
        status, extra = 200, ""
        body: dict[str, object] = {"service": self.name, "method": method, "target": target, "headers": headers}
        body["size"] = size
        if target == "/identity/v1/key-exchange":
            status, extra, body = _exchange(headers, body)
        content = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        writer.write(f"{head}Server: echo\r\n{extra}\r\n".encode() + content)
        await writer.drain()


def _exchange(headers: dict[str, str], body: dict[str, object]) -> tuple[int, str, dict[str, object]]:
    if headers.get("authorization", "").endswith("koe_ck_live_known"):
        return 200, "Authorization: Bearer exchanged-token\r\n", body
    return 401, "", {"code": "unauthenticated", "size": body["size"]}


async def _read_headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> int:
    if "content-length" in headers:
        return len(await reader.readexactly(int(headers["content-length"])))
    total = 0
    if headers.get("transfer-encoding") == "chunked":
        while (size := int((await reader.readline()).strip(), 16)) > 0:
            total += len(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
    return total
