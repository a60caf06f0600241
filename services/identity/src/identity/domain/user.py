"""Users: one person in one environment, with exactly one role."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.ids import new_id

from identity.domain.errors import AddressUnknown, PrimaryAddressStays
from identity.domain.permissions import Role


class Status(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    BLOCKED = "blocked"
    REMOVED = "removed"


class JoinedBy(StrEnum):
    FOUNDED = "founded"
    DOMAIN = "domain"
    INVITATION = "invitation"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAddress:
    """An address of a user; only a verified one may log in or submit mail."""

    address: str
    primary: bool
    verified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsAcceptance:
    """Which terms were accepted, and when."""

    version: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What an administrator may change of a user; None leaves it as it is."""

    role: Role | None = None
    relationship_manager: bool | None = None
    blocked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """What people may change of themselves; None leaves it as it is, an empty phone number is none."""

    first_name: str | None = None
    last_name: str | None = None
    locale: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. What is secret about them (password, second factor) is not part of this."""

    id: UUID
    environment_id: UUID
    first_name: str
    last_name: str
    addresses: tuple[UserAddress, ...]
    role: Role
    created_at: datetime
    relationship_manager: bool = False
    status: Status = Status.ACTIVE
    locale: str = "nl"
    phone: str = ""
    version: int = 1

    @classmethod
    def register(cls, *, environment_id: UUID, person: "Person", role: Role, now: datetime) -> Self:
        """Return the new active user, whose address was verified just now."""
        invited = cls.invite(environment_id=environment_id, person=person, role=role, now=now)
        address = UserAddress(address=person.address, primary=True, verified_at=now)
        return replace(invited, addresses=(address,), status=Status.ACTIVE)

    @classmethod
    def invite(cls, *, environment_id: UUID, person: "Person", role: Role, now: datetime) -> Self:
        """Return the new user, who is to follow the link that goes to their address."""
        return cls(
            id=new_id(),
            environment_id=environment_id,
            first_name=person.first_name,
            last_name=person.last_name,
            addresses=(UserAddress(address=person.address, primary=True, verified_at=None),),
            role=role,
            status=Status.INVITED,
            locale=person.locale,
            created_at=now,
        )

    def activate(self, *, first_name: str, last_name: str, now: datetime) -> Self:
        """Return the invited user as active: they followed the link, so that the address is theirs."""
        addresses = tuple(replace(each, verified_at=now) for each in self.addresses)
        return replace(
            self,
            first_name=first_name,
            last_name=last_name,
            addresses=addresses,
            status=Status.ACTIVE,
            version=self.version + 1,
        )

    def remove(self) -> Self:
        """Return the user as removed, without what tells who it was."""
        return replace(
            self,
            first_name="",
            last_name="",
            phone="",
            addresses=(),
            relationship_manager=False,
            status=Status.REMOVED,
            version=self.version + 1,
        )

    @property
    def address_names(self) -> frozenset[str]:
        return frozenset(each.address for each in self.addresses)

    def may_use(self, address: str) -> bool:
        """Tell whether this user may log in, or reset their password, by the address."""
        return self.is_active and any(each.address == address and each.verified_at for each in self.addresses)

    def with_addresses(self, addresses: tuple[UserAddress, ...]) -> Self:
        return replace(self, addresses=addresses, version=self.version + 1)

    def verify_address(self, address: str, *, now: datetime) -> Self:
        return self.with_addresses(
            tuple(replace(each, verified_at=now) if each.address == address else each for each in self.addresses)
        )

    def keep_addresses(self, kept: frozenset[str]) -> Self:
        """Return the user with these addresses only; raises for one that is not theirs or a missing primary one."""
        if not kept <= self.address_names:
            raise AddressUnknown
        if any(each.primary and each.address not in kept for each in self.addresses):
            raise PrimaryAddressStays
        if kept == self.address_names:
            return self
        return self.with_addresses(tuple(each for each in self.addresses if each.address in kept))

    def describe(self, wanted: ProfileChange) -> tuple[Self, tuple[str, ...]]:
        """Return the user as they describe themselves, and the names of what changed; the same user if nothing did.

        A new version is one that others are told of: they never learn the phone number.
        """
        given = {
            "first_name": wanted.first_name,
            "last_name": wanted.last_name,
            "locale": wanted.locale,
            "phone": wanted.phone,
        }
        changes: dict[str, str] = {
            name: value for name, value in given.items() if value is not None and value != getattr(self, name)
        }
        version = self.version + 1 if changes.keys() - {"phone"} else self.version
        return replace(self, version=version, **changes), tuple(changes)  # type: ignore[arg-type]

    @property
    def is_active(self) -> bool:
        return self.status is Status.ACTIVE

    @property
    def administers(self) -> bool:
        """Tell whether this user counts as one of the environment's administrators."""
        return self.is_active and self.role is Role.ADMINISTRATOR

    def change(self, wanted: UserChange) -> tuple[Self, tuple[str, ...]]:
        """Return the changed user, one version on, and the names of what changed; the same user if nothing did."""
        changes: dict[str, object] = {}
        if wanted.role is not None and wanted.role is not self.role:
            changes["role"] = wanted.role
        if wanted.relationship_manager is not None and wanted.relationship_manager is not self.relationship_manager:
            changes["relationship_manager"] = wanted.relationship_manager
        if wanted.blocked is not None and self.status in {Status.ACTIVE, Status.BLOCKED}:
            status = Status.BLOCKED if wanted.blocked else Status.ACTIVE
            if status is not self.status:
                changes["status"] = status
        if not changes:
            return self, ()
        return replace(self, version=self.version + 1, **changes), tuple(changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a registrant tells about themselves."""

    first_name: str
    last_name: str
    address: str
    locale: str = "nl"
