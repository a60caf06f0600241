"""When which fault happens: drawn from the seed, so that a run can be repeated, and told as it happens."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chaos.faults import databases, outside, processes
from chaos.faults.catalogue import FAULTS, Fault
from chaos.world import World

HEAL_SECONDS = 60.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One fault at its moment (seconds after the start of the load)."""

    at: float
    fault: Fault
    target: str
    seconds: float
    seed: str

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.at:5.1f} s  {self.fault.name}: {self.target}{lasting}"


@dataclass(slots=True)
class Injected:
    """What happened of the plan, and what could not."""

    done: list[Planned] = field(default_factory=list)
    missed: list[Planned] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def draw_faults(
    seed: str, *, seconds: float, every: float, short: bool, faults: Sequence[Fault] = FAULTS
) -> list[Planned]:
    """Return the same faults for the same seed, about one `every` so many seconds, over-lapping at times."""
    chance = random.Random(f"{seed} faults")  # noqa: S311 - repeatable, not secret
    weights = [fault.weight for fault in faults]
    planned: list[Planned] = []
    moment = 1.0 + chance.expovariate(1 / every)
    while moment < seconds:
        (fault,) = chance.choices(faults, weights)
        span = fault.short if short else fault.long
        target, lasting = chance.choice(list(fault.targets)), round(chance.uniform(*span), 1)
        planned.append(
            Planned(at=moment, fault=fault, target=target, seconds=lasting, seed=f"{seed} fault {len(planned)}")
        )
        moment += chance.expovariate(1 / every)
    return planned


async def inject(world: World, planned: Sequence[Planned], say: Say) -> Injected:
    """Let every fault happen at its moment; returns when the last one is over."""
    start = asyncio.get_running_loop().time()
    result = Injected()

    async def one(fault: Planned) -> None:
        await asyncio.sleep(max(0.0, start + fault.at - asyncio.get_running_loop().time()))
        say(str(fault))
        try:
            chance = random.Random(fault.seed)  # noqa: S311 - repeatable, not secret
            happened = await fault.fault.inject(world, fault.target, fault.seconds, chance)
        except Exception as error:  # noqa: BLE001 - a fault of these tests: told, and the run goes on
            result.errors.append(f"{fault}: {error!r}")
            return
        (result.done if happened else result.missed).append(fault)

    await asyncio.gather(*(one(fault) for fault in planned))
    return result


async def heal(world: World) -> None:
    """End every disturbance, also one whose own end failed."""
    stage = world.stage
    async with asyncio.timeout(HEAL_SECONDS):
        processes.thaw_all(stage)
        await stage.proxy.heal()
        await databases.reset(stage)
        await outside.all_well(stage)
