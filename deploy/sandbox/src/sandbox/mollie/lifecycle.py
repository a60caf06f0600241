"""What happens to a payment after it was created: an outcome at the bank, expiry, a chargeback; all are announced.

A change is written down together with the call that it owes, so a restart loses neither.
"""

import asyncio

from sandbox.background import Background
from sandbox.identifiers import now, token
from sandbox.mollie.calls import WebhookCaller
from sandbox.mollie.model import Mandate, Payment, Provider, Status


class Lifecycle:
    def __init__(self, provider: Provider, calls: WebhookCaller, background: Background) -> None:
        self._provider = provider
        self._calls = calls
        self._background = background

    def begin(self, payment: Payment) -> None:
        self._provider.add(payment)
        if payment.status is Status.OPEN:
            self._background.start(self._expire_later(payment))

    def resume(self) -> None:
        """Go on after a restart: open payments still expire, and calls that nobody took yet are made again."""
        for payment in self._provider.payments.newest_first():
            if payment.status is Status.OPEN:
                self._background.start(self._expire_later(payment))
            if payment.calls_owed:
                self._calls.resume(payment)

    def settle(self, payment: Payment, status: Status, *, holder: str = "", account: str = "") -> bool:
        """Give an unfinished payment its outcome; a finished one keeps it. `open` and `pending` are never announced."""
        if payment.is_final:
            return False
        payment.status = status
        payment.changed_at = now()
        if status is Status.PAID:
            payment.holder = holder.strip() or self._provider.settings.account_holder
            payment.account = account.replace(" ", "").upper() or self._provider.settings.iban
            self._grant_mandate(payment)
        if payment.is_final:
            self._calls.announce(payment)
        self._provider.payments.save(payment.id)
        return True

    def charge_back(self, payment: Payment) -> bool:
        """Take a paid amount back: the status stays `paid`, the webhook is called again."""
        if payment.status is not Status.PAID or payment.charged_back:
            return False
        payment.charged_back = True
        self._calls.announce(payment)
        self._provider.payments.save(payment.id)
        return True

    def _grant_mandate(self, payment: Payment) -> None:
        if payment.sequence_type != "first" or payment.customer_id is None:
            return
        mandate = Mandate(
            id=f"mdt_{token(10)}",
            customer_id=payment.customer_id,
            created_at=now(),
            status="valid",
            method="directdebit",
            holder=payment.holder or "",
            account=payment.account or "",
            reference=None,
            signature_date=now().date().isoformat(),
        )
        self._provider.mandates.put(mandate.id, mandate)
        payment.mandate_id = mandate.id

    async def _expire_later(self, payment: Payment) -> None:
        await asyncio.sleep(max(0.0, (payment.expires_at - now()).total_seconds()))
        if payment.status is Status.OPEN:
            self.settle(payment, Status.EXPIRED)
