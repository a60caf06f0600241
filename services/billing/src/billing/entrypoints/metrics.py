"""What billing counts beyond the kit's metrics and what its transactions count."""

from prometheus_client import Counter

from billing.application.notice_payment import Notice
from billing.domain.payment import Outcome

WEBHOOKS = Counter("platform_payment_webhooks_total", "Calls of the payment provider's webhook", ["outcome"])
"""`queued`, `waiting` (a read was waiting already), `unknown` (no such payment here), `malformed`."""

PAYMENTS_READ = Counter("platform_payments_read_total", "Payments read back from the provider", ["outcome"])
"""`unchanged`, `settled`, `ended`, `mismatched` (paid, but not what was asked), `reversed` (refund or chargeback)."""

for _notice in (*Notice, "malformed"):
    WEBHOOKS.labels(outcome=str(_notice))
for _outcome in Outcome:
    PAYMENTS_READ.labels(outcome=_outcome.value)
