"""The metrics that every service has, and the page that shows them. Labels are few and bounded: never an id."""

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST

OUTBOX_ROWS = Gauge("platform_outbox_rows", "Events that wait for Kafka", ["service"])
OUTBOX_OLDEST = Gauge("platform_outbox_oldest_seconds", "Age of the oldest waiting event", ["service"])
RELAYED = Counter("platform_relayed_events_total", "Events sent and acknowledged", ["service"])
RELAY_LEADER = Gauge("platform_relay_leader", "1 in the process that holds the relay's lock", ["service"])

CONSUMED = Counter("platform_consumed_records_total", "Records by outcome", ["consumer", "outcome"])
BATCH_SECONDS = Histogram("platform_consumer_batch_seconds", "Time to apply one batch", ["consumer"])
LAG_RECORDS = Gauge("platform_consumer_lag_records", "Records not yet applied", ["consumer"])
LAG_SECONDS = Gauge("platform_consumer_lag_seconds", "Age of the oldest record not yet applied", ["consumer"])
DEAD_LETTERS = Counter("platform_dead_letters_total", "Records parked for a person", ["consumer", "code"])
BREAKER_OPEN = Gauge("platform_consumer_stopped", "1 when the breaker stopped the consumer", ["consumer"])

JOBS_WAITING = Gauge("platform_jobs_waiting", "Jobs not yet done", ["service", "kind"])
JOBS_OLDEST = Gauge("platform_jobs_oldest_seconds", "How long the most overdue job waits", ["service", "kind"])
JOB_SECONDS = Histogram("platform_job_seconds", "Time of one attempt", ["service", "kind", "outcome"])

HTTP_SECONDS = Histogram(
    "http_server_request_duration_seconds", "Time to answer", ["service", "method", "route", "status"]
)


def render() -> bytes:
    """Return everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
