"""Traces: W3C context from the HTTP request through the database, Kafka and jobs to the webhook, in one trace.

Spans are made by hand where they say something (request, transaction, consumed event, job), because instrumenting
every call halves the throughput. Sampling is decided at the head and travels with the context; without an exporter the
ids still reach logs and headers. An error leaves its type in a span and nothing else: its message and its traceback may
quote people (a constraint that names the row, a model that names its input).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from shared.settings import TelemetrySettings


@contextmanager
def open_span(
    tracer: trace.Tracer,
    name: str,
    *,
    context: Context | None = None,
    kind: trace.SpanKind = trace.SpanKind.INTERNAL,
) -> Iterator[trace.Span]:
    """Open a span, current until the block ends."""
    with tracer.start_as_current_span(
        name, context=context, kind=kind, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            kind_of_error = type(error).__qualname__
            span.add_event("exception", {"exception.type": kind_of_error})
            span.set_status(trace.StatusCode.ERROR, kind_of_error)
            raise


def configure_tracing(settings: TelemetrySettings, *, service: str) -> TracerProvider:
    """Install the tracer provider of this process and return it, so that the caller shuts it down."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        sampler=ParentBased(TraceIdRatioBased(settings.sample_ratio)),
    )
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - costs start-up and memory
            OTLPSpanExporter,
        )

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint)))
    trace.set_tracer_provider(provider)
    return provider
