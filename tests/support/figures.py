"""Metrics as a test sees them: how much a figure changed while something happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import REGISTRY


def figure(name: str, **labels: str) -> float:
    """Return the figure now; one that nobody has shown yet is missing, which is another thing than 0."""
    value = REGISTRY.get_sample_value(name, labels)
    assert value is not None, f"{name}{labels} is not shown"
    return value


@dataclass(slots=True)
class Change:
    """What the block changed; known once it ended."""

    by: float = 0.0


@contextmanager
def change_of(name: str, **labels: str) -> Iterator[Change]:
    """Measure the change of a figure over the block."""
    change, before = Change(), figure(name, **labels)
    yield change
    change.by = figure(name, **labels) - before
