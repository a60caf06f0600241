"""The processes of a service: they wait for what is missing, say what is wrong, and end in good order when told."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from koerier.servers.databases import ServiceDatabase
from shared.runtime.processes import _run_until_stopped
from support.controlled import Controlled
from support.kafka_reader import eventually
from support.kit import migrate
from support.matrix import Matrix
from support.nursery import Nursery
from support.postgres import TestDatabases


@pytest.fixture
async def stage(processes: Nursery, databases: TestDatabases, kafka_server: str) -> AsyncIterator[Matrix]:
    database: ServiceDatabase = databases.create("matrix", migrate)
    made = Matrix(nursery=processes, database=database, bootstrap_servers=kafka_server)
    await made.provision()
    yield made
    processes.kill_all()
    databases.drop(database)


@pytest.fixture
async def own_stage(
    processes: Nursery, databases: TestDatabases, own_kafka: Controlled
) -> AsyncIterator[tuple[Matrix, Controlled]]:
    database: ServiceDatabase = databases.create("matrix", migrate)
    made = Matrix(nursery=processes, database=database, bootstrap_servers=own_kafka.server.bootstrap_servers)
    await made.provision()
    yield made, own_kafka
    processes.kill_all()
    if own_kafka.process and own_kafka.process.poll() is not None:
        own_kafka.start()
    databases.drop(database)


async def test_a_service_is_ready_tells_its_metrics_and_ends_on_sigterm(stage: Matrix):
    api, worker = stage.run("api"), stage.run("worker")
    assert await eventually(lambda: stage.is_ready("api"), seconds=20)
    assert await eventually(lambda: stage.is_ready("worker"), seconds=20)
    await stage.make_thing("key")
    assert await stage.has("effects", 1)
    status, metrics = await stage.health("worker", "metrics")
    assert status == 200
    for name in ("platform_outbox_rows", "platform_consumer_lag_seconds", "platform_relay_leader"):
        assert name in metrics
    for process in (api, worker):
        process.send(signal.SIGTERM)
        assert process.wait(10)
        assert "part_crashed" not in process.log.read_text()


async def test_everything_in_one_process_does_the_same(stage: Matrix):
    both = stage.run("all")
    stage._port, stage._worker_port = await ports_of(stage)
    assert await eventually(lambda: stage.is_ready("api"), seconds=20)
    assert await stage.make_thing("key")
    assert await stage.has("effects", 1)
    both.send(signal.SIGINT)
    assert both.wait(10)


async def ports_of(stage: Matrix) -> tuple[int, int]:
    environment = stage.nursery.environments[-1]
    return int(environment["MATRIX_HTTP__PORT"]), int(environment["MATRIX_WORKER__PORT"])


async def test_an_api_whose_database_is_away_lives_but_is_not_ready(
    processes: Nursery, own_postgres: Controlled, kafka_server: str
):
    place = TestDatabases(admin_dsn=own_postgres.server.dsn)
    stage = Matrix(nursery=processes, database=place.create("matrix", migrate), bootstrap_servers=kafka_server)
    stage.run("api")
    assert await eventually(lambda: stage.is_ready("api"), seconds=20)
    own_postgres.kill()
    try:
        status, body = await stage.health("api", "health/ready")
        assert (status, "database" in body) == (503, True)
        assert (await stage.health("api", "health/live"))[0] == 200
        refused = await stage.post("key")
        assert refused is not None
        assert (refused.status_code, refused.json()["code"]) == (503, "temporarily_unavailable")
    finally:
        own_postgres.start()
    assert await eventually(lambda: stage.is_ready("api"), seconds=20)
    assert await stage.make_thing("key")
    processes.kill_all()


async def test_a_worker_that_starts_while_kafka_is_away_goes_on_when_it_comes(own_stage: tuple[Matrix, Controlled]):
    stage, kafka = own_stage
    kafka.kill()
    worker = stage.run("worker")
    await stage.fill_outbox(3)
    await asyncio.sleep(2)
    assert worker.alive
    assert (await stage.health("worker", "health/ready"))[0] == 503
    kafka.start()
    assert await stage.has("effects", 3)
    assert await eventually(lambda: stage.is_ready("worker"), seconds=20)


async def test_a_worker_ends_on_sigterm_while_kafka_is_away_and_loses_nothing(
    own_stage: tuple[Matrix, Controlled],
):
    stage, kafka = own_stage
    worker = stage.run("worker")
    await stage.fill_outbox(3)
    assert await stage.has("effects", 3)
    kafka.kill()
    await stage.fill_outbox(3)
    await asyncio.sleep(1)
    worker.send(signal.SIGTERM)
    assert worker.wait(30)
    kafka.start()
    stage.run("worker")
    assert await stage.has("effects", 6)


async def test_a_part_that_has_nothing_to_do_may_end_but_one_that_fails_ends_the_process():
    stop, ran = asyncio.Event(), asyncio.Event()

    async def nothing() -> None:
        """Be done at once, as a job runner without kinds."""

    async def work() -> None:
        await asyncio.sleep(0.05)
        ran.set()
        await asyncio.Event().wait()

    async def fail() -> None:
        await ran.wait()
        raise RuntimeError("a part broke")

    with pytest.raises(SystemExit) as ended:
        await _run_until_stopped([nothing(), work(), fail()], stop)
    assert ended.value.code == 1
    assert stop.is_set()


async def test_a_stopped_process_waits_for_its_parts():
    stop, finished = asyncio.Event(), asyncio.Event()

    async def careful() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            finished.set()

    running = asyncio.create_task(_run_until_stopped([careful()], stop))
    await asyncio.sleep(0.02)
    stop.set()
    await running
    assert finished.is_set()


async def test_operators_see_dead_letters_and_the_outbox_on_the_command_line(stage: Matrix):
    worker = stage.run("worker")
    await stage.write([(b"key", b"{", [("ce_id", b"\xff")])])
    assert await stage.has("dead_letters", 1)
    worker.kill()
    await stage.fill_outbox(3)
    listed, status = stage.run("dead-letters", "list"), stage.run("outbox", "status")
    assert listed.wait()
    assert status.wait()
    (letter,) = [json.loads(line) for line in listed.log.read_text().splitlines()]
    assert letter["error_code"] == "malformed_attribute"
    assert letter["headers"] == {"ce_id": "\\xff"}
    (waiting,) = [json.loads(line) for line in status.log.read_text().splitlines()]
    assert (waiting["service"], waiting["rows"]) == ("matrix", 3)
    assert waiting["oldestSeconds"] >= 0
    replay = stage.run("dead-letters", "replay", letter["id"], str(UUID(int=0)))
    assert replay.wait()
    assert "still fails" in replay.log.read_text()
    assert "unknown, or resolved before" in replay.log.read_text()
    discard = stage.run("dead-letters", "discard", letter["id"], "--reason", "nobody can read it")
    assert discard.wait()
    assert "discarded" in discard.log.read_text()
    again = stage.run("dead-letters", "discard", letter["id"], "--reason", "twice")
    assert again.wait()
    assert "unknown, or resolved before" in again.log.read_text()
    nothing = stage.run("dead-letters", "list")
    assert nothing.wait()
    assert nothing.log.read_text() == ""
