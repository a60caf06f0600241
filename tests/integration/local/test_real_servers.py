"""PostgreSQL and Kafka under the supervisor: killed, left over, started on their old data."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from koerier.environment import Environment
from koerier.paths import find_layout
from koerier.secrets_file import load_secrets
from koerier.servers.account import remove_directory, server_account
from koerier.servers.ports import free_ports
from koerier.servers.postgres import PostgresServer, end_left_over
from koerier.servers.process import start, stop
from koerier.servers.running import ProcessIdentity
from koerier.servers.throwaway import throwaway_kafka_async, throwaway_postgres_async
from koerier.supervisor.status import ProcessStatus
from support.kafka import create_topic

from .conftest import FakePlatform, MakePlatform


@pytest.fixture
def platform(make_platform: MakePlatform) -> FakePlatform:
    """Return PostgreSQL and Kafka alone; downloads are shared with the clone that the tests run from."""
    platform = make_platform([{"name": "postgres"}, {"name": "kafka"}])
    cache = find_layout().cache
    cache.mkdir(parents=True, exist_ok=True)
    platform.layout.cache.symlink_to(cache, target_is_directory=True)
    return platform


def _environment(platform: FakePlatform) -> Environment:
    secrets = load_secrets(platform.layout.secrets_file)
    return Environment(layout=platform.layout, ports=platform.status().ports, secrets=secrets)


def _kill(process: ProcessStatus) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)


async def test_killed_servers_come_back_with_their_data(platform: FakePlatform) -> None:
    platform.up()
    environment = _environment(platform)
    dsn = environment.database("billing").owner_dsn
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table ledger(amount int)")
        connection.execute("insert into ledger values (42)")
    topic = await create_topic(environment.bootstrap_servers, "billing.payments")
    async with AIOKafkaProducer(bootstrap_servers=environment.bootstrap_servers) as producer:
        await producer.send_and_wait(topic, b"paid")

    killed = {process.name: process for process in platform.status().processes}
    for process in killed.values():
        _kill(process)
    platform.wait_until(lambda: all(platform.came_back(name, it.identity) for name, it in killed.items()), 180)
    await _check_data(environment, topic)

    _kill_supervisor(platform)  # both servers are left over, or end on their own
    platform.up()
    await _check_data(_environment(platform), topic)


def _kill_supervisor(platform: FakePlatform) -> None:
    os.kill(platform.status().supervisor.pid, signal.SIGKILL)
    platform.wait_until(lambda: platform.control.status() is None)


async def _check_data(environment: Environment, topic: str) -> None:
    with psycopg.connect(environment.database("billing").app_dsn) as connection:
        assert connection.execute("select amount from ledger").fetchall() == [(42,)]
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=environment.bootstrap_servers, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"paid"


def test_reset_deletes_data_and_secrets_and_keeps_downloads(make_platform: MakePlatform) -> None:
    platform = make_platform([{"name": "postgres"}])
    platform.layout.cache.mkdir()
    (platform.layout.cache / "download").touch()
    platform.up()
    secrets = platform.layout.secrets_file.read_text()
    platform.control.reset()
    assert not platform.layout.data.exists()
    assert not platform.layout.secrets_file.exists()
    assert (platform.layout.cache / "download").exists()
    platform.up()
    assert platform.layout.secrets_file.read_text() != secrets


def test_pid_file_of_a_dead_server_is_removed_and_a_living_one_is_ended(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    server = PostgresServer(directory=tmp_path / "pg", port=port, password="x", layout=find_layout())
    server.prepare()
    command = server.command()
    pid_file = server.data / "postmaster.pid"

    pid_file.write_text(f"{os.getpid()}\n{server.data}\n")  # the number of the dead server belongs to us now
    end_left_over(server.data)
    assert not pid_file.exists()

    with (tmp_path / "log").open("wb") as log:
        process = start(command, log)
    try:
        _wait_until_ready(server, process)
        server.prepare()
        assert process.wait(10) == 0
        assert not pid_file.exists()
    finally:
        stop(process, command)
        remove_directory(server.directory)


def test_children_of_a_killed_server_do_not_block_the_next_one(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    server = PostgresServer(directory=tmp_path / "pg", port=port, password="x", layout=find_layout())
    server.prepare()
    command = server.command()
    with (tmp_path / "log").open("wb") as log:
        process = start(command, log)
        try:
            _wait_until_ready(server, process)
            child = ProcessIdentity.of(psutil.Process(process.pid).children()[0].pid)
            assert child is not None
            os.kill(child.pid, signal.SIGSTOP)  # it does not notice that its server is killed
            process.kill()
            process.wait()
            assert child.is_running()
            server.prepare()
            assert not child.is_running()
            process = start(command, log)
            _wait_until_ready(server, process)
        finally:
            stop(process, command)
            remove_directory(server.directory)


def _wait_until_ready(server: PostgresServer, process: "subprocess.Popen[bytes]") -> None:
    while not server.is_ready():
        assert process.poll() is None


async def test_throwaway_servers_of_an_event_loop_leave_nothing(tmp_path: Path) -> None:
    async with throwaway_postgres_async(tmp_path) as server, throwaway_kafka_async(tmp_path) as node:
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert await create_topic(node.bootstrap_servers, "one") == "one"
    assert not server.is_ready()
    assert not node.is_ready()
    left = await asyncio.to_thread(os.listdir, tmp_path)
    assert set(left) == {"postgres.log", "kafka.log"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_server_of_root_runs_unprivileged_with_data_that_only_it_can_read(tmp_path: Path) -> None:
    account = server_account()
    assert account is not None
    hidden = tmp_path / "home"
    hidden.mkdir(mode=0o700)
    server = PostgresServer(directory=hidden / "pg", port=1, password="x", layout=find_layout())
    server.prepare()
    try:
        status = server.data.stat()
        assert (status.st_uid, status.st_mode & 0o777) == (account.uid, 0o700)
        assert (hidden / "pg").is_symlink()
        assert str(server.data).startswith("/var/lib/koerier/")
        assert hidden.stat().st_mode & 0o777 == 0o700
    finally:
        remove_directory(server.directory)
    assert not server.data.exists()
