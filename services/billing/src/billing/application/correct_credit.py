"""Gives or takes credit by hand, for support: the only way besides buying and being charged, always with a reason."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.billing import CreditGranted
from shared.ids import new_id

from billing.application.announcements import announce, announce_crossings, state_of
from billing.application.ports import Now, UnitOfWork
from billing.domain.errors import AmountRefused
from billing.domain.ledger import correction


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCredit:
    """`amount_micros` below zero takes credit."""

    environment_id: UUID
    amount_micros: int
    reason: str


async def correct_credit(cmd: CorrectCredit, *, uow: UnitOfWork, low_below_micros: int, now: Now) -> int:
    """Return the balance after the correction."""
    if cmd.amount_micros == 0:
        raise AmountRefused("A correction gives or takes something.")
    correction_id = new_id()
    posting = correction(correction_id=correction_id, amount_micros=cmd.amount_micros, reason=cmd.reason, at=now())
    async with uow() as tx:
        account = (await tx.accounts.lock([cmd.environment_id]))[cmd.environment_id]
        before = account.balance_micros
        await tx.ledger.append([account.post(posting, transaction_id=new_id())])
        granted = CreditGranted(
            state=state_of(account),
            amount_micros=cmd.amount_micros,
            balance_micros=account.balance_micros,
            reason="correction",
            reference_id=correction_id,
        )
        announce(account, granted, tx=tx)
        announce_crossings(account, balance_before=before, low_below_micros=low_below_micros, tx=tx)
        await tx.accounts.update([account])
    return account.balance_micros
