"""A process of the platform in words that the laptop's table, compose and Kubernetes share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SERVICES = ("identity", "organizations", "documents", "billing")
LONG_RUNNING = tuple(f"{service}-{role}" for service in SERVICES for role in ("api", "worker"))
MIGRATIONS = tuple(f"{service}-migrate" for service in SERVICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What is run, what it is told, how it is asked whether it serves, how long it may take to stop.

    `image` is its last word, without registry and tag. `ready` is port and path; `stop_seconds` the time that a process
    has from the signal on.
    """

    image: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ready: tuple[int, str] | None = None
    stop_seconds: float = 0.0
    after: frozenset[str] = frozenset()
    ports: Mapping[str, int] = field(default_factory=dict)

    def settings(self, service: str) -> dict[str, str]:
        """Return the variables that are settings of a service."""
        prefix = f"{service.upper()}_"
        return {name: value for name, value in self.environment.items() if name.startswith(prefix)}


def image_word(reference: str) -> str:
    """Return the last word of an image's name."""
    return reference.rpartition("/")[2].partition(":")[0]
