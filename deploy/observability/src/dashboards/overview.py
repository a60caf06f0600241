"""The first page: is the platform well, does it do its work, who waits."""

from dashboards.model import Dashboard, Kind, Panel, Query, Row, Unit
from dashboards.promql import highest, or_zero, per_second, quantile, share, total

_WELL = Row(
    title="Is it well?",
    panels=(
        Panel(
            title="Processes down",
            description="Processes that do not answer the scrape. Not 0: runbook process-down.md.",
            unit=Unit.COUNT,
            kind=Kind.NUMBER,
            width=4,
            alarm=1,
            queries=(Query(expr=or_zero('count(up{job=~"koerier.*"} == 0)'), legend="down"),),
        ),
        Panel(
            title="Alerts that fire",
            description="Each alert names its runbook: see the alerts page of Prometheus or Alertmanager.",
            unit=Unit.COUNT,
            kind=Kind.NUMBER,
            width=4,
            alarm=1,
            queries=(Query(expr=or_zero('count(ALERTS{alertstate="firing"})'), legend="firing"),),
        ),
        Panel(
            title="Dead letters",
            description="Records that nobody could apply and nobody resolved. Not 0: runbook dead-letters.md.",
            unit=Unit.COUNT,
            kind=Kind.NUMBER,
            width=4,
            alarm=1,
            queries=(Query(expr=f"sum ({highest('platform_dead_letters_open', by='consumer')})", legend="open"),),
        ),
        Panel(
            title="Worst consumer lag",
            description="Age of the oldest record that waits in Kafka. Over half a minute: runbook consumer-lag.md.",
            unit=Unit.SECONDS,
            kind=Kind.NUMBER,
            width=4,
            alarm=30,
            queries=(Query(expr=highest("platform_consumer_lag_seconds"), legend="lag"),),
        ),
        Panel(
            title="Oldest event in an outbox",
            description="Events that wait for Kafka. Over a minute: runbook relay-stuck.md.",
            unit=Unit.SECONDS,
            kind=Kind.NUMBER,
            width=4,
            alarm=60,
            queries=(Query(expr=highest("platform_outbox_oldest_seconds"), legend="oldest"),),
        ),
        Panel(
            title="Most overdue job",
            description="Work that should have begun. Over five minutes: runbook jobs-waiting.md.",
            unit=Unit.SECONDS,
            kind=Kind.NUMBER,
            width=4,
            alarm=300,
            queries=(Query(expr=highest("platform_jobs_oldest_seconds"), legend="overdue"),),
        ),
    ),
)

_DOCUMENTS = Row(
    title="Documents",
    panels=(
        Panel(
            title="Documents by channel and outcome",
            description="What is accepted must come out as delivered, rejected or failed. Accepted without the "
            "others: runbook jobs-waiting.md. Many failed: runbook outside-systems.md.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_documents_total", by="direction, channel, outcome"),
                    legend="{{direction}} {{outcome}} {{channel}}",
                ),
            ),
        ),
        Panel(
            title="From acceptance to delivery",
            description="End to end, by channel. The platform's own channel takes a fraction of a second; Peppol "
            "waits for the other side. Slow: look at jobs and validation on the page of documents.",
            unit=Unit.SECONDS,
            alarm=30,
            queries=tuple(
                Query(
                    expr=quantile(level, "platform_document_delivery_seconds", by="channel"),
                    legend=f"{{{{channel}}}} p{level * 100:.0f}",
                )
                for level in (0.5, 0.95)
            ),
        ),
        Panel(
            title="From acceptance to webhook",
            description="End to end, until a hook's target said yes. Slow: runbook webhooks-failing.md.",
            unit=Unit.SECONDS,
            alarm=60,
            queries=tuple(
                Query(expr=quantile(level, "platform_document_webhook_seconds"), legend=f"p{level * 100:.0f}")
                for level in (0.5, 0.95)
            ),
        ),
    ),
)

_APIS = Row(
    title="APIs",
    panels=(
        Panel(
            title="Requests",
            description="Requests per service. A drop to nothing while partners are awake: look at the gateway.",
            unit=Unit.REQUESTS,
            queries=(
                Query(
                    expr=per_second("http_server_request_duration_seconds_count", by="service"), legend="{{service}}"
                ),
            ),
        ),
        Panel(
            title="Requests that failed on our side",
            description="Share of answers with 5xx. Above 2 %: runbook api-errors.md.",
            unit=Unit.SHARE,
            alarm=0.02,
            queries=(
                Query(
                    expr=share(
                        per_second("http_server_request_duration_seconds_count", where='status=~"5.."', by="service"),
                        per_second("http_server_request_duration_seconds_count", by="service"),
                    ),
                    legend="{{service}}",
                ),
            ),
        ),
        Panel(
            title="Time to answer (p99)",
            description="99 of 100 requests are answered within this. Above a second: runbook api-errors.md.",
            unit=Unit.SECONDS,
            alarm=1,
            queries=(
                Query(expr=quantile(0.99, "http_server_request_duration_seconds", by="service"), legend="{{service}}"),
            ),
        ),
    ),
)

_WAITING = Row(
    title="Who waits",
    panels=(
        Panel(
            title="Consumer lag by group",
            description="The worst worker of each group. Rising: runbook consumer-lag.md.",
            unit=Unit.SECONDS,
            alarm=30,
            queries=(Query(expr=highest("platform_consumer_lag_seconds", by="consumer"), legend="{{consumer}}"),),
        ),
        Panel(
            title="Events in outboxes",
            description="Rising without end: runbook relay-stuck.md.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_outbox_rows", by="service"), legend="{{service}}"),),
        ),
        Panel(
            title="Jobs that wait",
            description="By service and kind, retries included. Rising: runbook jobs-waiting.md.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_jobs_waiting", by="service, kind"), legend="{{service}} {{kind}}"),),
        ),
        Panel(
            title="Systems outside that do not answer",
            description="Share of our calls that got no answer: register, payment provider, Peppol, mail. Runbook "
            "outside-systems.md.",
            unit=Unit.SHARE,
            alarm=0.5,
            queries=(
                Query(
                    expr=share(
                        per_second("platform_outside_call_seconds_count", where='outcome="unavailable"', by="system"),
                        per_second("platform_outside_call_seconds_count", by="system"),
                    ),
                    legend="{{system}}",
                ),
            ),
        ),
        Panel(
            title="Accounts without credit",
            description="Customers who cannot send until they top up. A jump: were charges booked twice? Page billing.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_credit_accounts", where='bucket="depleted"'), legend="depleted"),),
        ),
        Panel(
            title="Memory",
            description="Resident memory per process. A line that only rises is a leak: restart the process.",
            unit=Unit.BYTES,
            queries=(Query(expr=total("process_resident_memory_bytes", by="process"), legend="{{process}}"),),
        ),
    ),
)

OVERVIEW = Dashboard(
    uid="koerier-overview",
    title="Koerier: overview",
    description="Is the platform well, does it do its work, who waits.",
    rows=(_WELL, _DOCUMENTS, _APIS, _WAITING),
)
