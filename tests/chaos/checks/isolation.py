"""Invariant 5: an environment never sees another's data, and a revoked key sees nothing.

An id belongs to the environment of its row. No answer that somebody gets may hold the id of a thing of somebody else,
and no text that only others have.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from chaos.evidence import Evidence, Violation

OWNED = (
    ("documents.documents", "id"),
    ("documents.documents", "caller_document_id"),
    ("documents.hook_deliveries", "id"),
    ("organizations.organizations", "id"),
    ("organizations.memberships", "id"),
    ("identity.users", "id"),
    ("identity.environments", "id"),
    ("identity.connection_keys", "id"),
    ("billing.top_ups", "id"),
    ("billing.payments", "id"),
    ("billing.ledger_transactions", "id"),
)
"""Tables whose rows belong to one environment, and the column of their id."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OK = 200
NOBODY = UUID(int=0)


def nobody_sees_what_belongs_to_others(evidence: Evidence) -> Iterator[Violation]:
    owners = _owners(evidence)
    for read in evidence.reads:
        if read.status != OK:
            continue
        if read.environment == NOBODY:
            yield _violation("revoked key still works", read.reader, read.path)
            continue
        for found in sorted(set(_ID.findall(json.dumps(read.body)))):
            environments = owners.get(UUID(found))
            if environments and read.environment not in environments:
                yield _violation("leak", f"{read.reader} at {read.path}", f"{found} is of {min(environments)}")


def nobody_gets_the_documents_of_others(evidence: Evidence) -> Iterator[Violation]:
    """A content carries no id of ours: whoever asked for it by the id of a foreign document must not get any."""
    documents = {str(row["id"]): row["environment_id"] for row in evidence.rows["documents.documents"]}
    for read in evidence.reads:
        asked = [documents[found] for found in _ID.findall(read.path) if found in documents]
        if read.status == OK and asked and read.environment not in asked:
            yield _violation("leak", f"{read.reader} at {read.path}", f"a document of {asked[0]}")


def everybody_was_asked(evidence: Evidence) -> Iterator[Violation]:
    """A platform that answers nobody leaks nothing either: that would prove nothing."""
    answered: defaultdict[str, int] = defaultdict(int)
    for read in evidence.reads:
        answered[read.reader] += int(read.status == OK and read.environment != NOBODY)
        if read.status in {0, 500, 502, 503, 504}:
            yield _violation("no answer", f"{read.reader} at {read.path}", f"status {read.status}")
    readers = {read.reader for read in evidence.reads if read.environment != NOBODY}
    for reader in readers:
        if not answered[reader] and not _is_blocked(evidence, reader):
            yield _violation("sees nothing at all", reader, "not even their own")


def _is_blocked(evidence: Evidence, reader: str) -> bool:
    blocked = {row["id"] for row in evidence.rows["identity.users"] if row["status"] == "blocked"}
    return any(
        row["user_id"] in blocked and row["address"] == reader for row in evidence.rows["identity.user_addresses"]
    )


def _owners(evidence: Evidence) -> dict[UUID, set[UUID]]:
    """Return to which environments each id belongs; a test environment is one with its live one."""
    owners: defaultdict[UUID, set[UUID]] = defaultdict(set)
    hooks = {row["id"]: row["environment_id"] for row in evidence.rows["documents.hooks"]}
    for table, column in OWNED:
        for row in evidence.rows[table]:
            if row[column] is not None:
                owners[row[column]].add(_environment(table, row, hooks))
    for row in evidence.rows["identity.environments"]:
        if row["parent_id"] is not None:
            owners[row["id"]].add(row["parent_id"])
    return owners


def _environment(table: str, row: dict[str, UUID], hooks: dict[UUID, UUID]) -> UUID:
    if table == "identity.environments":
        return row["id"]
    return hooks[row["hook_id"]] if table == "documents.hook_deliveries" else row["environment_id"]


CHECKS = (nobody_sees_what_belongs_to_others, nobody_gets_the_documents_of_others, everybody_was_asked)


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=str(about), what=what)
