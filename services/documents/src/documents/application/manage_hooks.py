"""Store, change, remove and try out hooks. Secrets go in sealed and never come out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.ids import new_id

from documents.application.ports import Hooks, Tx, UnitOfWork, Vault
from documents.application.telling import enqueue_calls
from documents.application.values import NewDelivery
from documents.domain.errors import HookNotFound
from documents.domain.hooks import (
    PING,
    Hook,
    check_name,
    check_public_id,
    check_secret,
    check_standard_secret,
    check_topics,
    new_standard_secret,
    parse_action,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookScope:
    """Whose hook: a party's organization, or with None the whole environment."""

    environment_id: UUID
    organization_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutHook:
    """`secret` wins over the fragment of the action. Without either, an existing hook keeps its secret."""

    scope: HookScope
    created_by: UUID
    public_id: str | None
    name: str
    action: str
    secret: str | None
    standard_secret: str | None
    topics: Sequence[str]
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHook:
    """`standard_secret` is there only when it was made just now: the one time that it is shown."""

    hook: Hook
    standard_secret: str | None


async def put_hook(cmd: PutHook, *, uow: UnitOfWork, vault: Vault, plain_http: bool) -> StoredHook:
    """Make the hook, or change the one that has this id."""
    action = parse_action(cmd.action, plain_http=plain_http)
    secret = cmd.secret if cmd.secret is not None else action.secret
    if secret is not None:
        check_secret(secret)
    if cmd.standard_secret is not None:
        check_standard_secret(cmd.standard_secret)
    made = new_standard_secret()
    hook_id = new_id()
    async with uow() as tx:
        now = tx.now()
        hook = Hook(
            id=hook_id,
            public_id=check_public_id(cmd.public_id) if cmd.public_id else str(hook_id),
            environment_id=cmd.scope.environment_id,
            organization_id=cmd.scope.organization_id,
            name=check_name(cmd.name),
            url=action.url,
            topics=check_topics(tuple(cmd.topics)),
            is_active=cmd.is_active,
            created_at=now,
            changed_at=now,
        )
        given = cmd.standard_secret
        stored, is_new = await _save(tx.hooks, hook, vault, secret=secret, given=given, made=made, by=cmd.created_by)
    return StoredHook(hook=stored, standard_secret=made if is_new and given is None else None)


async def _save(
    hooks: Hooks, hook: Hook, vault: Vault, *, secret: str | None, given: str | None, made: str, by: UUID
) -> tuple[Hook, bool]:
    """Store the hook; a new one without a Standard Webhooks secret of its own gets `made`."""
    sealed = vault.seal(secret) if secret is not None else None
    standard = vault.seal(given) if given is not None else None
    return await hooks.save(
        hook, secret=sealed, standard_secret=standard, fallback_standard_secret=vault.seal(made), created_by=by
    )


async def remove_hook(scope: HookScope, public_id: str, *, uow: UnitOfWork) -> None:
    """Remove the hook; calls that wait for it are not made any more."""
    async with uow() as tx:
        removed = await tx.hooks.remove(
            environment_id=scope.environment_id, organization_id=scope.organization_id, public_id=public_id
        )
    if not removed:
        raise HookNotFound


async def ping_hooks(scope: HookScope, party: str, *, uow: UnitOfWork) -> UUID:
    """Call the party's hooks with the topic Ping; return the id that the calls carry."""
    ping_id = new_id()
    async with uow() as tx:
        await _ping(tx, scope, party, ping_id)
    return ping_id


async def _ping(tx: Tx, scope: HookScope, party: str, ping_id: UUID) -> None:
    if scope.organization_id is None:
        raise HookNotFound
    delivery = NewDelivery(
        environment_id=scope.environment_id,
        organization_id=scope.organization_id,
        party=party,
        topic=PING,
        document_id=ping_id,
        about=ping_id,
        message="This is a test.",
    )
    enqueue_calls(tx, await tx.hooks.queue_ping(delivery), document_id=ping_id)
