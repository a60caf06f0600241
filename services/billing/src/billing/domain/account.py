"""The prepaid account of an environment: its plan, its balance, and the end of its ledger.

The balance changes only by posting. It may go below zero: what was accepted is charged, and receiving never stops for
lack of credit. Depleted means a balance of zero or less, so an account starts depleted.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from billing.domain.ledger import GENESIS, LedgerTransaction, Posting
from billing.domain.plan import Plan


class Crossing(StrEnum):
    """What a change of the balance is worth telling others."""

    DEPLETED = "depleted"
    RESTORED = "restored"
    LOW = "low"


@dataclass(slots=True, kw_only=True)
class Account:
    """`version` counts what was announced about it; `low` remembers that a low balance was announced, or never high."""

    environment_id: UUID
    plan: Plan = Plan.INVOICE_PORTAL
    currency: str = "EUR"
    balance_micros: int = 0
    low: bool = True
    version: int = 0
    ledger_number: int = 0
    ledger_hash: bytes = GENESIS

    @property
    def depleted(self) -> bool:
        return self.balance_micros <= 0

    def change_plan(self, plan: Plan) -> Plan | None:
        """Choose another plan; return the previous one, or None when nothing changes."""
        if plan is self.plan:
            return None
        previous, self.plan = self.plan, plan
        return previous

    def post(self, posting: Posting, *, transaction_id: UUID) -> LedgerTransaction:
        """Append to the ledger and move the balance with it."""
        transaction = LedgerTransaction(
            id=transaction_id,
            environment_id=self.environment_id,
            number=self.ledger_number + 1,
            posting=posting,
            balance_after_micros=self.balance_micros + posting.credit_micros,
            previous_hash=self.ledger_hash,
        )
        self.ledger_number = transaction.number
        self.ledger_hash = transaction.hash
        self.balance_micros = transaction.balance_after_micros
        return transaction

    def crossings_since(self, balance_micros: int, *, low_below_micros: int) -> list[Crossing]:
        """Return what to announce after the balance moved here from `balance_micros`; each crossing counts once."""
        crossings: list[Crossing] = []
        if balance_micros > 0 and self.depleted:
            crossings.append(Crossing.DEPLETED)
        if balance_micros <= 0 and not self.depleted:
            crossings.append(Crossing.RESTORED)
        low = self.balance_micros < low_below_micros
        if low and not self.low and not self.depleted:
            crossings.append(Crossing.LOW)
        self.low = low
        return crossings

    def next_version(self) -> int:
        """Return the version of the next announcement."""
        self.version += 1
        return self.version
