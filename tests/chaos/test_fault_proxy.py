"""The fault proxy does to connections what its modes say, so that a chaos run disturbs what it claims to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from koerier.servers.ports import free_ports
from support.fault_links import Mode
from support.fault_proxy import FaultProxy, fault_proxy

LINK = "client>server"
SOON, NEVER = 5.0, 0.3


@dataclass(slots=True)
class Echo:
    """A server that sends everything back, and remembers how its connections ended."""

    port: int = 0
    link_port: int = 0
    open: int = 0
    resets: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.writers.append(writer)
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionResetError:
            self.resets += 1
        finally:
            self.open -= 1
            writer.close()


@dataclass(frozen=True, slots=True)
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, text: bytes) -> bytes:
        self.writer.write(text)
        return await self.reader.readexactly(len(text))


@pytest.fixture(scope="module")
async def echo() -> AsyncIterator[Echo]:
    made = Echo()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    (made.link_port,) = free_ports(1)
    yield made
    server.close()
    for writer in made.writers:
        writer.close()


@pytest.fixture(scope="module")
async def running_proxy(echo: Echo) -> AsyncIterator[FaultProxy]:
    async with fault_proxy({LINK: (echo.link_port, ("127.0.0.1", echo.port))}, seed="1") as made:
        yield made


@pytest.fixture
async def proxy(running_proxy: FaultProxy) -> AsyncIterator[FaultProxy]:
    yield running_proxy
    await running_proxy.heal()


Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
async def connect(echo: Echo) -> AsyncIterator[Connect]:
    made: list[Client] = []

    async def one() -> Client:
        made.append(Client(*await asyncio.open_connection("127.0.0.1", echo.link_port)))
        return made[-1]

    yield one
    for client in made:
        client.writer.close()
        with contextlib.suppress(OSError):
            await client.writer.wait_closed()


async def _ends(what: Awaitable[bytes], seconds: float = SOON) -> str:
    """Tell how it ended: an answer, a reset, or nothing at all."""
    try:
        return (await asyncio.wait_for(what, seconds)).decode() or "end"
    except (ConnectionResetError, asyncio.IncompleteReadError):
        return "reset"
    except TimeoutError:
        return "nothing"


async def test_an_open_link_passes_everything_on_and_the_end_too(connect: Connect, proxy: FaultProxy) -> None:
    client = await connect()

    assert await client.say(b"x" * 300_000) == b"x" * 300_000
    client.writer.write_eof()
    assert await _ends(client.reader.read()) == "end"


async def test_a_slow_link_takes_its_time_each_way(connect: Connect, proxy: FaultProxy) -> None:
    client = await connect()
    await client.say(b"warm")
    await proxy.disturb([LINK], Mode.SLOW, seconds=0.2)
    started = asyncio.get_running_loop().time()

    assert await client.say(b"late") == b"late"
    assert asyncio.get_running_loop().time() - started >= 0.4


async def test_a_lossy_link_delays_and_never_changes_what_passes(connect: Connect, proxy: FaultProxy) -> None:
    await proxy.disturb([LINK], Mode.LOSSY)
    client = await connect()
    started = asyncio.get_running_loop().time()

    outcomes = [await _ends(client.say(f"{number:04}".encode())) for number in range(60)]

    passed = [outcome for outcome in outcomes if outcome != "reset"]
    assert passed == [f"{number:04}" for number in range(len(passed))]
    assert asyncio.get_running_loop().time() - started > 0.2  # some waited for their retransmission


async def test_a_cut_link_resets_what_is_open_and_takes_nothing_new(connect: Connect, proxy: FaultProxy) -> None:
    client = await connect()
    await client.say(b"warm")

    await proxy.disturb([LINK], Mode.CUT)

    assert await _ends(client.reader.read()) == "reset"
    with pytest.raises(ConnectionRefusedError):
        await connect()
    await proxy.heal()
    assert await (await connect()).say(b"again") == b"again"


async def test_a_refusing_link_leaves_what_is_open(connect: Connect, proxy: FaultProxy) -> None:
    client = await connect()
    await client.say(b"warm")

    await proxy.disturb([LINK], Mode.REFUSE)

    assert await client.say(b"still") == b"still"
    with pytest.raises(ConnectionRefusedError):
        await connect()


async def test_a_silent_link_delivers_when_it_is_open_again(connect: Connect, proxy: FaultProxy) -> None:
    client = await connect()
    await client.say(b"warm")
    await proxy.disturb([LINK], Mode.SILENT)
    answer = asyncio.create_task(client.say(b"later"))

    assert await _ends(asyncio.shield(answer), NEVER) == "nothing"
    await proxy.heal()
    assert await _ends(answer) == "later"


async def test_a_half_open_link_lets_the_client_believe(echo: Echo, connect: Connect, proxy: FaultProxy) -> None:
    client, idle = await connect(), await connect()
    await client.say(b"warm")
    await idle.say(b"warm")
    resets = echo.resets

    await proxy.disturb([LINK], Mode.HALF_OPEN)
    answer = asyncio.create_task(client.say(b"lost"))

    assert await _ends(asyncio.shield(answer), NEVER) == "nothing"
    assert echo.resets == resets + 2
    await proxy.heal()
    assert await _ends(answer) == "reset"  # its words are sent again, and nobody knows of the connection
    assert await _ends(idle.reader.read(), NEVER) == "nothing"  # it has no way to know
    assert await _ends(idle.say(b"now it finds out")) == "reset"


async def test_the_other_half_open_link_lets_the_server_believe(
    echo: Echo, connect: Connect, proxy: FaultProxy
) -> None:
    client = await connect()
    await client.say(b"warm")
    believed, resets = echo.open, echo.resets

    await proxy.disturb([LINK], Mode.HALF_OPEN_SERVER)

    assert await _ends(client.reader.read()) == "reset"
    await asyncio.sleep(NEVER)
    assert (echo.open, echo.resets) == (believed, resets)
    await proxy.heal()
    await asyncio.sleep(NEVER)
    assert echo.open < believed


async def test_an_unknown_link_is_refused(proxy: FaultProxy) -> None:
    with pytest.raises(KeyError):
        await proxy.disturb(["nobody>nowhere"], Mode.CUT)
