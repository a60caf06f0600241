"""Measures calls of systems that are not ours: how long, and whether the system answered, refused or was away.

A call that raises `Unavailable` found the system away; any other error is an answer that we did not like; a call that
was given up by who made it (a deadline) counts as away too. Each call is a span of its own, so that a trace shows where
the time went. Nothing about the call itself (no address, no number, no name) enters a label or the span.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from opentelemetry import trace
from prometheus_client import Histogram

from shared.errors import Unavailable
from shared.observability.tracing import open_span

OUTSIDE_SECONDS = Histogram(
    "platform_outside_call_seconds",
    "Calls of systems outside the platform: answered, refused, unavailable",
    ["system", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40),
)
OUTCOMES = ("answered", "refused", "unavailable")
_tracer = trace.get_tracer("shared.outside")


class OutsideSystem:
    """One system by its short name; its figures are there, as zeros, before the first call."""

    def __init__(self, name: str) -> None:
        self._name = name
        for outcome in OUTCOMES:
            OUTSIDE_SECONDS.labels(system=name, outcome=outcome)

    @contextmanager
    def called(self) -> Iterator[None]:
        """Measure what happens in the block as one call."""
        outcome = "unavailable"
        started = perf_counter()
        with open_span(_tracer, f"call {self._name}", kind=trace.SpanKind.CLIENT) as span:
            try:
                yield
                outcome = "answered"
            except Unavailable:
                raise
            except Exception:
                outcome = "refused"
                raise
            finally:
                span.set_attribute("outcome", outcome)
                OUTSIDE_SECONDS.labels(system=self._name, outcome=outcome).observe(perf_counter() - started)
