"""Spans in memory, for tests of what is traced."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}


@contextmanager
def recorded_spans() -> Iterator[InMemorySpanExporter]:
    """Record what is traced; the provider of the process is set once and kept."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


def spans_of(exporter: InMemorySpanExporter, trace_id: str = TRACE) -> list[ReadableSpan]:
    """Return the finished spans of one trace."""
    return [span for span in exporter.get_finished_spans() if format(span.context.trace_id, "032x") == trace_id]
