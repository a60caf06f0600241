"""The rows of the failure matrix (docs/architecture.md): each makes its crash happen and returns what it found broken.

A row raises `DidNotHappenError` when its crash could not be made to happen, so that an empty answer always means that
the repair worked. The sequence of a row is the same with and without its repair.
"""

import asyncio
import signal
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from support.kafka_reader import eventually
from support.matrix import Matrix
from support.matrix_service import POISON
from support.nursery import Child

Row = Callable[[Matrix], Awaitable[list[str]]]


class DidNotHappenError(Exception):
    """The crash of the row did not happen: the test says nothing."""


def require(happened: object, what: str) -> None:
    if not happened:
        raise DidNotHappenError(what)


async def crash_before_commit(matrix: Matrix) -> list[str]:
    """The API dies before COMMIT; the client retries with its key, twice, because the first answer gets lost."""
    found = []
    dying = matrix.run("api", die_at="before_commit")
    require(await eventually(matrix.api_answers), "the api did not start")
    require(await matrix.post("key") is None and dying.wait(), "the api did not die")
    if await matrix.count("things") or await matrix.count("outbox"):
        found.append("half a command was committed")
    matrix.run("api")
    require(await eventually(matrix.api_answers), "the api did not start again")
    if not await matrix.make_thing("key"):
        found.append("the retry was never served")
    again = await matrix.post("key")
    if again is None or again.status_code != 201:
        found.append("the answer could not be had again")
    if (await matrix.count("things"), await matrix.count("outbox")) != (1, 1):
        found.append("one command had two effects")
    return found


async def crash_after_commit(matrix: Matrix) -> list[str]:
    """The API dies after COMMIT, and the first relay before it sends."""
    dying = matrix.run("api", die_at="after_commit")
    require(await eventually(matrix.api_answers), "the api did not start")
    require(await matrix.post("key") is None and dying.wait(), "the api did not die")
    require(await matrix.count("outbox") == 1, "nothing was committed")
    relay = matrix.run("worker", die_at="before_publish")
    require(relay.wait(matrix.patience) or matrix.without, "the relay did not die")
    relay.kill()
    matrix.run("worker")
    return [] if await matrix.has("effects", 1) else ["a committed event never arrived"]


async def crash_after_publish(matrix: Matrix) -> list[str]:
    """The relay dies between Kafka's acknowledgement and its delete."""
    ids = await matrix.fill_outbox(20)
    require(matrix.run("worker", die_at="after_publish").wait(), "the relay did not die")
    require(await matrix.count("outbox") == 20, "the relay deleted before it died")
    matrix.run("worker", send_delay="1.5")
    require(await matrix.has("effects", 20), "the consumer did not start")
    require(await matrix.count("outbox") == 20, "the relay sent again too early")
    require(await matrix.has("outbox", 0), "the relay did not send again")
    require(len(await matrix.on_kafka()) == 40, "nothing was sent twice")
    return await applied_once(matrix, ids)


async def consumer_crash_before_commit(matrix: Matrix) -> list[str]:
    """The consumer dies before COMMIT."""
    ids = await matrix.publish(*range(100, 130))
    require(matrix.run("worker", die_at="before_commit").wait(), "the consumer did not die")
    require(await matrix.count("effects") == 0, "the consumer committed before it died")
    matrix.run("worker")
    return await applied_once(matrix, ids)


async def consumer_crash_after_commit(matrix: Matrix) -> list[str]:
    """The consumer dies after COMMIT and before the commit of its offsets."""
    ids = await matrix.publish(*range(100, 130))
    require(matrix.run("worker", die_at="consumer_after_commit").wait(), "the consumer did not die")
    require(await matrix.count("effects") > 0, "the consumer died too early")
    matrix.run("worker")
    return await applied_once(matrix, ids)


async def two_relays(matrix: Matrix) -> list[str]:
    """Two workers run; then the one whose relay leads is killed in the middle of its work."""
    workers = [matrix.run("worker", kafka__instance=str(number), send_delay="0.1") for number in (1, 2)]

    async def both_run() -> bool:
        return await matrix.relays() == 2

    require(await eventually(both_run, seconds=matrix.patience), "there are no two relays")
    await asyncio.sleep(0.5)  # each tries the lock every 0.25 s
    ids = await matrix.fill_outbox(300)
    require(await matrix.has("outbox", 0), "the outbox was not relayed")
    await asyncio.sleep(0.5)  # a second leader would still be sending
    found = [] if len(await matrix.on_kafka()) == 300 else ["two relays led at once: events were sent twice"]
    leader = next(worker for worker in workers if "relay_leads" in worker.log.read_text())
    ids += await matrix.fill_outbox(300)
    leader.kill()
    ids += await matrix.fill_outbox(20)
    if not await matrix.has("outbox", 0):
        found.append("nobody took over")
    return found + in_order(ids, await matrix.on_kafka())


