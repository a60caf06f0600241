"""The failure matrix of docs/architecture.md, each row with processes that are really killed - and without its repair.

The second test of each row takes the repair out and sees the violation: a row that cannot fail proves nothing.
"""

from collections.abc import AsyncIterator

import pytest
from koerier.servers.databases import ServiceDatabase
from support import matrix_rows as rows
from support.kit import migrate
from support.matrix import Matrix
from support.matrix_rows import Row
from support.nursery import Nursery
from support.postgres import TestDatabases

ROWS: dict[str, Row] = {
    "crash before COMMIT: nothing happened, the client's retry acts once": rows.crash_before_commit,
    "crash after COMMIT, before publish: the relay sends it": rows.crash_after_commit,
    "crash after publish, before delete: the inbox drops the duplicate": rows.crash_after_publish,
    "consumer crash before COMMIT: redelivery": rows.consumer_crash_before_commit,
    "consumer crash after COMMIT, before offset commit: the inbox drops it": rows.consumer_crash_after_commit,
    "two relays: the second takes over when the session dies": rows.two_relays,
    "two relays: the second takes over from a frozen leader": rows.frozen_leader,
    "poison record: one dead letter, followers proceed, replay after a fix": rows.poison,
    "PostgreSQL down in the consumer: nothing is lost": rows.postgres_down,
    "Kafka down: the outbox grows and the relay resumes": rows.kafka_down,
}
BITES: list[tuple[Row, str, str]] = [
    (rows.crash_before_commit, "idempotency", "one command had two effects"),
    (rows.crash_before_commit, "one transaction", "half a command was committed"),
    (rows.crash_after_commit, "relay", "a committed event never arrived"),
    (rows.crash_after_publish, "inbox", "events were applied twice"),
    (rows.consumer_crash_before_commit, "redelivery", "events were lost"),
    (rows.consumer_crash_after_commit, "inbox", "events were applied twice"),
    (rows.two_relays, "relay lock", "two relays led at once: events were sent twice"),
    (rows.frozen_leader, "session timeout", "nobody took over from a frozen leader"),
    (rows.poison, "dead letters", "what follows a poison record did not arrive"),
    (rows.postgres_down, "nack", "events were lost"),
    (rows.kafka_down, "acknowledgement", "events were lost"),
]


@pytest.fixture
async def matrix(
    row: Row, processes: Nursery, databases: TestDatabases, kafka_server: str, request: pytest.FixtureRequest
) -> AsyncIterator[Matrix]:
    """Yield the stage for one row, on servers of its own where it kills them."""
    postgres = request.getfixturevalue("own_postgres") if row is rows.postgres_down else None
    kafka = request.getfixturevalue("own_kafka") if row is rows.kafka_down else None
    place = TestDatabases(admin_dsn=postgres.server.dsn) if postgres else databases
    database: ServiceDatabase = place.create("matrix", migrate)
    made = Matrix(
        nursery=processes,
        database=database,
        bootstrap_servers=kafka.server.bootstrap_servers if kafka else kafka_server,
        postgres=postgres,
        kafka=kafka,
    )
    await made.provision()
    yield made
    processes.kill_all()
    place.drop(database)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
async def test_a_crash_is_repaired(row: Row, matrix: Matrix):
    assert await row(matrix) == []


@pytest.mark.parametrize(
    ("row", "without", "violation"), BITES, ids=[f"{row.__name__} without {without}" for row, without, _ in BITES]
)
async def test_without_its_repair_the_crash_is_seen(row: Row, without: str, violation: str, matrix: Matrix):
    matrix.without = without
    matrix.patience = 5.0
    assert violation in await row(matrix)
