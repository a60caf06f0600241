"""Invariant 2: every service is charged once and nothing else is, the books add up, and nobody rewrote them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from billing.domain.ledger import GENESIS, Entry, Kind, LedgerAccount, LedgerTransaction, Posting

from chaos.evidence import Evidence, Row, Violation

SEND, RECEIVE = "send_einvoice", "receive_einvoice"
PRICES = {SEND: 171_000, RECEIVE: 341_000}
INBOX = frozenset({"available", "downloaded", "expired"})


def every_service_is_charged_once(evidence: Evidence) -> Iterator[Violation]:
    """What was delivered for a key, and what is in an inbox, is charged once to whom it belongs, at its price."""
    due = {(row["id"], SEND): row for row in evidence.rows["documents.documents"] if _is_sent_for_money(row)}
    due |= {(row["id"], RECEIVE): row for row in evidence.rows["documents.documents"] if row["state"] in INBOX}
    charges = [row for row in evidence.rows["billing.ledger_transactions"] if row["kind"] == "charge"]
    for key, times in Counter((row["document_id"], row["service"]) for row in charges).items():
        if times > 1:
            yield _violation("charged twice", key[0], f"{key[1]} {times} times")
    for row in charges:
        document = due.get((row["document_id"], row["service"]))
        if document is None:
            yield _violation("charged for nothing", row["document_id"], row["service"])
        elif document["environment_id"] != row["environment_id"]:
            yield _violation("charged to somebody else", row["document_id"], f"to {row['environment_id']}")
        elif row["amount_micros"] != -PRICES[row["service"]]:
            yield _violation("wrong price", row["document_id"], f"{row['service']} for {-row['amount_micros']} micros")
    for document_id, service in due.keys() - {(row["document_id"], row["service"]) for row in charges}:
        yield _violation("not charged", document_id, service)


def _is_sent_for_money(row: Row) -> bool:
    return bool(row["direction"] == "outbound" and row["state"] == "delivered" and row["billable"])


def the_books_add_up(evidence: Evidence) -> Iterator[Violation]:
    """All entries together are zero, and so are those of each transaction."""
    entries = evidence.rows["billing.ledger_entries"]
    total = sum(entry["amount_micros"] for entry in entries)
    if total != 0:
        yield _violation("ledger does not add up", "all entries", f"{total} micros too many")
    sums: Counter[UUID] = Counter()
    for entry in entries:
        sums[entry["transaction_id"]] += entry["amount_micros"]
    for transaction, amount in sums.items():
        if amount != 0:
            yield _violation("transaction does not add up", transaction, f"{amount} micros")
    for row in evidence.rows["billing.ledger_transactions"]:
        if row["id"] not in sums:
            yield _violation("transaction without entries", row["id"], row["kind"])


def every_balance_is_its_entries(evidence: Evidence) -> Iterator[Violation]:
    """The balance that customers see is the sum of the entries on their credit."""
    owners = {row["id"]: row["environment_id"] for row in evidence.rows["billing.ledger_transactions"]}
    sums: Counter[UUID] = Counter()
    for entry in evidence.rows["billing.ledger_entries"]:
        if entry["transaction_id"] not in owners:
            yield _violation("entry of no transaction", entry["transaction_id"], f"{entry['amount_micros']} micros")
        elif entry["account"] == "credit":
            sums[owners[entry["transaction_id"]]] += entry["amount_micros"]
    for account in evidence.rows["billing.accounts"]:
        booked = sums[account["environment_id"]]
        if account["balance_micros"] != booked:
            what = f"shows {account['balance_micros']}, booked are {booked} micros"
            yield _violation("wrong balance", account["environment_id"], what)


def the_chain_holds(evidence: Evidence) -> Iterator[Violation]:
    """Numbers have no gaps, each balance follows from the one before, and each hash covers what came before it."""
    entries: defaultdict[UUID, list[Row]] = defaultdict(list)
    for entry in sorted(evidence.rows["billing.ledger_entries"], key=lambda entry: entry["line"]):
        entries[entry["transaction_id"]].append(entry)
    chains: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in sorted(evidence.rows["billing.ledger_transactions"], key=lambda row: row["number"]):
        chains[row["environment_id"]].append(row)
    for environment, rows in chains.items():
        if [row["number"] for row in rows] != list(range(1, len(rows) + 1)):
            yield _violation("gap in the ledger", environment, "the numbers do not follow each other")
        earlier: list[Row | None] = [None, *rows]
        for before, row in zip(earlier, rows, strict=False):
            if _hash(row, entries[row["id"]], before) != bytes(row["hash"]):
                yield _violation("broken chain", row["id"], f"number {row['number']} of {environment}")


def _hash(row: Row, entries: list[Row], before: Row | None) -> bytes:
    """Compute what the hash of a transaction must be; empty when it could not have been booked at all."""
    try:
        posting = Posting(
            kind=Kind(row["kind"]),
            entries=tuple(
                Entry(account=LedgerAccount(entry["account"]), amount_micros=entry["amount_micros"])
                for entry in entries
            ),
            occurred_at=row["occurred_at"],
            service=row["service"],
            document_id=row["document_id"],
            organization_id=row["organization_id"],
            reference_id=row["reference_id"],
            reason=row["reason"],
        )
    except Exception:  # noqa: BLE001 - the domain refuses it: no hash can be right
        return b""
    return LedgerTransaction(
        id=row["id"],
        environment_id=row["environment_id"],
        number=row["number"],
        posting=posting,
        balance_after_micros=(before["balance_after_micros"] if before else 0) + posting.credit_micros,
        previous_hash=bytes(before["hash"]) if before else GENESIS,
    ).hash


def every_payment_is_booked_once(evidence: Evidence) -> Iterator[Violation]:
    """What the provider says is paid is paid here, and is in the ledger once; nothing else is."""
    paid = {row["id"] for row in evidence.payments if row["status"] == "paid"}
    settled = Counter(
        row["reference_id"] for row in evidence.rows["billing.ledger_transactions"] if row["reference_id"]
    )
    for row in evidence.rows["billing.payments"]:
        is_paid = row["provider_id"] in paid
        if is_paid != (row["status"] == "paid"):
            yield _violation("payment not followed", row["id"], f"here {row['status']}, at the provider paid={is_paid}")
        if settled[row["reference_id"]] != int(is_paid):
            yield _violation("payment not booked once", row["id"], f"{settled[row['reference_id']]} times")


CHECKS = (
    every_service_is_charged_once,
    the_books_add_up,
    every_balance_is_its_entries,
    the_chain_holds,
    every_payment_is_booked_once,
)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
