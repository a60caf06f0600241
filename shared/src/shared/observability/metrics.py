"""The metrics that every service has, and the page that shows them. Labels are few and bounded: never an id.

What is counted in memory is exact per process. What lies in the database is sampled by each worker every few seconds
(`shared.messaging.sampling`), never when somebody asks for the page: all workers of a service show the same figure, so
take the maximum over them, not the sum.
"""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call] # when a series began is of no use to anybody here, and doubles the page

CONTENT_TYPE = CONTENT_TYPE_LATEST

OUTBOX_ROWS = Gauge("platform_outbox_rows", "Events that wait for Kafka (sampled)", ["service"])
OUTBOX_OLDEST = Gauge("platform_outbox_oldest_seconds", "Age of the oldest waiting event (sampled)", ["service"])
RELAYED = Counter("platform_relayed_events_total", "Events sent and acknowledged", ["service", "type"])
RELAY_LEADER = Gauge("platform_relay_leader", "1 in the process that holds the relay's lock", ["service"])
RELAY_FAILURES = Counter("platform_relay_failures_total", "Times that the relay had to begin again", ["service"])

CONSUMED = Counter("platform_consumed_records_total", "Records by outcome", ["consumer", "outcome"])
BATCH_SECONDS = Histogram("platform_consumer_batch_seconds", "Time to apply one batch", ["consumer"])
LAG_RECORDS = Gauge(
    "platform_consumer_lag_records", "Records of this process' partitions not yet applied", ["consumer"]
)
LAG_SECONDS = Gauge(
    "platform_consumer_lag_seconds",
    "Age of the oldest record of this process' partitions not yet applied",
    ["consumer"],
)
PARTITIONS = Gauge("platform_consumer_partitions", "Partitions assigned to this process", ["consumer"])
TOPIC_PARTITIONS = Gauge("platform_consumer_topic_partitions", "Partitions that the consumer's topic has", ["consumer"])
DEAD_LETTERS = Counter("platform_dead_letters_total", "Records parked for a person", ["consumer", "code"])
DEAD_LETTERS_OPEN = Gauge("platform_dead_letters_open", "Parked records that nobody resolved (sampled)", ["consumer"])
BREAKER_OPEN = Gauge("platform_consumer_stopped", "1 when the breaker stopped the consumer", ["consumer"])

JOBS_WAITING = Gauge("platform_jobs_waiting", "Jobs not yet done (sampled)", ["service", "kind"])
JOBS_OLDEST = Gauge(
    "platform_jobs_oldest_seconds", "How long the most overdue job waits (sampled)", ["service", "kind"]
)
JOB_SECONDS = Histogram("platform_job_seconds", "Time of one attempt", ["service", "kind", "outcome"])

SAMPLED_AT = Gauge("platform_sampled_timestamp_seconds", "When this process last sampled its database", ["service"])
DATABASE_BYTES = Gauge("platform_database_bytes", "Size of the service's database (sampled)", ["service"])
DATABASE_FAILURES = Counter("platform_database_failures_total", "Transactions that the database ended", ["kind"])

HTTP_SECONDS = Histogram(
    "http_server_request_duration_seconds", "Time to answer", ["service", "method", "route", "status"]
)

FAILURE_KINDS = ("disk_full", "connections_exhausted", "connection", "conflict", "timeout", "read_only")
RECORD_OUTCOMES = ("applied", "duplicate", "unknown_type", "retried_batch")
JOB_OUTCOMES = ("done", "retried", "exhausted", "left")

for _kind in FAILURE_KINDS:
    DATABASE_FAILURES.labels(kind=_kind)


def declare_consumer(group: str, *, partitions: int) -> None:
    """Show a consumer's figures from the start: a rate needs the zero before the first event."""
    for outcome in RECORD_OUTCOMES:
        CONSUMED.labels(consumer=group, outcome=outcome)
    BATCH_SECONDS.labels(consumer=group)
    BREAKER_OPEN.labels(consumer=group)
    TOPIC_PARTITIONS.labels(consumer=group).set(partitions)


def declare_job(service: str, kind: str) -> None:
    """Show a kind of job from the start, for the same reason."""
    for outcome in JOB_OUTCOMES:
        JOB_SECONDS.labels(service=service, kind=kind, outcome=outcome)


def render() -> bytes:
    """Return everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
