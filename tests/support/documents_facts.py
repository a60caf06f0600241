"""What documents learns from others, for tests: companies, people, keys and accounts, as the events that say so."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.billing import AccountState, SubscriptionChanged
from shared.contracts.event import Event
from shared.contracts.identity import (
    Address,
    ConnectionKeyIssued,
    ConnectionKeyRevoked,
    ConnectionKeyState,
    UserChanged,
    UserState,
)
from shared.contracts.organizations import (
    Identifier,
    MemberAdded,
    MembershipState,
    OrganizationChanged,
    OrganizationState,
    PostalAddress,
)
from shared.ids import new_id

from support.invoices import BIS3, NLCIUS, Invoice, Party
from support.tokens import bearer

BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
TYPES = tuple(
    f"{UBL}:{root}-2::{root}##{customization}::2.1"
    for root in ("Invoice", "CreditNote")
    for customization in (BIS3, NLCIUS)
)
_numbers = count(40_000_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event with the aggregate and the environment that it is about."""

    event: Event
    subject: UUID
    environment: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An organization with its administrator and a connection key of that person."""

    id: UUID
    environment: UUID
    number: str
    administrator: UUID
    key: UUID

    @property
    def party(self) -> str:
        return f"0106:{self.number}"

    @property
    def by_key(self) -> dict[str, str]:
        """Return the request headers of the company's software."""
        return bearer(sub=self.administrator, env=self.environment, azp=self.key, scope="ap")

    @property
    def by_person(self) -> dict[str, str]:
        """Return the request headers of the administrator's session."""
        return bearer(sub=self.administrator, env=self.environment)

    @property
    def as_party(self) -> Party:
        return Party(
            name=f"Company {self.number}",
            number=self.number,
            vat="NL857587973B01",
            street="Kade 7",
            city="Amsterdam",
            postal_code="1011AB",
        )


def new_company(*, environment: UUID | None = None, number: str | None = None) -> Company:
    """Return a company that no other test has."""
    return Company(
        id=new_id(),
        environment=environment or new_id(),
        number=number or str(next(_numbers)),
        administrator=new_id(),
        key=new_id(),
    )


def organization_fact(
    company: Company,
    *,
    status: str = "active",
    receiving: bool = False,
    mode: str = "live",
    types: tuple[str, ...] = TYPES,
) -> Fact:
    identifiers = tuple(
        Identifier(scheme=scheme, value=value, primary=primary, status="verified", sending=True, receiving=receiving)
        for scheme, value, primary in (("0106", company.number, True), ("9944", f"NL{company.number}0B01", False))
    )
    state = OrganizationState(
        id=company.id,
        environment_id=company.environment,
        mode=mode,
        name=f"Company {company.number}",
        address=PostalAddress(country="NL"),
        source="register",
        status=status,
        identifiers=identifiers,
        document_types=tuple(f"busdox-docid-qns::{kind}" for kind in types) if receiving else (),
    )
    event = OrganizationChanged(state=state, changed=("status",))
    return Fact(event=event, subject=company.id, environment=company.environment)


def user_fact(user: UUID, environment: UUID, *, role: str = "basic", status: str = "active") -> Fact:
    state = UserState(
        id=user,
        environment_id=environment,
        first_name="Piet",
        last_name="Pieters",
        addresses=(Address(address="piet@example.test", primary=True, verified=True),),
        role=role,
        status=status,
    )
    return Fact(event=UserChanged(state=state, changed=("role",)), subject=user, environment=environment)


def member_fact(company: Company, user: UUID, *, status: str = "active") -> Fact:
    """Return a membership, whose id follows from the company and the person."""
    membership = uuid5(company.id, str(user))
    state = MembershipState(
        id=membership,
        organization_id=company.id,
        environment_id=company.environment,
        user_id=user,
        level="member",
        status=status,
    )
    return Fact(event=MemberAdded(state=state), subject=membership, environment=company.environment)


def key_fact(company: Company, *, status: str = "active") -> Fact:
    state = ConnectionKeyState(
        id=company.key,
        environment_id=company.environment,
        organization_id=company.id,
        created_by=company.administrator,
        label="Accounting",
        scopes=("ap",),
        mode="live",
        status=status,
        created_at=datetime.now(UTC),
    )
    event = ConnectionKeyIssued(state=state) if status == "active" else ConnectionKeyRevoked(state=state)
    return Fact(event=event, subject=company.key, environment=company.environment)


def account_fact(environment: UUID, *, depleted: bool, plan: str = "basic") -> Fact:
    state = AccountState(environment_id=environment, plan=plan, depleted=depleted)
    event = SubscriptionChanged(state=state, previous_plan="invoice_portal")
    return Fact(event=event, subject=environment, environment=environment)


def invoice(sender: Company, receiver: Company | str, **changes: Any) -> bytes:
    """Return a valid invoice from one company to another, or to a participant."""
    customer = receiver.as_party if isinstance(receiver, Company) else _party(receiver)
    changes.setdefault("id", f"F-{new_id().hex[-8:]}")
    return Invoice(supplier=sender.as_party, customer=customer, **changes).xml()


def _party(identifier: str) -> Party:
    scheme, _, number = identifier.partition(":")
    return Party(
        name="Elsewhere", number=number, scheme=scheme, vat="NL857579885B01", street="Kade 1", city="Breda",
        postal_code="4811AA",
    )  # fmt: skip
