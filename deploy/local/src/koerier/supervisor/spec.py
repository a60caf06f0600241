"""What the supervisor knows of a process: data, with callables where a server needs work before, between or after."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from koerier.servers.process import Command

Probe = Callable[[], Awaitable[bool]]


class Health(StrEnum):
    """How a process is."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    UNREADY = "unready"
    RESTARTING = "restarting"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """One line of the process table."""

    name: str
    command: Callable[[], Command]
    """Composed at every start: what a server runs with may depend on what an earlier run left."""
    after: tuple[str, ...] = ()
    """Processes that must be ready (or done) before this one starts, and stop only after it."""
    one_shot: bool = False
    """It ends by itself; exit code 0 is success."""
    port: int | None = None
    probe: Probe | None = None
    """Answers whether the process serves; without one it is ready as soon as it runs."""
    prepare: Callable[[], None] | None = None
    """Blocking work before every start."""
    provision: Callable[[], None] | None = None
    """Blocking work after the first time that it is ready; it counts as ready only then."""
    after_stop: Callable[[int], None] | None = None
    """Told the exit code of every run."""


def stop_levels(specs: list[ProcessSpec]) -> list[list[str]]:
    """Return the names in the order of stopping: each level holds what nothing of a later level waits for."""
    remaining = {spec.name: spec for spec in specs}
    levels = []
    while remaining:
        needed = {name for spec in remaining.values() for name in spec.after}
        level = [name for name in remaining if name not in needed]
        if not level:
            raise ValueError(f"processes wait for each other: {', '.join(remaining)}")
        levels.append(level)
        for name in level:
            del remaining[name]
    return levels


def check_table(specs: list[ProcessSpec]) -> None:
    """Refuse a table with a name twice, an unknown predecessor, or a circle."""
    names = [spec.name for spec in specs]
    if len(names) != len(set(names)):
        raise ValueError("a process is in the table twice")
    unknown = {name for spec in specs for name in spec.after} - set(names)
    if unknown:
        raise ValueError(f"processes wait for unknown ones: {', '.join(sorted(unknown))}")
    stop_levels(specs)
