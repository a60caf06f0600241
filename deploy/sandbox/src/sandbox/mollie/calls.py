"""Webhook calls of the payment provider: form-encoded `id=tr_…`, never signed, retried until somebody answers 200.

Modes disturb the order on purpose: `duplicate` calls twice, `late` waits, `outOfOrder` collects the calls of a moment
and sends them newest first, `off` sends none. A call that nobody takes is given up after the last try and stays visible
in the payment's list of tries. One that the end of the process interrupted starts anew at the next start.
"""

import asyncio

import httpx2

from sandbox.background import Background
from sandbox.identifiers import now
from sandbox.mollie.model import Payment, Provider, WebhookMode, WebhookTry

_HEADERS = {"User-Agent": "Mollie HTTP client/1.0", "Content-Type": "application/x-www-form-urlencoded"}


class WebhookCaller:
    def __init__(self, provider: Provider, background: Background, client: httpx2.AsyncClient) -> None:
        self._provider = provider
        self._background = background
        self._client = client
        self._held: list[Payment] = []

    def announce(self, payment: Payment) -> None:
        """Tell the payment's webhook that something changed; nothing happens without a webhook address."""
        if payment.webhook_url is None:
            return
        match self._provider.webhook_mode:
            case WebhookMode.OFF:
                return
            case WebhookMode.OUT_OF_ORDER:
                self._hold(payment)
            case WebhookMode.LATE:
                self._begin(payment, self._provider.webhook_seconds)
            case WebhookMode.DUPLICATE:
                self._begin(payment)
                self._begin(payment)
            case WebhookMode.NORMAL:
                self._begin(payment)

    def resume(self, payment: Payment) -> None:
        """Make the calls that an earlier run still owed; one will do, as it says no more than the id."""
        payment.calls_owed = 0
        self._begin(payment)

    def _begin(self, payment: Payment, wait: float = 0.0) -> None:
        payment.calls_owed += 1
        self._background.start(self._deliver(payment, wait))

    def _hold(self, payment: Payment) -> None:
        payment.calls_owed += 1
        self._held.append(payment)
        if len(self._held) == 1:
            self._background.start(self._release())

    async def _release(self) -> None:
        await asyncio.sleep(self._provider.webhook_seconds)
        held, self._held = self._held, []
        for payment in reversed(held):
            await self._try(payment, is_last=True)

    async def _deliver(self, payment: Payment, wait: float) -> None:
        await asyncio.sleep(wait)
        delays = self._provider.settings.webhook_delays
        for number, delay in enumerate(delays, start=1):
            await asyncio.sleep(delay)
            if await self._try(payment, is_last=number == len(delays)):
                return

    async def _try(self, payment: Payment, *, is_last: bool) -> bool:
        status, error = await self.call(payment.webhook_url or "", payment.id)
        payment.webhook_tries.append(WebhookTry(at=now(), status=status, error=error))
        is_taken = status == httpx2.codes.OK
        if is_taken or is_last:
            payment.calls_owed -= 1
        self._provider.payments.save(payment.id)
        return is_taken

    async def call(self, url: str, payment_id: str) -> tuple[int | None, str | None]:
        """Make one call; return the answer's status, or the reason why there was none."""
        timeout = self._provider.settings.webhook_timeout
        try:
            answer = await self._client.post(url, content=f"id={payment_id}", headers=_HEADERS, timeout=timeout)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return None, f"{type(error).__name__}: {error}"
        return answer.status_code, None
