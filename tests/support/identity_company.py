"""A person of identity's tests and their organization, as the organizations service would tell of it."""

from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.organizations import (
    MemberAdded,
    MemberRemoved,
    MembershipState,
    OrganizationActivated,
    OrganizationAdded,
    OrganizationRemoved,
    OrganizationState,
    PostalAddress,
)
from shared.ids import new_id

from support.events import Record, record_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A registered person who is logged in."""

    id: UUID
    environment_id: UUID
    role: str
    email: str
    headers: dict[str, str]
    refresh_token: str


@dataclass(slots=True, kw_only=True)
class Company:
    """An organization as the organizations service would tell of it."""

    owner: Member
    id: UUID = field(default_factory=new_id)
    name: str = "Voorbeeld & Zoon B.V."
    version: int = 0
    memberships: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)

    def state(self, status: str) -> OrganizationState:
        return OrganizationState(
            id=self.id,
            environment_id=self.owner.environment_id,
            mode="live",
            name=self.name,
            address=PostalAddress(country="NL"),
            source="register",
            status=status,
            identifiers=(),
        )

    def tell(self, event: Event) -> Record:
        """Return the event as the next one about this organization."""
        self.version += 1
        return record_of(event, subject=self.id, environment=self.owner.environment_id, sequence=self.version)

    def added(self) -> Record:
        return self.tell(OrganizationAdded(state=self.state("created")))

    def activated(self) -> Record:
        event = OrganizationActivated(state=self.state("active"), activation_id=new_id(), verified_by="payment")
        return self.tell(event)

    def removed(self) -> Record:
        return self.tell(OrganizationRemoved(state=self.state("removed")))

    def member_added(self, member: Member, *, level: str = "administrator") -> Record:
        return self._tell_membership(member, MemberAdded, level=level, status="active")

    def member_removed(self, member: Member) -> Record:
        return self._tell_membership(member, MemberRemoved, level="member", status="removed")

    def _tell_membership(
        self, member: Member, event: type[MemberAdded] | type[MemberRemoved], *, level: str, status: str
    ) -> Record:
        membership_id, version = self.memberships.get(member.id, (new_id(), 0))
        self.memberships[member.id] = (membership_id, version + 1)
        state = MembershipState(
            id=membership_id,
            organization_id=self.id,
            environment_id=self.owner.environment_id,
            user_id=member.id,
            level=level,
            status=status,
        )
        return record_of(
            event(state=state),
            subject=membership_id,
            environment=self.owner.environment_id,
            sequence=version + 1,
        )
