"""Every fault that is injected, with what it may hit and how long it lasts.

`LONG` durations are for runs of minutes; `SHORT` ones for the suite. A fault tells whether it happened: a kill of a
process that was just being started again, or a full disk without a small disk, did not.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from support.fault_links import Mode

from chaos.faults import brokers, databases, outside, processes
from chaos.links import link_names
from chaos.receivers import Behaviour
from chaos.world import World

Inject = Callable[[World, str, float, random.Random], Awaitable[bool]]
Span = tuple[float, float]
AT_ONCE: Span = (0.0, 0.0)
LATENCY = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of fault. `weight` is how often it is drawn among the others."""

    name: str
    targets: Sequence[str]
    inject: Inject
    weight: int = 2
    short: Span = AT_ONCE
    long: Span = AT_ONCE


async def _kill(world: World, target: str, _seconds: float, chance: random.Random) -> bool:
    return await processes.kill(world.stage, target, chance)


async def _restart(world: World, target: str, _seconds: float, chance: random.Random) -> bool:
    return await processes.restart(world.stage, target, chance)


async def _freeze(world: World, target: str, seconds: float, chance: random.Random) -> bool:
    return await processes.freeze(world.stage, target, seconds, chance)


async def _link(mode: Mode, world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await world.disturb_link(target, mode, seconds=seconds, delay=LATENCY)


async def _refuse(world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await databases.refuse_connections(world.stage, target, seconds)


async def _end_sessions(world: World, target: str, _seconds: float, _chance: random.Random) -> bool:
    return await databases.end_sessions(world.stage, target)


async def _fill_disk(world: World, _target: str, seconds: float, _chance: random.Random) -> bool:
    return await databases.fill_disk(world.stage, seconds)


async def _rebalance(world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await brokers.rebalance(world.stage, target, seconds)


async def _rewind(world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await brokers.rebalance(world.stage, target, seconds, rewind=True)


async def _poison(world: World, target: str, _seconds: float, chance: random.Random) -> bool:
    return await brokers.poison(world, target, chance)


async def _outside(world: World, target: str, seconds: float, chance: random.Random) -> bool:
    return await outside.disturb(world.stage, target, seconds, chance)


async def _provider(world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await outside.confuse_provider(world.stage, target, seconds)


async def _receivers(world: World, target: str, seconds: float, _chance: random.Random) -> bool:
    return await outside.misbehave(world.stage, target, seconds)


LINKS = tuple(link_names())
SERVICES = ("identity", "organizations", "documents", "billing")
BEHAVIOURS = tuple(behaviour for behaviour in Behaviour if behaviour is not Behaviour.OK)
FAULTS = (
    Fault(name="kill", targets=(*processes.NAMED, *processes.MET_AT_WORK), inject=_kill, weight=14),
    Fault(
        name="freeze",
        targets=(*processes.NAMED, *processes.MET_AT_WORK),
        inject=_freeze,
        weight=8,
        short=(1.0, 4.0),
        long=(2.0, 15.0),
    ),
    Fault(name="pause", targets=("postgres", "kafka"), inject=_freeze, weight=1, short=(4.0, 6.0), long=(30.0, 30.0)),
    Fault(name="restart", targets=processes.NAMED, inject=_restart, weight=4),
    *(
        Fault(
            name=f"link {mode}",
            targets=LINKS,
            inject=partial(_link, mode),
            weight=3,
            short=(1.0, 4.0),
            long=(2.0, 12.0),
        )
        for mode in Mode
        if mode is not Mode.OPEN
    ),
    Fault(name="refused by postgres", targets=SERVICES, inject=_refuse, short=(1.0, 3.0), long=(2.0, 10.0)),
    Fault(name="sessions ended", targets=SERVICES, inject=_end_sessions),
    Fault(name="disk full", targets=("postgres",), inject=_fill_disk, short=(2.0, 3.0), long=(3.0, 10.0)),
    Fault(name="rebalance", targets=brokers.GROUPS, inject=_rebalance, short=(0.5, 2.0), long=(0.5, 6.0)),
    Fault(name="read again", targets=brokers.GROUPS, inject=_rewind, short=(0.5, 1.0), long=(0.5, 3.0)),
    Fault(name="poison", targets=tuple(brokers.KNOWN), inject=_poison),
    Fault(
        name="outside", targets=tuple(outside.CONTROLS), inject=_outside, weight=3, short=(1.0, 4.0), long=(3.0, 15.0)
    ),
    Fault(name="provider calls", targets=outside.WEBHOOK_MODES, inject=_provider, short=(3.0, 6.0), long=(5.0, 20.0)),
    Fault(name="receivers", targets=BEHAVIOURS, inject=_receivers, weight=4, short=(2.0, 5.0), long=(4.0, 15.0)),
)
