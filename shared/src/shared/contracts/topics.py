"""The Kafka topics, in the one place that names them (docs/architecture.md, "Topics").

A *state* topic is compacted and carries, with every event, the aggregate's full public state. A *fact* topic tells
what happened and keeps it for 30 days. A *usage* topic is keyed by the environment that pays, so that one consumer
writes one account, and keeps its records for 90 days. Partition counts never change: the order per key depends on
them.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class TopicKind(StrEnum):
    STATE = "state"
    FACT = "fact"
    USAGE = "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    name: str
    owner: str
    kind: TopicKind

    @property
    def partitions(self) -> int:
        return 6 if self.kind is TopicKind.STATE else 12

    @property
    def retention(self) -> timedelta | None:
        """Return how long a record can be read; None where the last one of each key stays for ever."""
        if self.kind is TopicKind.STATE:
            return None
        return timedelta(days=30 if self.kind is TopicKind.FACT else 90)

    @property
    def config(self) -> dict[str, str]:
        """Return the broker's settings of the topic, as Kafka spells them."""
        if self.retention is None:
            return {"cleanup.policy": "compact", "min.compaction.lag.ms": _milliseconds(timedelta(days=28))}
        return {"cleanup.policy": "delete", "retention.ms": _milliseconds(self.retention)}


def _milliseconds(span: timedelta) -> str:
    return str(int(span.total_seconds() * 1000))


def _topic(name: str, kind: TopicKind) -> Topic:
    return Topic(name=name, owner=name.partition(".")[0], kind=kind)


IDENTITY_ENVIRONMENTS = _topic("identity.environments", TopicKind.STATE)
IDENTITY_USERS = _topic("identity.users", TopicKind.STATE)
IDENTITY_CONNECTION_KEYS = _topic("identity.connection-keys", TopicKind.STATE)
ORGANIZATIONS_ORGANIZATIONS = _topic("organizations.organizations", TopicKind.STATE)
ORGANIZATIONS_MEMBERSHIPS = _topic("organizations.memberships", TopicKind.STATE)
ORGANIZATIONS_PARTNERSHIPS = _topic("organizations.partnerships", TopicKind.STATE)
ORGANIZATIONS_COMPANIES = _topic("organizations.companies", TopicKind.FACT)
BILLING_ACCOUNTS = _topic("billing.accounts", TopicKind.STATE)
BILLING_PRICES = _topic("billing.prices", TopicKind.STATE)
BILLING_PAYMENTS = _topic("billing.payments", TopicKind.FACT)
BILLING_CHARGES = _topic("billing.charges", TopicKind.FACT)
DOCUMENTS_DOCUMENTS = _topic("documents.documents", TopicKind.FACT)
DOCUMENTS_HOOKS = _topic("documents.hooks", TopicKind.FACT)
DOCUMENTS_USAGE = _topic("documents.usage", TopicKind.USAGE)

ALL_TOPICS: tuple[Topic, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Topic))
