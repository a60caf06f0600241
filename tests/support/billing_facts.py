"""What other services tell billing, as records from Kafka."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import topics
from shared.contracts.documents import ServiceRendered
from shared.contracts.identity import (
    ConnectionKeyIssued,
    ConnectionKeyState,
    EnvironmentCreated,
    EnvironmentState,
    UserChanged,
    UserState,
)
from shared.contracts.organizations import ActivationRequested, OrganizationState, PostalAddress
from shared.ids import new_id

from support.events import Record, record_of

USAGE = topics.DOCUMENTS_USAGE.name


def environment_created(environment: UUID, *, kind: str = "customer", parent: UUID | None = None) -> Record:
    state = EnvironmentState(
        id=environment,
        name="Voorbeeld",
        domain="voorbeeld.example",
        shared=False,
        mode="test" if parent else "live",
        kind=kind,
        parent_id=parent,
        created_at=datetime.now(UTC),
    )
    return record_of(EnvironmentCreated(state=state), environment=environment)


def user_changed(
    user: UUID, environment: UUID, *, role: str = "administrator", status: str = "active", sequence: int = 1
) -> Record:
    state = UserState(
        id=user,
        environment_id=environment,
        first_name="A",
        last_name="B",
        addresses=(),
        role=role,
        status=status,
    )
    event = UserChanged(state=state, changed=("role",))
    return record_of(event, environment=environment, subject=user, sequence=sequence)


def key_issued(key: UUID, environment: UUID, *, user: UUID, status: str = "active", sequence: int = 1) -> Record:
    state = ConnectionKeyState(
        id=key,
        environment_id=environment,
        organization_id=new_id(),
        created_by=user,
        label="software",
        scopes=("ap",),
        mode="live",
        status=status,
        created_at=datetime.now(UTC),
    )
    return record_of(ConnectionKeyIssued(state=state), environment=environment, subject=key, sequence=sequence)


def service_rendered(
    environment: UUID,
    *,
    service: str = "send_einvoice",
    document: UUID | None = None,
    rendered_at: datetime | None = None,
) -> Record:
    event = ServiceRendered(
        service=service,
        payer_environment=environment,
        organization_id=new_id(),
        document_id=document or new_id(),
        rendered_at=rendered_at or datetime.now(UTC),
    )
    return record_of(event, environment=environment, subject=event.document_id)


def organization_state(environment: UUID) -> OrganizationState:
    return OrganizationState(
        id=new_id(),
        environment_id=environment,
        mode="live",
        name="Voorbeeld BV",
        address=PostalAddress(country="NL"),
        source="register",
        status="activation_pending_payment",
        identifiers=(),
    )


def activation_requested(environment: UUID, activation: UUID, *, amount_micros: int = 10_000) -> Record:
    event = ActivationRequested(
        state=organization_state(environment),
        activation_id=activation,
        amount_micros=amount_micros,
        description="Activatie KvK 12345678",
    )
    return record_of(event, environment=environment, subject=event.state.id)
