"""The servers that tests and the laptop run on."""

import secrets

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError
from koerier.servers.databases import ServiceDatabase, with_database
from support.kafka import create_topic, unique_topic
from support.postgres import CreateDatabase, TestDatabases


def _migrate(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table things(id bigint generated always as identity primary key, name text)")


@pytest.fixture(scope="module")
def identity(create_database: CreateDatabase) -> ServiceDatabase:
    return create_database("identity", _migrate)


def test_application_role_works_on_rows_of_tables_that_the_owner_made(identity: ServiceDatabase) -> None:
    with psycopg.connect(identity.app_dsn, autocommit=True) as connection:
        connection.execute("insert into things(name) values ('first')")
        connection.execute("update things set name = 'second'")
        assert connection.execute("delete from things returning name").fetchall() == [("second",)]


@pytest.mark.parametrize("statement", ["drop table things", "create table mine(id int)", "truncate things"])
def test_application_role_cannot_change_definitions(identity: ServiceDatabase, statement: str) -> None:
    with (
        psycopg.connect(identity.app_dsn, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("role", ["owner_dsn", "app_dsn"])
def test_roles_of_a_service_cannot_connect_to_another_services_database(
    create_database: CreateDatabase, identity: ServiceDatabase, role: str
) -> None:
    billing = create_database("billing", _migrate)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(with_database(getattr(billing, role), identity.name))
    with psycopg.connect(getattr(billing, role)) as own:
        assert own.execute("select current_database()").fetchone() == (billing.name,)


def test_connection_without_password_is_refused(identity: ServiceDatabase) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"no password supplied|password authentication failed"):
        psycopg.connect(identity.app_dsn, password=secrets.token_hex(4))


def test_server_keeps_fsync_and_allows_two_hundred_connections(postgres_server: str) -> None:
    with psycopg.connect(postgres_server) as connection:
        row = connection.execute(
            "select current_setting('fsync'), current_setting('max_connections'), current_setting('server_version_num')"
        ).fetchone()
    assert row is not None
    assert row[:2] == ("on", "200")
    assert row[2].startswith("18")


def test_migrations_run_once_per_service_and_every_database_starts_from_their_result(databases: TestDatabases) -> None:
    runs = []

    def migrate(dsn: str) -> None:
        runs.append(dsn)
        _migrate(dsn)

    first, second = databases.create("documents", migrate), databases.create("documents", migrate)
    try:
        with psycopg.connect(first.app_dsn, autocommit=True) as connection:
            connection.execute("insert into things(name) values ('only in the first')")
        with psycopg.connect(second.app_dsn) as connection:
            assert connection.execute("select count(*) from things").fetchone() == (0,)
        assert len(runs) == 1
    finally:
        databases.drop(first)
        databases.drop(second)


async def test_record_produced_to_kafka_is_read_back_in_order(kafka_server: str) -> None:
    topic = await create_topic(kafka_server, unique_topic(), partitions=3)
    async with AIOKafkaProducer(bootstrap_servers=kafka_server, enable_idempotence=True) as producer:
        for number in range(10):
            await producer.send_and_wait(topic, str(number).encode(), key=b"one")
    async with AIOKafkaConsumer(topic, bootstrap_servers=kafka_server, auto_offset_reset="earliest") as consumer:
        values = [int((await consumer.getone()).value) for _ in range(10)]
    assert values == list(range(10))


async def test_kafka_creates_no_topic_when_a_client_asks_for_it(kafka_server: str) -> None:
    topic = unique_topic()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_server)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([topic])
        assert described["error_code"] == UnknownTopicOrPartitionError.errno
        assert topic not in await admin.list_topics()
    finally:
        await admin.close()