async def frozen_leader(matrix: Matrix) -> list[str]:
    """The leader's process is frozen: it can neither work nor say so; later it comes back."""
    first = matrix.run("worker", kafka__instance="1")
    require(await eventually(lambda: says(first, "relay_leads"), seconds=matrix.patience), "nobody leads")
    second = matrix.run("worker", kafka__instance="2")
    first.send(signal.SIGSTOP)
    ids = await matrix.fill_outbox(50)
    found = []
    if not await matrix.has("outbox", 0):
        found.append("nobody took over from a frozen leader")
    first.send(signal.SIGCONT)
    ids += await matrix.fill_outbox(50)
    require(await matrix.has("outbox", 0), "the outbox was not relayed after the thaw")
    if await matrix.leaders() != 1 or not second.alive:
        found.append("there is not exactly one leader after the thaw")
    return found + in_order(ids, await matrix.on_kafka())


async def says(child: Child, event: str) -> bool:
    return event in child.log.read_text()


async def poison(matrix: Matrix) -> list[str]:
    """Records that cannot be read, and one that hits a bug, lie between good ones with the same key."""
    matrix.run("worker")
    (first,) = await matrix.publish(1)
    headers = [("ce_id", b"\xff"), ("ce_type", matrix.notes.type.encode())]
    await matrix.write([(b"key", b"{", headers), (b"key", b"", [])])
    bug, second = await matrix.publish(POISON, 2)
    found = []
    if not await matrix.has("effects", 2):
        found.append("what follows a poison record did not arrive")
    if set(await matrix.applied()) - {first, second}:
        found.append("a failed event left effects")
    if await matrix.count("dead_letters") != 3:
        found.append("a poison record was lost")
    if found:
        return found
    async with matrix.connection() as connection:
        rows = await connection.fetch("select id from dead_letters order by created_at")
    replay = matrix.run("dead-letters", "replay", *(str(row["id"]) for row in rows), fixed="true")
    require(replay.wait(matrix.patience), "the replay did not end")
    if set(await matrix.applied()) != {first, second, bug}:
        found.append("the replay after the repair did not apply the event")
    return found


async def postgres_down(matrix: Matrix) -> list[str]:
    """PostgreSQL is killed while events arrive."""
    assert matrix.postgres
    worker = matrix.run("worker")
    ids = await matrix.publish(*range(100, 105))
    require(await matrix.has("effects", 5), "the consumer did not start")
    matrix.postgres.kill()
    ids += await matrix.publish(*range(200, 240))
    trouble = "batch_dropped" if matrix.without else "consumer_waits"
    require(await eventually(lambda: says(worker, trouble), seconds=matrix.patience), "the consumer noticed nothing")
    matrix.postgres.start()
    ids += await matrix.publish(*range(300, 305))
    found = await applied_once(matrix, ids)
    if await matrix.count("dead_letters"):
        found.append("an outage made dead letters")
    if not worker.alive:
        found.append("the worker ended")
    return found


async def kafka_down(matrix: Matrix) -> list[str]:
    """Kafka is killed while commands arrive, and the worker crashes before Kafka is back."""
    assert matrix.kafka
    matrix.run("api")
    worker = matrix.run("worker")
    require(await eventually(matrix.api_answers), "the api did not start")
    require(await matrix.make_thing("before"), "nothing could be made")
    require(await matrix.has("effects", 1), "the path does not work")
    matrix.kafka.kill()
    made = [await matrix.make_thing(f"key-{number}") for number in range(5)]
    found = [] if all(made) else ["a command failed because Kafka is down"]
    await asyncio.sleep(1.0)
    if await matrix.count("outbox") != 5:
        found.append("the outbox does not hold what Kafka did not take")
    worker.kill()
    matrix.run("worker")
    matrix.kafka.start()
    if not await matrix.has("effects", 6):
        found.append("events were lost")
    if set((await matrix.applied()).values()) != {1}:
        found.append("an event was applied twice")
    return found


async def applied_once(matrix: Matrix, ids: Sequence[str]) -> list[str]:
    """Let a last event pass, and tell which of all events were not applied exactly once."""
    markers = [(await matrix.publish(999, key=f"marker-{number}"))[0] for number in range(24)]

    async def passed() -> bool:
        applied = await matrix.applied()
        return all(marker in applied for marker in markers)

    require(await eventually(passed, seconds=matrix.patience), "the consumer does not go on")
    await eventually(lambda: all_applied(matrix, ids), seconds=matrix.patience)
    applied = await matrix.applied()
    found = []
    if any(event_id not in applied for event_id in ids):
        found.append("events were lost")
    if any(applied.get(event_id, 0) > 1 for event_id in ids):
        found.append("events were applied twice")
    return found


async def all_applied(matrix: Matrix, ids: Sequence[str]) -> bool:
    applied = await matrix.applied()
    return all(event_id in applied for event_id in ids)


def in_order(ids: Sequence[str], on_kafka: Sequence[tuple[str, str]]) -> list[str]:
    """Tell whether all events are there, and in order per key where each came first."""
    position = {event_id: number for number, event_id in enumerate(ids)}
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for key, event_id in on_kafka:
        if position[event_id] not in seen[key]:
            seen[key].append(position[event_id])
    found = []
    if sum(map(len, seen.values())) != len(ids):
        found.append("events were lost")
    if any(numbers != sorted(numbers) for numbers in seen.values()):
        found.append("events of one key are out of order")
    return found
