"""A connection to Kafka that is gone when something is written to it, on the event loop of the services."""

import asyncio

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest
from shared.messaging.kafka_connections import notice_broken_connections


@pytest.fixture(autouse=True)
def as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the repair away, also when another test's broker has made it."""
    for name in ("send", "_send_sasl_token"):
        method = getattr(AIOKafkaConnection, name)
        monkeypatch.setattr(AIOKafkaConnection, name, getattr(method, "__wrapped__", method))


async def error_of_a_late_write(bootstrap_servers: str) -> tuple[Exception | None, bool]:
    """Write right after the connection was lost, before its reader knows; return the error, and whether it is open."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers)
    await client.bootstrap()
    assert await client.ready(client.get_random_node())
    (connection,) = client._conns.values()
    protocol, loop = connection._protocol, asyncio.get_running_loop()
    original, written = protocol.connection_lost, loop.create_future()

    def write() -> None:
        try:
            connection.send(MetadataRequest([]))
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            written.set_result((error, connection.connected()))
        else:
            written.set_result((None, connection.connected()))

    def lost(error: Exception | None) -> None:
        loop.call_soon(write)
        original(error)

    protocol.connection_lost = lost
    connection._writer.transport.abort()
    try:
        async with asyncio.timeout(10):
            found: tuple[Exception | None, bool] = await written
    finally:
        await client.close()
    return found


def run(bootstrap_servers: str) -> tuple[Exception | None, bool]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(error_of_a_late_write(bootstrap_servers))


def test_a_write_to_a_lost_connection_is_an_error_of_the_connection(kafka_server: str) -> None:
    notice_broken_connections()
    notice_broken_connections()
    error, is_open = run(kafka_server)
    assert isinstance(error, KafkaConnectionError)
    assert not is_open


def test_without_the_repair_it_is_an_error_that_the_client_does_not_know(kafka_server: str) -> None:
    error, _ = run(kafka_server)
    assert isinstance(error, RuntimeError)
    assert not isinstance(error, KafkaConnectionError)
