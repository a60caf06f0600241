"""One TCP link between two parts that can be disturbed while connections are open.

A link listens where the client thinks that the server is and passes everything on. What a network can do to it:

- `open`: nothing. `slow`: every piece comes `seconds` later. `lossy`: pieces wait for their retransmission, now and
  then a connection is reset.
- `refuse`: no new connections. `cut`: none, and the open ones are reset.
- `silent`: nothing passes, in neither direction; when the link is open again, what was written arrives. (A partition
  shorter than TCP's patience.)
- `half_open`: the servers see their connections reset, the clients see nothing at all: what they write is lost. When
  the link is open again, a client learns that its connection is dead once it has written or writes.
- `half_open_server`: the other way round: the clients see a reset, the servers keep connections to nobody until the
  link is open again.
"""

import asyncio
import contextlib
import random
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum

CHUNK = 65536
RETRANSMISSION = (0.2, 0.8)
LOSS, RESETS = 0.08, 0.002
_AT_ONCE = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    OPEN = "open"
    SLOW = "slow"
    LOSSY = "lossy"
    REFUSE = "refuse"
    CUT = "cut"
    SILENT = "silent"
    HALF_OPEN = "half_open"
    HALF_OPEN_SERVER = "half_open_server"


CLOSED = frozenset({Mode.REFUSE, Mode.CUT})


@dataclass(slots=True, eq=False)
class Side:
    """One end of a connection: where its bytes come from and where bytes for it go."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    unanswered: bool = False
    """It wrote something that was lost."""

    def reset(self) -> None:
        """End it as a crashed peer does: with a reset, not with a polite end."""
        link = self.writer.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.writer.transport.abort()


@dataclass(slots=True, eq=False)
class Passage:
    """One connection through the link. A side that is None has gone, or was never there."""

    client: Side | None
    server: Side | None = None

    def reset(self) -> None:
        for side in (self.client, self.server):
            if side is not None:
                side.reset()


@dataclass(slots=True, kw_only=True)
class Link:
    """Listens on `port` and passes on to `target`."""

    name: str
    port: int
    target: tuple[str, int]
    mode: Mode = Mode.OPEN
    seconds: float = 0.0
    chance: random.Random = field(default_factory=random.Random)
    _server: asyncio.Server | None = None
    _passages: set[Passage] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._connected, "127.0.0.1", self.port, reuse_address=True, backlog=512
            )

    async def set(self, mode: Mode, *, seconds: float = 0.0) -> None:
        """Change how the link behaves, for open connections too."""
        before, self.mode, self.seconds = self.mode, mode, seconds
        self._changed.set()
        self._changed = asyncio.Event()
        if before is not mode:
            self._leave(before)
            self._enter(mode)
        if mode in CLOSED:
            self._stop_listening()
        else:
            await self.listen()

    def close(self) -> None:
        self._stop_listening()
        for passage in list(self._passages):
            passage.reset()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _enter(self, mode: Mode) -> None:
        for passage in list(self._passages):
            match mode:
                case Mode.CUT:
                    passage.reset()
                case Mode.HALF_OPEN if passage.server is not None:
                    passage.server.reset()
                    passage.server = None
                case Mode.HALF_OPEN_SERVER if passage.client is not None:
                    passage.client.reset()
                    passage.client = None
                case _:
                    pass

    def _leave(self, mode: Mode) -> None:
        """Let those know of their dead connections that can find out."""
        for passage in list(self._passages):
            if mode is Mode.HALF_OPEN and passage.server is None and passage.client and passage.client.unanswered:
                passage.client.reset()
            if mode is Mode.HALF_OPEN_SERVER and passage.client is None and passage.server:
                passage.server.reset()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = Passage(Side(reader, writer))
        self._passages.add(passage)
        try:
            await self._carry(passage)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._passages.discard(passage)
            passage.reset()

    async def _carry(self, passage: Passage) -> None:
        client = passage.client
        if client is None:
            return
        if self.mode is Mode.HALF_OPEN:  # accepted by nobody: the handshake itself was lost
            await self._swallow(client)
            return
        if self.mode is Mode.SILENT:
            await self._until_audible()
        passage.server = server = Side(*await asyncio.open_connection(*self.target))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(client, server, passage))
            group.create_task(self._pump(server, client, passage))

    async def _pump(self, source: Side, sink: Side, passage: Passage) -> None:
        """Carry bytes one way until the source ends; an end is passed on, a reset resets both."""
        try:
            while data := await source.reader.read(CHUNK):
                if not await self._pass(source, passage):
                    return
                sink.writer.write(data)
                await sink.writer.drain()
            await self._until_audible()
            if source in (passage.client, passage.server) and sink in (passage.client, passage.server):
                with contextlib.suppress(OSError):
                    sink.writer.write_eof()
        except OSError:
            await self._one_side_failed(source, sink, passage)

    async def _one_side_failed(self, source: Side, sink: Side, passage: Passage) -> None:
        """Keep what the other side believes while the link is half open; else end both."""
        alive = [side for side in (source, sink) if side in (passage.client, passage.server)]
        if len(alive) == 1 and alive[0] is source:
            await self._swallow(source)
        elif len(alive) != 1:
            passage.reset()

    async def _pass(self, source: Side, passage: Passage) -> bool:
        """Wait as the link's mode wants; False when the bytes and the connection are lost."""
        if passage.client is None or passage.server is None:
            await self._lose(source)
            return False
        await self._until_audible()
        if self.mode is Mode.SLOW:
            await asyncio.sleep(self.seconds)
        elif self.mode is Mode.LOSSY and self.chance.random() < LOSS:
            await asyncio.sleep(self.chance.uniform(*RETRANSMISSION))
            if self.chance.random() < RESETS / LOSS:
                passage.reset()
                return False
        return True

    async def _until_audible(self) -> None:
        while self.mode is Mode.SILENT:
            await self._changed.wait()

    async def _swallow(self, side: Side) -> None:
        """Read what nobody gets."""
        with contextlib.suppress(OSError):
            if await side.reader.read(CHUNK):
                await self._lose(side)

    async def _lose(self, side: Side) -> None:
        """Keep still about what was written until the link is open: then a writer learns that nobody is there."""
        side.unanswered = True
        if self.mode in (Mode.HALF_OPEN, Mode.HALF_OPEN_SERVER):
            await self._swallow(side)
        else:
            side.reset()
