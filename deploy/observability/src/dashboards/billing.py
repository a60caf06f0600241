"""Billing: what is charged and paid, who has credit left, and whether the payment provider answers."""

from dashboards.model import Dashboard, Kind, Panel, Query, Row, Unit
from dashboards.promql import highest, per_second, quantile, share

_SYSTEM = 'system="mollie"'

_CREDIT = Row(
    title="Credit",
    panels=(
        Panel(
            title="Accounts by balance",
            description="Euros. depleted accounts cannot send. A jump from one bucket to a lower one: look at charges.",
            unit=Unit.COUNT,
            kind=Kind.BARS,
            queries=(Query(expr=highest("platform_credit_accounts", by="bucket"), legend="{{bucket}}"),),
        ),
        Panel(
            title="Credit of all customers",
            description="What we owe in services. It falls by charges and rises by top-ups, nothing else: if not, "
            "`python -m billing ledger verify`.",
            unit=Unit.EUROS,
            queries=(Query(expr=highest("platform_credit_euros"), legend="credit"),),
        ),
        Panel(
            title="Credit granted",
            description="Euros a second, by reason. None for a day: do payments settle?",
            unit=Unit.EUROS,
            queries=(Query(expr=per_second("platform_credit_granted_euros_total", by="reason"), legend="{{reason}}"),),
        ),
    ),
)

_CHARGES = Row(
    title="Charges",
    panels=(
        Panel(
            title="Services charged",
            description="By kind. It must follow the delivered documents; behind them: consumer lag of billing.",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=per_second("platform_charges_total", by="kind"), legend="{{kind}}"),),
        ),
        Panel(
            title="Euros charged",
            description="Euros a second, by kind.",
            unit=Unit.EUROS,
            queries=(Query(expr=per_second("platform_charged_euros_total", by="kind"), legend="{{kind}}"),),
        ),
        Panel(
            title="Charged behind delivered",
            description="Delivered and received documents less charges, over the window. Above 0 for long: billing "
            "does not hear of usage (runbook consumer-lag.md); below 0 is not possible for long: stop billing and "
            "verify the ledger. What a person sends is free, so it stays a little above 0.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_documents_total", where='outcome=~"delivered|received"')
                    + " - "
                    + per_second("platform_charges_total"),
                    legend="not charged",
                ),
            ),
        ),
    ),
)

_PAYMENTS = Row(
    title="Payments",
    panels=(
        Panel(
            title="Payments by outcome",
            description="What is opened is settled or fails within its expiry. Opened without settled: the provider's "
            "webhook does not reach us (reconciliation reads them anyway): runbook outside-systems.md.",
            unit=Unit.PER_SECOND,
            queries=(
                Query(
                    expr=per_second("platform_payments_total", by="purpose, outcome"),
                    legend="{{purpose}} {{outcome}}",
                ),
            ),
        ),
        Panel(
            title="Open payments",
            description="Customers who are paying, or gave up and whose payment has not expired yet.",
            unit=Unit.COUNT,
            queries=(Query(expr=highest("platform_payments_open"), legend="open"),),
        ),
        Panel(
            title="Oldest open payment",
            description="Beyond a day: the provider does not tell us its end. Runbook outside-systems.md.",
            unit=Unit.SECONDS,
            alarm=86_400,
            queries=(Query(expr=highest("platform_payments_open_oldest_seconds"), legend="oldest"),),
        ),
        Panel(
            title="Payments read back",
            description="mismatched was paid, but not what was asked; reversed came back: both need a person, "
            "runbook outside-systems.md.",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=per_second("platform_payments_read_total", by="outcome"), legend="{{outcome}}"),),
        ),
        Panel(
            title="Calls of our webhook",
            description="unknown that grows: somebody else's payments arrive here, or somebody guesses.",
            unit=Unit.PER_SECOND,
            queries=(Query(expr=per_second("platform_payment_webhooks_total", by="outcome"), legend="{{outcome}}"),),
        ),
        Panel(
            title="Payment provider does not answer",
            description="Share of calls without an answer. Payments wait and are read later: runbook "
            "outside-systems.md.",
            unit=Unit.SHARE,
            alarm=0.5,
            queries=(
                Query(
                    expr=share(
                        per_second("platform_outside_call_seconds_count", where=f'{_SYSTEM}, outcome="unavailable"'),
                        per_second("platform_outside_call_seconds_count", where=_SYSTEM),
                    ),
                    legend="unavailable",
                ),
                Query(
                    expr=share(
                        per_second("platform_outside_call_seconds_count", where=f'{_SYSTEM}, outcome="refused"'),
                        per_second("platform_outside_call_seconds_count", where=_SYSTEM),
                    ),
                    legend="refused",
                ),
            ),
        ),
        Panel(
            title="Time of the payment provider (p95)",
            description="Slow answers make customers wait for the page to pay on.",
            unit=Unit.SECONDS,
            alarm=5,
            queries=(Query(expr=quantile(0.95, "platform_outside_call_seconds", where=_SYSTEM), legend="p95"),),
        ),
    ),
)

BILLING = Dashboard(
    uid="koerier-billing",
    title="Koerier: credit, charges and payments",
    description="What is charged and paid, who has credit left, and whether the payment provider answers.",
    rows=(_CREDIT, _CHARGES, _PAYMENTS),
)
