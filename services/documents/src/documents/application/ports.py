"""What the use cases need from outside: the database, the rules, the network, the hooks' targets."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.event import Event

from documents.application.values import (
    Acknowledgement,
    Caller,
    DocumentHeader,
    Envelope,
    Handover,
    HookCall,
    NewDelivery,
    OrganizationProjection,
    PendingCall,
    Reachability,
    ReceivingParty,
    Response,
    Shipment,
    Standing,
)
from documents.application.views import DeliveryView, DocumentView, TimelineEntry, VerdictView
from documents.domain.document import ContentKey
from documents.domain.findings import Verdict
from documents.domain.hooks import Hook
from documents.domain.inbound import Inbound
from documents.domain.outbound import Outbound
from documents.domain.releases import CURRENT, NextVerdict, Release


class Rules(Protocol):
    """The official rules. Errors are those of `documents.domain.findings`.

    `validate` is for the worker, which keeps what large and difficult documents need; `validate_here` works in every
    process, and returns nothing for a document that is not for it. Both judge by the release in force, or by the one
    that is named. `next_for` is the next release, when it has other rules for what a verdict is about.
    """

    async def validate(self, document: bytes, release: str = CURRENT) -> Verdict: ...

    async def validate_here(self, document: bytes, release: str = CURRENT) -> Verdict | None: ...

    def release(self, wanted: str) -> Release: ...

    def next_for(self, verdict: Verdict) -> Release | None: ...


class Reader(Protocol):
    """Reads what strangers sent, safely. Errors are those of `documents.domain.findings` and `.errors`."""

    async def read(self, content: bytes) -> DocumentHeader: ...
    async def open_envelope(self, content: bytes) -> tuple[Envelope | None, bytes]: ...
    async def with_receiver(self, content: bytes, receiver: str) -> bytes: ...


class Contents(Protocol):
    """The content store, read outside any transaction."""

    async def read(self, key: ContentKey) -> bytes: ...


class Rights(Protocol):
    """What the projections say about a caller, in one query."""

    async def find_standing(self, caller: Caller, party: str) -> Standing: ...
    async def find_caller(self, caller: Caller) -> Standing: ...
    async def is_member(self, caller: Caller, organization_id: UUID) -> bool: ...


class Intake(Protocol):
    """The hot path: everything that accepting a document writes, in one statement."""

    async def accept(self, document: Outbound, content: bytes, *, archive_until: datetime, event: Event) -> None: ...
    async def find_accepted(self, *, environment_id: UUID, mode: str, caller_document_id: UUID) -> bytes | None: ...


class Network(Protocol):
    """The Peppol directory: SML and SMP. Raises `LookupUnavailable`."""

    async def look_up(self, party: str, document_type_id: str) -> Reachability: ...


class AccessPoint(Protocol):
    """The Peppol access point. Raises `AccessPointUnavailable`."""

    async def submit(self, shipment: Shipment) -> Handover: ...
    async def status(self, message_id: str) -> Acknowledgement: ...


class HookSender(Protocol):
    """Posts to a hook's target; every failure is a `Response` with its reason."""

    async def post(self, call: HookCall) -> Response: ...


class Vault(Protocol):
    """Keeps secrets unreadable at rest."""

    def seal(self, secret: str) -> bytes: ...
    def open(self, sealed: bytes) -> str: ...


class OutboundDocuments(Protocol):
    async def lock(self, document_id: UUID) -> Outbound | None: ...
    async def save(self, document: Outbound) -> None: ...


class InboundDocuments(Protocol):
    async def lock(self, document_id: UUID, *, organization_id: UUID) -> Inbound | None: ...
    async def save(self, document: Inbound) -> None: ...
    async def add(self, document: Inbound) -> bool: ...
    async def find_by_message(self, *, organization_id: UUID, message_id: str) -> UUID | None: ...
    async def find_original(self, document: Inbound) -> UUID | None: ...


class ContentWriter(Protocol):
    async def put(self, key: ContentKey, content: bytes) -> None: ...
    async def copy(self, source: ContentKey, target: ContentKey) -> None: ...


class Verdicts(Protocol):
    async def save(self, exchange_id: UUID, verdict: Verdict) -> None: ...
    async def add_next(self, exchange_id: UUID, verdict: NextVerdict) -> None: ...


