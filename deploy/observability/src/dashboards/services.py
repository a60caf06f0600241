"""One dashboard per service: its API, its work, its events, its processes, and what only it has."""

from dashboards.model import Dashboard, Panel, Query, Row, Unit
from dashboards.own_rows import OWN
from dashboards.promql import WINDOW, highest, or_zero, per_second, quantile, total

SERVICES = ("identity", "organizations", "documents", "billing")


def service_dashboard(service: str) -> Dashboard:
    """Return the dashboard of a service."""
    return Dashboard(
        uid=f"koerier-{service}-service",
        title=f"Koerier: service {service}",
        description=f"The processes of {service}: API, jobs, events, database.",
        rows=(_api(service), _jobs(service), _events(service), _processes(service), *OWN[service]),
    )


def _api(service: str) -> Row:
    of = f'service="{service}"'
    requests = "http_server_request_duration_seconds"
    return Row(
        title="API",
        panels=(
            Panel(
                title="Requests by route",
                description="The ten busiest routes. One that grows alone: a client in a loop; look at its status "
                "codes.",
                unit=Unit.REQUESTS,
                queries=(
                    Query(
                        expr=f"topk(10, {per_second(f'{requests}_count', where=of, by='method, route')})",
                        legend="{{method}} {{route}}",
                    ),
                ),
            ),
            Panel(
                title="Requests by status",
                description="5xx: runbook api-errors.md. 401 and 403 in numbers: somebody tries keys. 429: a client "
                "in a loop.",
                unit=Unit.REQUESTS,
                queries=(Query(expr=per_second(f"{requests}_count", where=of, by="status"), legend="{{status}}"),),
            ),
            Panel(
                title="Time to answer",
                description="All routes together. p99 above a second: runbook api-errors.md.",
                unit=Unit.SECONDS,
                alarm=1,
                queries=tuple(
                    Query(expr=quantile(level, requests, where=of), legend=f"p{level * 100:.0f}")
                    for level in (0.5, 0.95, 0.99)
                ),
            ),
        ),
    )


def _jobs(service: str) -> Row:
    of = f'service="{service}"'
    return Row(
        title="Jobs",
        panels=(
            Panel(
                title="Jobs that wait",
                description="Retries that wait for their time included. Rising: runbook jobs-waiting.md.",
                unit=Unit.COUNT,
                queries=(Query(expr=highest("platform_jobs_waiting", where=of, by="kind"), legend="{{kind}}"),),
            ),
            Panel(
                title="Most overdue job",
                description="Above five minutes: runbook jobs-waiting.md.",
                unit=Unit.SECONDS,
                alarm=300,
                queries=(Query(expr=highest("platform_jobs_oldest_seconds", where=of, by="kind"), legend="{{kind}}"),),
            ),
            *_attempts(of),
        ),
    )


def _attempts(of: str) -> tuple[Panel, ...]:
    """What comes of the jobs that run."""
    return (
        Panel(
            title="Attempts by outcome",
            description="retried waits for its next try, exhausted was given up (the log says job_exhausted with "
            "the reason), left comes back when its lease ends.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_job_seconds_count", where=of, by="kind, outcome"),
                    legend="{{kind}} {{outcome}}",
                ),
            ),
        ),
        Panel(
            title="Time of one attempt (p95)",
            description="Which kind takes the time. Near its deadline: what it calls is slow.",
            unit=Unit.SECONDS,
            width=12,
            queries=(Query(expr=quantile(0.95, "platform_job_seconds", where=of, by="kind"), legend="{{kind}}"),),
        ),
        Panel(
            title="Age of the sampled figures",
            description="Outbox, jobs and dead letters are read every 15 seconds. Older than a minute: the "
            "worker does not reach its database, and what these panels show is old: runbook process-down.md.",
            unit=Unit.SECONDS,
            alarm=60,
            width=12,
            queries=(Query(expr=f"time() - {highest('platform_sampled_timestamp_seconds', where=of)}", legend="age"),),
        ),
    )


def _events(service: str) -> Row:
    groups = f'consumer=~"{service}[.-].+"'
    return Row(
        title="Events",
        panels=(
            Panel(
                title="Consumer lag",
                description="Age of the oldest record that waits, by worker. Runbook consumer-lag.md.",
                unit=Unit.SECONDS,
                alarm=30,
                queries=(
                    Query(
                        expr=highest("platform_consumer_lag_seconds", where=groups, by="process, consumer"),
                        legend="{{process}} {{consumer}}",
                    ),
                ),
            ),
            Panel(
                title="Records applied",
                description="By consumer and outcome.",
                unit=Unit.PER_SECOND,
                queries=(
                    Query(
                        expr=per_second("platform_consumed_records_total", where=groups, by="consumer, outcome"),
                        legend="{{consumer}} {{outcome}}",
                    ),
                ),
            ),
            *_published(service),
        ),
    )


def _published(service: str) -> tuple[Panel, ...]:
    """What leaves for Kafka."""
    return (
        Panel(
            title="Events published",
            description="Relayed to Kafka, by type.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_relayed_events_total", where=f'service="{service}"', by="type"),
                    legend="{{type}}",
                ),
            ),
        ),
    )


def _processes(service: str) -> Row:
    of = f'job="koerier", service="{service}"'
    return Row(
        title="Processes and database",
        panels=(
            Panel(
                title="Memory",
                description="Resident, by process. A line that only rises is a leak: restart the process.",
                unit=Unit.BYTES,
                queries=(
                    Query(expr=total("process_resident_memory_bytes", where=of, by="process"), legend="{{process}}"),
                ),
            ),
            Panel(
                title="Processor",
                description="Seconds of processor per second. Near 1: the event loop is busy, start another process "
                "(docs/scaling.md).",
                unit=Unit.COUNT,
                alarm=0.9,
                queries=(
                    Query(expr=per_second("process_cpu_seconds_total", where=of, by="process"), legend="{{process}}"),
                ),
            ),
            Panel(
                title="Starts in the last hour",
                description="A process that starts again and again: runbook process-down.md.",
                unit=Unit.COUNT,
                alarm=3,
                queries=(
                    Query(
                        expr=f"sum by (process) (changes(process_start_time_seconds{{{of}}}[1h]))", legend="{{process}}"
                    ),
                ),
            ),
            *_database(of, service),
        ),
    )


def _database(of: str, service: str) -> tuple[Panel, ...]:
    """What the database does to the service, and the framework tells of it."""
    return (
        Panel(
            title="Database failures",
            description="Transactions that the database ended, by kind. disk_full: runbook full-disk.md. "
            "connection: is PostgreSQL up? connections_exhausted: too many processes for its max_connections.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(expr=per_second("platform_database_failures_total", where=of, by="kind"), legend="{{kind}}"),
            ),
        ),
        Panel(
            title="Database size",
            description="How much the service's database holds. Growing faster than the documents: runbook "
            "full-disk.md.",
            unit=Unit.BYTES,
            queries=(
                Query(expr=highest("platform_database_bytes", where=f'service="{service}"'), legend="{{service}}"),
            ),
        ),
        Panel(
            title="Errors of handlers",
            description="Exceptions that reached the framework, by kind: outages that are waited out. Any other "
            "name is a bug.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=or_zero(
                        "sum (rate(faststream_received_processed_messages_exceptions_total"
                        f'{{app_name="{service}"}}[{WINDOW}]))'
                    ),
                    legend="exceptions",
                ),
            ),
        ),
    )
