"""The load: operations at moments that the seed decides, whether or not earlier ones were answered (open loop)."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from chaos.operations import access, credit, hooks, receiving, sending
from chaos.world import World

Act = Callable[[World, random.Random], Awaitable[None]]
END_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that clients do, and how often it is chosen."""

    name: str
    weight: int
    act: Act


OPERATIONS = (
    Operation("send to a buyer", 30, sending.to_a_buyer),
    Operation("send a long one to a buyer", 6, sending.long_to_a_buyer),
    Operation("send a broken one", 6, sending.broken_to_a_buyer),
    Operation("send to the network", 8, sending.to_the_network),
    Operation("send to a difficult receiver", 6, sending.to_a_difficult_receiver),
    Operation("send to one who does not receive", 2, sending.to_one_who_does_not_receive),
    Operation("send the same invoice again", 4, sending.the_same_invoice_again),
    Operation("send the same id again", 6, sending.the_same_id_again),
    Operation("bring a message from the network", 8, receiving.from_the_network),
    Operation("let an outside company send", 3, receiving.from_an_outside_company),
    Operation("download", 12, receiving.download),
    Operation("delete", 3, receiving.delete),
    Operation("ask for the status", 6, receiving.ask_status),
    Operation("put a hook", 4, hooks.put),
    Operation("remove a hook", 2, hooks.remove),
    Operation("ping hooks", 3, hooks.ping),
    Operation("top up", 4, credit.top_up),
    Operation("look at the money", 3, credit.look),
    Operation("change the plan", 1, credit.change_plan),
    Operation("issue a key", 2, access.issue_key),
    Operation("renew a key", 1, access.renew_key),
    Operation("revoke a key", 1, access.revoke_key),
    Operation("use a key", 3, access.use_key),
    Operation("change a membership", 3, access.change_membership),
    Operation("change a user", 2, access.change_user),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One operation at its moment, with the chance that decides its details."""

    at: float
    operation: Operation
    seed: str


def draw_arrivals(
    seed: str, *, seconds: float, per_second: float, operations: Sequence[Operation] = OPERATIONS
) -> list[Arrival]:
    """Return the same arrivals for the same seed: a Poisson stream of weighted operations."""
    chance = random.Random(f"{seed} load")  # noqa: S311 - repeatable, not secret
    weights = [operation.weight for operation in operations]
    arrivals: list[Arrival] = []
    moment = chance.expovariate(per_second)
    while moment < seconds:
        (operation,) = chance.choices(operations, weights)
        arrivals.append(Arrival(moment, operation, f"{seed} {len(arrivals)}"))
        moment += chance.expovariate(per_second)
    return arrivals


async def run_load(world: World, arrivals: Sequence[Arrival]) -> list[str]:
    """Let everything arrive at its moment; return what the load itself stumbled over (a fault of these tests)."""
    start = asyncio.get_running_loop().time()
    tasks: list[asyncio.Task[None]] = []
    for arrival in arrivals:
        await asyncio.sleep(max(0.0, start + arrival.at - asyncio.get_running_loop().time()))
        chance = random.Random(arrival.seed)  # noqa: S311 - repeatable, not secret
        tasks.append(asyncio.create_task(_act(arrival, world, chance), name=arrival.operation.name))
    _, late = await asyncio.wait(tasks, timeout=END_SECONDS) if tasks else (set(), set())
    for task in late:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [
        f"{task.get_name()}: {result!r}"
        for task, result in zip(tasks, results, strict=True)
        if isinstance(result, Exception)
    ]


async def _act(arrival: Arrival, world: World, chance: random.Random) -> None:
    await arrival.operation.act(world, chance)