class Parties(Protocol):
    async def find_receiver(self, party: str, *, mode: str) -> ReceivingParty | None: ...


class Hooks(Protocol):
    async def save(
        self,
        hook: Hook,
        *,
        secret: bytes | None,
        standard_secret: bytes | None,
        fallback_standard_secret: bytes,
        created_by: UUID,
    ) -> tuple[Hook, bool]: ...
    async def remove(self, *, environment_id: UUID, organization_id: UUID | None, public_id: str) -> bool: ...
    async def disable(self, hook_id: UUID, reason: str) -> None: ...
    async def queue(self, delivery: NewDelivery) -> Sequence[tuple[UUID, UUID]]: ...
    async def queue_ping(self, delivery: NewDelivery) -> Sequence[tuple[UUID, UUID]]: ...
    async def record(self, call: PendingCall, response: Response, *, attempt: int, state: str) -> bool: ...


class Projections(Protocol):
    """Each writes only what is newer than what is there."""

    async def put_organization(self, organization: OrganizationProjection, *, sequence: int) -> None: ...
    async def put_membership(
        self,
        *,
        id: UUID,  # noqa: A002
        organization_id: UUID,
        user_id: UUID,
        level: str,
        status: str,
        sequence: int,
    ) -> None: ...
    async def put_user(self, *, id: UUID, environment_id: UUID, role: str, status: str, sequence: int) -> None: ...  # noqa: A002
    async def put_key(
        self,
        *,
        id: UUID,  # noqa: A002
        environment_id: UUID,
        organization_id: UUID,
        created_by: UUID,
        mode: str,
        status: str,
        sequence: int,
    ) -> None: ...
    async def put_account(self, *, environment_id: UUID, plan: str, depleted: bool, sequence: int) -> None: ...


class Publish(Protocol):
    def __call__(
        self, event: Event, *, subject: UUID, environment: UUID, sequence: int = 1, key: str | None = None
    ) -> UUID: ...


class Enqueue(Protocol):
    def __call__(
        self, kind: str, payload: Mapping[str, Any], *, lane: str | None = None, delay: timedelta | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tx:
    """An open transaction, as the use cases see it."""

    outbound: OutboundDocuments
    inbound: InboundDocuments
    contents: ContentWriter
    verdicts: Verdicts
    parties: Parties
    hooks: Hooks
    projections: Projections
    publish: Publish
    enqueue: Enqueue
    now: Callable[[], datetime]


class UnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Tx]: ...


class DocumentViews(Protocol):
    """The read side. Every list is filtered by membership in the query itself."""

    async def get(self, document_id: UUID) -> DocumentView | None: ...
    async def find_for(self, caller: Caller, document_id: UUID) -> DocumentView | None: ...
    async def find_sent(self, *, organization_id: UUID, caller_document_id: UUID) -> DocumentView | None: ...
    async def find_received(self, *, organization_id: UUID, document_id: UUID) -> DocumentView | None: ...
    async def list_for(
        self, caller: Caller, *, direction: str | None, party: str | None, after: UUID | None, limit: int
    ) -> Sequence[DocumentView]: ...
    async def timeline(self, document_id: UUID) -> Sequence[TimelineEntry]: ...
    async def verdict(self, exchange_id: UUID) -> VerdictView | None: ...


class HookViews(Protocol):
    async def list_hooks(self, *, environment_id: UUID, organization_id: UUID | None) -> Sequence[Hook]: ...
    async def find_by_public_id(self, *, environment_id: UUID, public_id: str) -> Sequence[Hook]: ...
    async def list_deliveries(self, hook_id: UUID, *, after: UUID | None, limit: int) -> Sequence[DeliveryView]: ...
    async def find_call(self, delivery_id: UUID) -> PendingCall | None: ...


class Scratch(Protocol):
    """A place where the api leaves a document for the worker's rules, and finds the verdict."""

    async def ask(self, content: bytes) -> UUID: ...
    async def take_question(self, request_id: UUID) -> bytes | None: ...
    async def answer(self, request_id: UUID, answer: Mapping[str, Any]) -> None: ...
    async def take_answer(self, request_id: UUID) -> Mapping[str, Any] | None: ...
    async def forget(self, request_id: UUID) -> None: ...


Sleep = Callable[[float], Awaitable[None]]
