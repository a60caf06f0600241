"""The use cases with everything that they need bound to them; `bootstrap` builds it, the entrypoints receive it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from documents.application.accept_document import AcceptDocument, Accepted
from documents.application.await_verdict import Outcome
from documents.application.deliver_here import Admission
from documents.application.manage_hooks import HookScope, PutHook, StoredHook
from documents.application.ports import DocumentViews, HookViews, UnitOfWork
from documents.application.purchase_invoices import DownloadDocument, Downloaded
from documents.application.query_recipient import DeliveryOption, Recipient
from documents.application.receive_document import ReceiveDocument
from documents.application.settle import GiveUp
from documents.application.validate_document import ValidateDocument
from documents.application.values import Caller, Grant
from documents.domain.document import ContentKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the HTTP side must know of the settings."""

    max_bytes: int
    max_wait: float
    hook_concurrency: int
    hook_pauses: Sequence[timedelta]
    validation_deadline: timedelta
    validation_concurrency: int
    inbound_token: str
    inbound_mode: str


Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Commands and queries by name. `loops` are what a worker runs beside its jobs."""

    authorize: Callable[[Caller, str], Awaitable[Grant]]
    authorize_administrator: Callable[[Caller], Awaitable[None]]
    authenticate: Callable[[Caller], Awaitable[None]]
    is_member: Callable[[Caller, UUID], Awaitable[bool]]
    accept_document: Callable[[AcceptDocument], Awaitable[Accepted]]
    await_verdict: Callable[[UUID, float], Awaitable[Outcome]]
    validate_document: Callable[[ValidateDocument], Awaitable[None]]
    route_document: Callable[[UUID], Awaitable[None]]
    transmit_document: Callable[[UUID], Awaitable[None]]
    confirm_transmission: Callable[[UUID, int], Awaitable[None]]
    give_up: Callable[[GiveUp], Awaitable[None]]
    receive_document: Callable[[ReceiveDocument], Awaitable[Admission]]
    inspect_received: Callable[[UUID, int], Awaitable[None]]
    download_document: Callable[[DownloadDocument], Awaitable[Downloaded]]
    delete_document: Callable[[UUID, UUID], Awaitable[None]]
    query_recipient: Callable[..., Awaitable[Recipient]]
    list_delivery_options: Callable[[Sequence[str], Sequence[str]], Awaitable[list[DeliveryOption]]]
    check_document: Callable[[bytes, str], Awaitable[Mapping[str, Any]]]
    answer_check: Callable[[UUID, str], Awaitable[None]]
    foresee_document: Callable[[UUID, str], Awaitable[None]]
    put_hook: Callable[[PutHook], Awaitable[StoredHook]]
    remove_hook: Callable[[HookScope, str], Awaitable[None]]
    ping_hooks: Callable[[HookScope, str], Awaitable[UUID]]
    deliver_hook: Callable[[UUID, int], Awaitable[None]]
    give_up_hook: Callable[[UUID, int, str], Awaitable[None]]
    read_content: Callable[[ContentKey], Awaitable[bytes]]
    documents: DocumentViews
    hooks: HookViews
    uow: UnitOfWork
    limits: Limits
    loops: Sequence[Loop]
