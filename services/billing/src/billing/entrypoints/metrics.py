"""What billing counts beyond the kit's metrics."""

from prometheus_client import Counter

WEBHOOKS = Counter("platform_payment_webhooks_total", "Calls of the payment provider's webhook", ["outcome"])
"""`queued`, `waiting` (a read was waiting already), `unknown` (no such payment here), `malformed`."""

PAYMENTS_READ = Counter("platform_payments_read_total", "Payments read back from the provider", ["outcome"])
"""`unchanged`, `settled`, `ended`, `mismatched` (paid, but not what was asked), `reversed` (refund or chargeback)."""
