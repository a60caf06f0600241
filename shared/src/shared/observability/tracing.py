"""Traces: W3C context from the HTTP request through the database, Kafka and jobs to the webhook, in one trace.

Spans are made by hand where they say something (request, transaction, consumed event, job), because instrumenting
every call halves the throughput. Sampling is decided at the head and travels with the context; without an exporter the
ids still reach logs and headers.
"""

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from shared.settings import TelemetrySettings


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
