"""The ledger's own rules: balance, chain, and what an audit finds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from billing.application.verify_ledger import verify_ledger
from billing.domain.account import Account
from billing.domain.errors import ReasonRequired, TimeWithoutOffset, UnbalancedPosting
from billing.domain.ledger import (
    Entry,
    Kind,
    LedgerAccount,
    Posting,
    RenderedService,
    charge,
    correction,
    purchase,
    verification,
)
from hypothesis import given
from hypothesis import strategies as st
from shared.ids import new_id
from support.billing_fakes import MemoryBilling

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AMOUNT = st.integers(min_value=0, max_value=10**12)


def rendered() -> RenderedService:
    return RenderedService(
        environment_id=new_id(),
        organization_id=new_id(),
        document_id=new_id(),
        service="send_einvoice",
        rendered_at=NOW,
    )


def entries(*pairs: tuple[LedgerAccount, int]) -> tuple[Entry, ...]:
    return tuple(Entry(account=account, amount_micros=amount) for account, amount in pairs)


@pytest.mark.requirement("RA1.1")
@pytest.mark.parametrize(
    "wrong",
    [
        (),
        entries((LedgerAccount.CREDIT, 0)),
        entries((LedgerAccount.CREDIT, 5), (LedgerAccount.REVENUE, -4)),
        entries((LedgerAccount.CREDIT, 5), (LedgerAccount.REVENUE, 5)),
    ],
)
def test_entries_that_do_not_add_up_are_no_posting(wrong: tuple[Entry, ...]) -> None:
    with pytest.raises(UnbalancedPosting):
        Posting(kind=Kind.CORRECTION, entries=wrong, occurred_at=NOW)


@pytest.mark.requirement("RA1.1")
@given(AMOUNT, AMOUNT)
def test_every_kind_of_posting_adds_up_to_zero(amount: int, vat: int) -> None:
    postings = [
        (charge(rendered(), price_micros=amount), -amount),
        (purchase(top_up_id=new_id(), credit_micros=amount, vat_micros=vat, paid_at=NOW), amount),
        (verification(activation_id=new_id(), amount_micros=amount, paid_at=NOW), 0),
        (correction(correction_id=new_id(), amount_micros=-amount, reason="r", at=NOW), -amount),
    ]
    for posting, effect in postings:
        assert sum(entry.amount_micros for entry in posting.entries) == 0
        assert posting.credit_micros == effect


@pytest.mark.requirement("RA1.5")
@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_a_correction_without_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(ReasonRequired):
        correction(correction_id=new_id(), amount_micros=1, reason=reason, at=NOW)


def test_a_posting_says_when() -> None:
    with pytest.raises(TimeWithoutOffset):
        verification(activation_id=new_id(), amount_micros=1, paid_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_hash_does_not_depend_on_how_a_time_is_written() -> None:
    elsewhere = datetime.fromisoformat("2026-11-23T13:00:00+01:00")
    charged = rendered()
    transaction_id = new_id()
    hashes = {
        Account(environment_id=charged.environment_id)
        .post(charge(replace(charged, rendered_at=moment), price_micros=1), transaction_id=transaction_id)
        .hash
        for moment in (NOW, elsewhere)
    }
    assert len(hashes) == 1


async def three_charges() -> MemoryBilling:
    billing = MemoryBilling()
    account = Account(environment_id=new_id())
    for _ in range(3):
        posting = charge(replace(rendered(), environment_id=account.environment_id), price_micros=171_000)
        await billing.ledger.append([account.post(posting, transaction_id=new_id())])
    await billing.accounts.update([account])
    return billing


async def test_an_untouched_ledger_verifies() -> None:
    billing = await three_charges()
    found = await verify_ledger(open_audit=billing.audit)
    assert (found.environments, found.transactions, found.problems) == (1, 3, [])


def _other_amount(posting: Posting) -> Posting:
    return replace(posting, entries=entries((LedgerAccount.CREDIT, -1), (LedgerAccount.REVENUE, 1)))


CHANGES: list[Any] = [
    lambda row: replace(row, posting=_other_amount(row.posting)),
    lambda row: replace(row, posting=replace(row.posting, document_id=new_id())),
    lambda row: replace(row, posting=replace(row.posting, service="receive_einvoice")),
    lambda row: replace(row, posting=replace(row.posting, occurred_at=datetime(2026, 1, 1, tzinfo=UTC))),
    lambda row: replace(row, balance_after_micros=0),
    lambda row: replace(row, id=new_id()),
    lambda row: replace(row, number=7),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_row_is_found(change: Any) -> None:
    billing = await three_charges()
    genuine = billing.ledger.rows[1]
    changed = change(genuine)
    object.__setattr__(changed, "hash", genuine.hash)
    billing.ledger.rows[1] = changed
    assert (await verify_ledger(open_audit=billing.audit)).problems


@pytest.mark.parametrize("missing", [0, 1, 2])
async def test_a_removed_row_is_found(missing: int) -> None:
    billing = await three_charges()
    del billing.ledger.rows[missing]
    assert (await verify_ledger(open_audit=billing.audit)).problems


async def test_a_row_put_in_between_is_found_even_with_a_hash_of_its_own() -> None:
    billing = await three_charges()
    forged = replace(billing.ledger.rows[1], id=new_id(), posting=_other_amount(billing.ledger.rows[1].posting))
    billing.ledger.rows[1] = forged
    assert (await verify_ledger(open_audit=billing.audit)).problems


async def test_a_changed_row_with_a_fitting_hash_of_its_own_breaks_the_chain_after_it() -> None:
    billing = await three_charges()
    genuine = billing.ledger.rows[1]
    billing.ledger.rows[1] = replace(genuine, posting=replace(genuine.posting, document_id=new_id()))
    (problem,) = (await verify_ledger(open_audit=billing.audit)).problems
    assert problem.endswith("#3: the hash does not fit")


async def test_a_balance_that_is_not_the_ledgers_is_found() -> None:
    billing = await three_charges()
    next(iter(billing.accounts.rows.values())).balance_micros += 1
    (problem,) = (await verify_ledger(open_audit=billing.audit)).problems
    assert "is not the ledger's" in problem


async def test_entries_that_do_not_add_up_are_found() -> None:
    billing = await three_charges()
    posting = billing.ledger.rows[0].posting
    object.__setattr__(posting, "entries", posting.entries[:1])
    assert (await verify_ledger(open_audit=billing.audit)).problems
