"""Webhooks: do customers' systems hear what happens to their documents, and how soon."""

from dashboards.model import Dashboard, Kind, Panel, Query, Row, Unit
from dashboards.promql import highest, or_zero, per_second, quantile, share

_CALLS = "platform_hook_call_seconds_count"

_SUCCESS = Row(
    title="Do they arrive?",
    panels=(
        Panel(
            title="Calls that succeed",
            description="Share of calls that a target took, retries counted. Below 80 %: one customer's target is "
            "down, or our way out: runbook webhooks-failing.md.",
            unit=Unit.SHARE,
            queries=(
                Query(
                    expr=share(per_second(_CALLS, where='outcome="delivered"'), per_second(_CALLS)), legend="success"
                ),
            ),
        ),
        Panel(
            title="Calls by outcome",
            description="retried is tried again for three days; failed was given up; disabled said 410 and is "
            "called no more; cancelled: the hook was switched off meanwhile. Runbook webhooks-failing.md.",
            unit=Unit.PER_SECOND,
            kind=Kind.STACKED,
            queries=(Query(expr=per_second(_CALLS, by="outcome"), legend="{{outcome}}"),),
        ),
        Panel(
            title="Given up in the last day",
            description="Calls that no target took. Their customers miss news: runbook webhooks-failing.md.",
            unit=Unit.COUNT,
            kind=Kind.NUMBER,
            alarm=1,
            queries=(
                Query(expr=or_zero(f'sum (increase({_CALLS}{{outcome=~"failed|disabled"}}[1d]))'), legend="given up"),
            ),
        ),
    ),
)

_SPEED = Row(
    title="How soon?",
    panels=(
        Panel(
            title="From acceptance to webhook",
            description="End to end, until a target said yes, retries included. Runbook webhooks-failing.md.",
            unit=Unit.SECONDS,
            alarm=60,
            queries=tuple(
                Query(expr=quantile(level, "platform_document_webhook_seconds"), legend=f"p{level * 100:.0f}")
                for level in (0.5, 0.95, 0.99)
            ),
        ),
        Panel(
            title="Time of one call",
            description="How long targets take. Near the time-out (15 s): the targets are slow, not we.",
            unit=Unit.SECONDS,
            alarm=10,
            queries=tuple(
                Query(expr=quantile(level, "platform_hook_call_seconds"), legend=f"p{level * 100:.0f}")
                for level in (0.5, 0.95)
            ),
        ),
        Panel(
            title="Calls that wait",
            description="Due or waiting for their retry. Rising: targets are down, or runbook jobs-waiting.md.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_jobs_waiting", where='kind="deliver_hook"'), legend="waiting"),),
        ),
        Panel(
            title="Most overdue call",
            description="Calls that should have been made. Above a minute: too few workers, runbook jobs-waiting.md.",
            unit=Unit.SECONDS,
            alarm=60,
            queries=(
                Query(expr=highest("platform_jobs_oldest_seconds", where='kind="deliver_hook"'), legend="overdue"),
            ),
        ),
    ),
)

WEBHOOKS = Dashboard(
    uid="koerier-webhooks",
    title="Koerier: webhooks",
    description="Do customers' systems hear what happens to their documents, and how soon.",
    rows=(_SUCCESS, _SPEED),
)
