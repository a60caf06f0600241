"""What only one service has to show, and what it calls outside the platform."""

from collections.abc import Mapping, Sequence

from dashboards.model import Kind, Panel, Query, Row, Unit
from dashboards.promql import WINDOW, highest, or_zero, per_second, quantile


def _outside(*systems: str) -> tuple[Panel, Panel]:
    which = f'system=~"{"|".join(systems)}"'
    return (
        Panel(
            title="Calls outside by outcome",
            description="unavailable: no answer, tried again by itself; refused: an answer we did not like. Many: "
            "runbook outside-systems.md.",
            unit=Unit.PER_SECOND,
            width=12,
            queries=(
                Query(
                    expr=per_second("platform_outside_call_seconds_count", where=which, by="system, outcome"),
                    legend="{{system}} {{outcome}}",
                ),
            ),
        ),
        Panel(
            title="Time of calls outside (p95)",
            description="Slow systems make people and jobs wait: runbook outside-systems.md.",
            unit=Unit.SECONDS,
            width=12,
            queries=(
                Query(
                    expr=quantile(0.95, "platform_outside_call_seconds", where=which, by="system"),
                    legend="{{system}}",
                ),
            ),
        ),
    )


_IDENTITY = (
    Row(title="Mail", panels=_outside("smtp")),
    Row(
        title="Signing keys",
        panels=(
            Panel(
                title="Keys by state",
                description="One active, at most one published beside it. No active key: nobody can log in. Runbook "
                "key-rotation.md.",
                unit=Unit.COUNT,
                queries=(Query(expr=highest("platform_signing_keys", by="state"), legend="{{state}}"),),
            ),
            Panel(
                title="How long keys are in their state",
                description="An active key older than 90 days should be followed by the next: runbook key-rotation.md.",
                unit=Unit.SECONDS,
                queries=(Query(expr=highest("platform_signing_key_seconds", by="state"), legend="{{state}}"),),
            ),
            Panel(
                title="Log-ins by status",
                description="Many 401 and 429: somebody tries passwords; the throttle holds per account and per "
                "client.",
                unit=Unit.REQUESTS,
                queries=(
                    Query(
                        expr=per_second(
                            "http_server_request_duration_seconds_count",
                            where='method="POST", route=~"/identity/v1/sessions|/connect/token"',
                            by="route, status",
                        ),
                        legend="{{route}} {{status}}",
                    ),
                ),
            ),
        ),
    ),
)

_ORGANIZATIONS = (
    Row(title="Trade register and registration in the network", panels=_outside("kvk", "smp_registration")),
    Row(
        title="Activations",
        panels=(
            Panel(
                title="Reviews that wait for a person",
                description="Names that did not match. They wait for an operator: runbook reviews-waiting.md.",
                unit=Unit.COUNT,
                width=12,
                queries=(Query(expr=highest("platform_reviews_open"), legend="open"),),
            ),
            Panel(
                title="Oldest review",
                description="Above a working day a customer waits too long: runbook reviews-waiting.md.",
                unit=Unit.SECONDS,
                alarm=86_400,
                width=12,
                queries=(Query(expr=highest("platform_reviews_open_oldest_seconds"), legend="oldest"),),
            ),
        ),
    ),
)

_DOCUMENTS = (
    Row(
        title="Documents",
        panels=(
            Panel(
                title="By channel and outcome",
                description="What is accepted must come out as delivered, rejected or failed.",
                unit=Unit.PER_SECOND,
                queries=(
                    Query(
                        expr=per_second("platform_documents_total", by="direction, channel, outcome"),
                        legend="{{direction}} {{outcome}} {{channel}}",
                    ),
                ),
            ),
            Panel(
                title="Rejected and failed by reason",
                description="rules_violated and receiver_… are the sender's business; transmission_… and "
                "lookup_unavailable are the network's (runbook outside-systems.md); validation_unavailable is ours "
                "(runbook rule-engine.md).",
                unit=Unit.PER_SECOND,
                queries=(Query(expr=per_second("platform_documents_refused_total", by="reason"), legend="{{reason}}"),),
            ),
            Panel(
                title="From acceptance to delivery (p95)",
                description="End to end, by channel.",
                unit=Unit.SECONDS,
                alarm=30,
                queries=(
                    Query(
                        expr=quantile(0.95, "platform_document_delivery_seconds", by="channel"), legend="{{channel}}"
                    ),
                ),
            ),
        ),
    ),
    Row(
        title="Validation",
        panels=(
            Panel(
                title="Time of validation (p95)",
                description="thread: small documents; process: larger ones; reference: what our engine leaves to the "
                "publisher's. Rising: runbook rule-engine.md.",
                unit=Unit.SECONDS,
                queries=(Query(expr=quantile(0.95, "platform_validation_seconds", by="place"), legend="{{place}}"),),
            ),
            Panel(
                title="Validations by outcome",
                description="Anything but a verdict is tried again once, then rejected with a finding of its own.",
                unit=Unit.PER_SECOND,
                queries=(
                    Query(
                        expr=per_second("platform_validation_seconds_count", by="place, outcome"),
                        legend="{{place}} {{outcome}}",
                    ),
                ),
            ),
            Panel(
                title="Left to the reference",
                description="Documents that the reference decided. Many after a release: runbook rule-engine.md.",
                unit=Unit.PER_SECOND,
                queries=(Query(expr=or_zero(f"sum (rate(platform_rule_fallbacks_total[{WINDOW}]))"), legend="left"),),
            ),
            Panel(
                title="Engines that differ",
                description="Documents on which our engine and the reference disagree, in the last day. One is "
                "enough: runbook rule-engine.md.",
                unit=Unit.COUNT,
                kind=Kind.NUMBER,
                alarm=1,
                queries=(
                    Query(expr=or_zero("sum (increase(platform_rule_differences_total[1d]))"), legend="differences"),
                ),
            ),
            Panel(
                title="Rule sets on the reference",
                description="Rule sets that our engine does not decide at the moment: runbook rule-engine.md.",
                unit=Unit.COUNT,
                kind=Kind.NUMBER,
                alarm=1,
                queries=(Query(expr=or_zero("sum (platform_rule_set_on_reference)"), legend="rule sets"),),
            ),
            Panel(
                title="Rule processes lost",
                description="Ended unplanned, in the last day: memory, a crash. Runbook rule-engine.md.",
                unit=Unit.COUNT,
                kind=Kind.NUMBER,
                alarm=1,
                queries=(Query(expr=or_zero("sum (increase(platform_rule_processes_lost_total[1d]))"), legend="lost"),),
            ),
        ),
    ),
    Row(title="Peppol", panels=_outside("sml", "smp", "access_point")),
)

_BILLING = (Row(title="Payment provider", panels=_outside("mollie")),)

OWN: Mapping[str, Sequence[Row]] = {
    "identity": _IDENTITY,
    "organizations": _ORGANIZATIONS,
    "documents": _DOCUMENTS,
    "billing": _BILLING,
}
