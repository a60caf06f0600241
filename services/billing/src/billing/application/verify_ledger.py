"""Proves the ledger from its rows alone: numbering, hash chain, sums, running balances, and the balances that we show.

The database refuses all of this on its own (migration 0002); what is found here was done around it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from shared.errors import DomainError

from billing.application.ports import OpenAudit, RecordedTransaction
from billing.domain.ledger import GENESIS, Entry, Kind, LedgerAccount, LedgerTransaction, Posting


@dataclass(slots=True, kw_only=True)
class Verification:
    """`problems` is empty when all is well."""

    environments: int = 0
    transactions: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _End:
    """Where the chain of one environment is."""

    number: int = 0
    hash: bytes = GENESIS
    balance_micros: int = 0


async def verify_ledger(*, open_audit: OpenAudit) -> Verification:
    result = Verification()
    ends: dict[UUID, _End] = {}
    async with open_audit() as audit:
        async for recorded in audit.walk():
            result.transactions += 1
            result.problems += _check(recorded, ends.setdefault(recorded.environment_id, _End()))
        balances = await audit.balances()
    result.environments = len(balances)
    for environment_id in balances.keys() | ends.keys():
        end = ends.get(environment_id, _End())
        if balances.get(environment_id) != (end.balance_micros, end.number):
            result.problems.append(f"{environment_id}: the balance shown is not the ledger's")
    return result


def _check(recorded: RecordedTransaction, end: _End) -> list[str]:
    """Return what is wrong with the transaction that follows `end`, and move `end` to it."""
    where = f"{recorded.environment_id} #{recorded.number}"
    problems = []
    if recorded.number != end.number + 1:
        problems.append(f"{where}: follows #{end.number}")
    try:
        expected = _rebuild(recorded, previous_hash=end.hash)
    except (DomainError, ValueError) as error:
        problems.append(f"{where}: {error}")
    else:
        if expected.hash != recorded.hash:
            problems.append(f"{where}: the hash does not fit")
        if recorded.balance_after_micros != end.balance_micros + expected.posting.credit_micros:
            problems.append(f"{where}: the balance does not follow")
    end.number, end.hash, end.balance_micros = recorded.number, recorded.hash, recorded.balance_after_micros
    return problems


def _rebuild(recorded: RecordedTransaction, *, previous_hash: bytes) -> LedgerTransaction:
    posting = Posting(
        kind=Kind(recorded.kind),
        entries=tuple(Entry(account=LedgerAccount(name), amount_micros=amount) for name, amount in recorded.entries),
        occurred_at=recorded.occurred_at,
        service=recorded.service,
        document_id=recorded.document_id,
        organization_id=recorded.organization_id,
        reference_id=recorded.reference_id,
        reason=recorded.reason,
    )
    return LedgerTransaction(
        id=recorded.id,
        environment_id=recorded.environment_id,
        number=recorded.number,
        posting=posting,
        balance_after_micros=recorded.balance_after_micros,
        previous_hash=previous_hash,
    )
