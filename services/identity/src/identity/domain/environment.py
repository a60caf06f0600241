"""Environments: the tenants, one per e-mail domain unless the domain belongs to many (`shared`)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.ids import new_id

OPERATOR_DOMAIN = "operators"


class Mode(StrEnum):
    LIVE = "live"
    TEST = "test"


class Kind(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A tenant. Nobody joins a `shared` one by the domain of their address."""

    id: UUID
    name: str
    domain: str
    shared: bool
    created_at: datetime
    mode: Mode = Mode.LIVE
    kind: Kind = Kind.CUSTOMER
    parent_id: UUID | None = None
    version: int = 1

    @classmethod
    def found(cls, domain: str, *, shared: bool, now: datetime) -> Self:
        """Return the new environment of the first user with this domain."""
        return cls(id=new_id(), name=domain, domain=domain, shared=shared, created_at=now)

    def share(self) -> Self:
        """Return the environment as one that nobody joins by their domain."""
        return replace(self, shared=True, version=self.version + 1)

    def rename(self, name: str) -> Self:
        return replace(self, name=name, version=self.version + 1)

    @classmethod
    def found_for_operators(cls, *, now: datetime) -> Self:
        """Return the reserved environment of the people who run the platform."""
        return cls(
            id=new_id(), name="Operators", domain=OPERATOR_DOMAIN, shared=True, kind=Kind.OPERATOR, created_at=now
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDomain:
    """A domain of which users of the environment may have addresses; `consent` is that of the one that it leads to."""

    environment_id: UUID
    domain: str
    shared_at: datetime
    shared_by: UUID
    reason: str
    consent: str | None
