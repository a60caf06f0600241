"""A small piece of evidence in which everything is right, for the tests of the checkers: they plant faults in it.

A supplier sends two invoices, one is delivered to the buyer's inbox, the other one rejected; both companies have a hook
that hears everything, the supplier has a key and bought credit.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from billing.domain.ledger import (
    GENESIS,
    LedgerTransaction,
    Posting,
)

from chaos.checks.events import CONSUMED
from chaos.evidence import Evidence, Record, Row
from chaos.history import Exchange

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROOT = UUID("019a0000-0000-7000-8000-000000000000")
PRICES = {"send_einvoice": 171_000, "receive_einvoice": 341_000}
CREDIT = 50_000_000


def an_id(name: str) -> UUID:
    return uuid5(ROOT, name)


SUPPLIER, BUYER = an_id("supplier"), an_id("buyer")
SENT, RECEIVED, REFUSED = an_id("sent"), an_id("received"), an_id("refused")
CALLERS_ID, REFUSED_CALLERS_ID = an_id("caller's id"), an_id("refused caller's id")
TOP_UP, PAYMENT, KEY = an_id("top-up"), an_id("payment"), an_id("key")
EXCHANGE = an_id("exchange")
SERVICES = ("identity", "organizations", "documents", "billing")
EMPTY = (
    *(f"{service}.{table}" for service in SERVICES for table in ("outbox", "inbox", "outbox_log", "dead_letters")),
    "documents.documents", "documents.timeline", "documents.contents", "documents.hooks", "documents.hook_deliveries",
    "documents.hook_attempts", "documents.organizations", "documents.parties", "documents.memberships",
    "documents.users", "documents.connection_keys", "documents.accounts", "identity.users", "identity.environments",
    "identity.connection_keys", "identity.organizations", "identity.memberships", "identity.user_addresses",
    "organizations.organizations", "organizations.memberships", "organizations.environments", "organizations.users",
    "organizations.connection_keys", "organizations.accounts", "billing.accounts", "billing.ledger_transactions",
    "billing.ledger_entries", "billing.payments", "billing.top_ups", "billing.environments", "billing.users",
    "billing.connection_keys",
)  # fmt: skip


class SmallWorld:
    """Builds the evidence, one fact after the other."""

    def __init__(self) -> None:
        self.evidence = Evidence(rows={name: [] for name in EMPTY}, cast={SUPPLIER, BUYER})
        for topics in CONSUMED.values():
            self.evidence.topics.update((topic, []) for topic in topics)
        self.evidence.topics |= {"documents.documents": [], "documents.hooks": [], "billing.charges": []}
        self._number = 0

    def add(self, table: str, **columns: Any) -> Row:
        self.evidence.rows[table].append(columns)
        return columns

    def commit(self, topic: str, kind: str, subject: UUID, sequence: int, value: dict[str, Any]) -> None:
        """Let an event go its whole way: outbox, Kafka, every consumer's inbox."""
        service = topic.partition(".")[0]
        self._number += 1
        event_id, records = str(an_id(f"event {self._number}")), self.evidence.topics[topic]
        self.add(
            f"{service}.outbox_log",
            id=self._number,
            topic=topic,
            key=str(subject),
            event_id=event_id,
            subject=str(subject),
            sequence=sequence,
        )
        headers = {"ce_id": event_id, "ce_type": kind, "ce_subject": str(subject), "ce_sequence": str(sequence)}
        records.append(
            Record(topic=topic, partition=0, offset=len(records), key=str(subject), headers=headers, value=value)
        )
        for reader, topics in CONSUMED.items():
            if topic in topics:
                self.add(f"{reader}.inbox", consumer=f"{reader}.{topic}", event_id=UUID(event_id))

    def ask(self, kind: str, status: int, answer: Any, **facts: Any) -> None:
        number = len(self.evidence.history) + 1
        self.evidence.history.append(
            Exchange(
                number=number,
                kind=kind,
                method="POST",
                path="/",
                facts=facts,
                sent_at=float(number),
                done_at=number + 0.5,
                status=status,
                answer=answer,
            )
        )

    def book(self, environment: UUID, posting: Posting, name: str) -> None:
        """Append to the ledger of an environment."""
        rows = [
            row for row in self.evidence.rows["billing.ledger_transactions"] if row["environment_id"] == environment
        ]
        booked = LedgerTransaction(
            id=an_id(name),
            environment_id=environment,
            number=len(rows) + 1,
            posting=posting,
            balance_after_micros=(rows[-1]["balance_after_micros"] if rows else 0) + posting.credit_micros,
            previous_hash=rows[-1]["hash"] if rows else GENESIS,
        )
        self.add(
            "billing.ledger_transactions",
            id=booked.id,
            environment_id=environment,
            number=booked.number,
            kind=posting.kind.value,
            amount_micros=posting.credit_micros,
            balance_after_micros=booked.balance_after_micros,
            service=posting.service,
            document_id=posting.document_id,
            organization_id=posting.organization_id,
            reference_id=posting.reference_id,
            reason=posting.reason,
            occurred_at=posting.occurred_at,
            hash=booked.hash,
        )
        for line, entry in enumerate(posting.entries):
            self.add(
                "billing.ledger_entries",
                transaction_id=booked.id,
                line=line,
                account=entry.account.value,
                amount_micros=entry.amount_micros,
            )
