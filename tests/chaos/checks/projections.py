"""Invariant 3, second half: every projection is the fold of its topic, and so is the owner's own table.

The fold of a state topic is, per aggregate, the state that its newest event carries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.organizations import OrganizationState

from chaos.evidence import Evidence, Record, Row, Violation

DOCUMENT_TYPE_SCHEME = "busdox-docid-qns::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A table that must be the fold of a topic. `columns` that are named so in the state too."""

    table: str
    topic: str
    columns: tuple[str, ...]
    version: str = "sequence"
    id: str = "id"


ENVIRONMENTS, USERS, KEYS = "identity.environments", "identity.users", "identity.connection-keys"
ORGANIZATIONS, MEMBERSHIPS = "organizations.organizations", "organizations.memberships"
ACCOUNTS = "billing.accounts"
_STANDING = ("environment_id", "role", "status")
_MEMBER = ("organization_id", "user_id", "level", "status")
PROJECTIONS = (
    Projection(table="identity.users", topic=USERS, columns=_STANDING, version="version"),
    Projection(table="identity.environments", topic=ENVIRONMENTS, columns=("mode", "kind"), version="version"),
    Projection(
        table="identity.connection_keys",
        topic=KEYS,
        columns=("environment_id", "organization_id", "status"),
        version="version",
    ),
    Projection(
        table="identity.organizations", topic=ORGANIZATIONS, columns=("environment_id", "mode", "name", "status")
    ),
    Projection(table="identity.memberships", topic=MEMBERSHIPS, columns=("environment_id", *_MEMBER)),
    Projection(table="organizations.organizations", topic=ORGANIZATIONS, columns=("mode", "status"), version="version"),
    Projection(table="organizations.memberships", topic=MEMBERSHIPS, columns=_MEMBER, version="version"),
    Projection(table="organizations.environments", topic=ENVIRONMENTS, columns=("parent_id", "mode", "kind")),
    Projection(table="organizations.users", topic=USERS, columns=(*_STANDING, "first_name", "last_name")),
    Projection(table="organizations.connection_keys", topic=KEYS, columns=("organization_id", "status")),
    Projection(table="organizations.accounts", topic=ACCOUNTS, columns=("plan", "depleted"), id="environment_id"),
    Projection(table="documents.organizations", topic=ORGANIZATIONS, columns=("environment_id", "mode", "status")),
    Projection(table="documents.memberships", topic=MEMBERSHIPS, columns=_MEMBER),
    Projection(table="documents.users", topic=USERS, columns=_STANDING),
    Projection(
        table="documents.connection_keys",
        topic=KEYS,
        columns=("environment_id", "organization_id", "created_by", "mode", "status"),
    ),
    Projection(table="documents.accounts", topic=ACCOUNTS, columns=("plan", "depleted"), id="environment_id"),
    Projection(table="billing.environments", topic=ENVIRONMENTS, columns=("parent_id",), version="version"),
    Projection(table="billing.users", topic=USERS, columns=_STANDING, version="version"),
    Projection(table="billing.connection_keys", topic=KEYS, columns=("environment_id", "status"), version="version"),
    Projection(table="billing.accounts", topic=ACCOUNTS, columns=("plan",), version="version", id="environment_id"),
)


def every_projection_is_the_fold_of_its_topic(evidence: Evidence) -> Iterator[Violation]:
    for projection in PROJECTIONS:
        fold = fold_of(evidence, projection.topic)
        rows = {str(row[projection.id]): row for row in evidence.rows[projection.table] if row[projection.version]}
        for aggregate in fold.keys() | rows.keys():
            what = _difference(projection, fold.get(aggregate), rows.get(aggregate))
            if what:
                yield _violation("projection differs", f"{projection.table} {aggregate}", what)


def _difference(projection: Projection, record: Record | None, row: Row | None) -> str:
    """Return what a row has otherwise than its topic; empty when it is the same."""
    if record is None:
        return "not on the topic"
    if row is None:
        return "not in the table"
    state = record.value["state"]
    pairs = {column: (_plain(row[column]), _plain(state.get(column))) for column in projection.columns}
    pairs["version"] = (row[projection.version], sequence_of(record))
    return ", ".join(f"{name}: {mine!r}, not {theirs!r}" for name, (mine, theirs) in pairs.items() if mine != theirs)


def parties_are_those_of_the_fold(evidence: Evidence) -> Iterator[Violation]:
    """Routing's view of who receives what is the organization's newest state."""
    parties: dict[str, dict[str, bool]] = {}
    for row in evidence.rows["documents.parties"]:
        parties.setdefault(str(row["organization_id"]), {})[row["party"]] = row["receiving"]
    types = {str(row["id"]): set(row["document_types"]) for row in evidence.rows["documents.organizations"]}
    for aggregate, record in fold_of(evidence, ORGANIZATIONS).items():
        state = OrganizationState.model_validate(record.value["state"])
        expected = {f"{each.scheme}:{each.value}": each.receiving for each in state.identifiers}
        if parties.get(aggregate, {}) != expected:
            yield _violation("parties differ", aggregate, f"{parties.get(aggregate)}, not {expected}")
        offered = {kind.removeprefix(DOCUMENT_TYPE_SCHEME) for kind in state.document_types}
        if types.get(aggregate, set()) != offered:
            yield _violation("document types differ", aggregate, f"{types.get(aggregate)}, not {offered}")


def credit_is_announced_as_it_is(evidence: Evidence) -> Iterator[Violation]:
    """What everybody was told of an account's credit last is what its balance says."""
    fold = fold_of(evidence, ACCOUNTS)
    for row in evidence.rows["billing.accounts"]:
        record = fold.get(str(row["environment_id"]))
        told = record.value["state"]["depleted"] if record else True
        if told != (row["balance_micros"] <= 0):
            what = f"depleted={told} was told, the balance is {row['balance_micros']} micros"
            yield _violation("credit told wrongly", row["environment_id"], what)


def fold_of(evidence: Evidence, topic: str) -> Mapping[str, Record]:
    """Return the newest record of each aggregate."""
    newest: dict[str, Record] = {}
    for record in evidence.topics[topic]:
        if record.place in evidence.poison or record.value is None:
            continue
        known = newest.get(record.key)
        if known is None or sequence_of(known) < sequence_of(record):
            newest[record.key] = record
    return newest


def sequence_of(record: Record) -> int:
    return int(record.headers["ce_sequence"])


def _plain(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, bool | int) else value


CHECKS = (every_projection_is_the_fold_of_its_topic, parties_are_those_of_the_fold, credit_is_announced_as_it_is)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
