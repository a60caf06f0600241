"""Kafka and outbox: events on their way from a service's transaction to the others' databases."""

from dashboards.model import Dashboard, Kind, Panel, Query, Row, Unit
from dashboards.promql import highest, or_zero, per_second, quantile, total

_OUTBOX = Row(
    title="Out: from the outbox to Kafka",
    panels=(
        Panel(
            title="Events that wait",
            description="Rows in each outbox, sampled. Rising without end: runbook relay-stuck.md. Nothing is lost.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_outbox_rows", by="service"), legend="{{service}}"),),
        ),
        Panel(
            title="Oldest event that waits",
            description="Above a minute: runbook relay-stuck.md.",
            unit=Unit.SECONDS,
            alarm=60,
            queries=(Query(expr=highest("platform_outbox_oldest_seconds", by="service"), legend="{{service}}"),),
        ),
        Panel(
            title="Relays that lead",
            description="Exactly one per service. None, or two for longer than a moment: runbook relay-stuck.md.",
            unit=Unit.COUNT,
            queries=(Query(expr=total("platform_relay_leader", by="service"), legend="{{service}}"),),
        ),
        Panel(
            title="Events relayed by type",
            description="What the platform tells itself. A type that stops while its work goes on: look at that "
            "service.",
            unit=Unit.PER_SECOND,
            kind=Kind.STACKED,
            width=16,
            queries=(Query(expr=per_second("platform_relayed_events_total", by="type"), legend="{{type}}"),),
        ),
        Panel(
            title="Relays that had to begin again",
            description="Kafka or the database ended a relay's session; it goes on by itself. Again and again: the "
            "worker's log says relay_interrupted with the reason, runbook relay-stuck.md.",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=per_second("platform_relay_failures_total", by="service"), legend="{{service}}"),),
        ),
    ),
)

_LAG = Row(
    title="In: how far consumers are behind",
    panels=(
        Panel(
            title="Lag in seconds, by group",
            description="Age of the oldest record that waits, in the worst worker of the group. Runbook "
            "consumer-lag.md.",
            unit=Unit.SECONDS,
            alarm=30,
            queries=(Query(expr=highest("platform_consumer_lag_seconds", by="consumer"), legend="{{consumer}}"),),
        ),
        Panel(
            title="Lag in records, by group",
            description="Records not yet applied, in all workers together. Runbook consumer-lag.md.",
            unit=Unit.COUNT,
            queries=(Query(expr=total("platform_consumer_lag_records", by="consumer"), legend="{{consumer}}"),),
        ),
        Panel(
            title="Partitions without a worker",
            description="Partitions of a group's topic that no running worker reads. Not 0 for longer than a minute: "
            "runbook consumer-lag.md.",
            unit=Unit.COUNT,
            alarm=1,
            queries=(
                Query(
                    expr=f"{highest('platform_consumer_topic_partitions', by='consumer')}"
                    f" - {total('platform_consumer_partitions', by='consumer')}",
                    legend="{{consumer}}",
                ),
            ),
        ),
        Panel(
            title="Lag in seconds, by worker",
            description="The same for every consumer of every worker: one that lags is not hidden by one that does "
            "not.",
            unit=Unit.SECONDS,
            alarm=30,
            width=12,
            queries=(
                Query(
                    expr=highest("platform_consumer_lag_seconds", by="process, consumer"),
                    legend="{{process}} {{consumer}}",
                ),
            ),
        ),
        Panel(
            title="Lag in records, by worker",
            description="Records that wait, by worker: how much work the lag is.",
            unit=Unit.COUNT,
            width=12,
            queries=(
                Query(
                    expr=highest("platform_consumer_lag_records", by="process, consumer"),
                    legend="{{process}} {{consumer}}",
                ),
            ),
        ),
    ),
)

_APPLIED = Row(
    title="In: what consumers do",
    panels=(
        Panel(
            title="Records by outcome",
            description="duplicate is normal after a restart, unknown_type is news nobody here cares for; "
            "retried_batch that goes on means that a database is away: runbook consumer-lag.md.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_consumed_records_total", by="consumer, outcome"),
                    legend="{{consumer}} {{outcome}}",
                ),
            ),
        ),
        Panel(
            title="Time to apply a batch (p95)",
            description="A batch is one transaction of up to 200 records. Above seconds: locks, or a slow database.",
            unit=Unit.SECONDS,
            queries=(
                Query(expr=quantile(0.95, "platform_consumer_batch_seconds", by="consumer"), legend="{{consumer}}"),
            ),
        ),
        Panel(
            title="Dead letters that nobody resolved",
            description="Each waits for a person: runbook dead-letters.md.",
            unit=Unit.COUNT,
            alarm=1,
            queries=(Query(expr=highest("platform_dead_letters_open", by="consumer"), legend="{{consumer}}"),),
        ),
        Panel(
            title="Dead letters by reason",
            description="unknown_version and malformed_data come from a producer, other codes from a handler of ours: "
            "runbook dead-letters.md.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=f"{per_second('platform_dead_letters_total', by='consumer, code')} or vector(0)",
                    legend="{{consumer}} {{code}}",
                ),
            ),
        ),
        Panel(
            title="Consumers that the breaker stopped",
            description="A consumer that parked too much stopped, on purpose: runbook dead-letters.md.",
            unit=Unit.COUNT,
            kind=Kind.NUMBER,
            alarm=1,
            queries=(Query(expr=or_zero("sum (platform_consumer_stopped)"), legend="stopped"),),
        ),
        Panel(
            title="Records in the framework",
            description="What FastStream hands to the kit and how it ends; errors here are outages that are waited "
            "out.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("faststream_received_processed_messages_total", by="app_name, status"),
                    legend="{{app_name}} {{status}}",
                ),
            ),
        ),
    ),
)

KAFKA = Dashboard(
    uid="koerier-kafka",
    title="Koerier: Kafka and outbox",
    description="Events on their way from one service's transaction into the databases of the others.",
    rows=(_OUTBOX, _LAG, _APPLIED),
)
