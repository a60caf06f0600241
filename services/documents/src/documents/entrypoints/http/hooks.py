"""Hooks on the message bus: of the environment (its administrators) and of a party (who may act for it)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from documents.application.manage_hooks import HookScope, PutHook, StoredHook
from documents.application.values import Caller
from documents.domain.errors import InvalidHook
from documents.domain.hooks import Hook
from documents.entrypoints.http.dependencies import App, BusCaller, Granted
from documents.entrypoints.http.responses import BUS_ERRORS
from documents.entrypoints.http.schemas import DocumentIdBody, HookBody, HookInput

router = APIRouter(prefix="/api/v1/hook", tags=["hooks"])
party_router = APIRouter(prefix="/api/v1/{partyId}/hook", tags=["hooks"])


async def administered(application: App, caller: BusCaller) -> Caller:
    """Return the caller, who is an administrator of the environment that the token names."""
    await application.authorize_administrator(caller)
    return caller


Administrator = Annotated[Caller, Depends(administered)]


@router.get("", operation_id="listEnvironmentHooks", responses=BUS_ERRORS)
async def list_environment_hooks(application: App, caller: Administrator) -> list[HookBody]:
    hooks = await application.hooks.list_hooks(environment_id=caller.environment, organization_id=None)
    return [_body(hook) for hook in hooks]


@router.put("", operation_id="putEnvironmentHook", responses=BUS_ERRORS)
@router.post("", operation_id="postEnvironmentHook", responses=BUS_ERRORS)
async def put_environment_hook(application: App, caller: Administrator, given: HookInput) -> HookBody:
    """Make or change a hook that hears of every party of the environment that has no hook of its own for the topic."""
    scope = HookScope(environment_id=caller.environment, organization_id=None)
    return _stored(await application.put_hook(_command(given, scope, caller)))


@router.delete(
    "/{hookId}", operation_id="deleteEnvironmentHook", status_code=204, response_model=None, responses=BUS_ERRORS
)
async def delete_environment_hook(application: App, caller: Administrator, hookId: str) -> None:  # noqa: N803 - the name in the path
    await application.remove_hook(HookScope(environment_id=caller.environment, organization_id=None), hookId)


@party_router.get("", operation_id="listPartyHooks", responses=BUS_ERRORS)
async def list_party_hooks(application: App, grant: Granted) -> list[HookBody]:
    hooks = await application.hooks.list_hooks(
        environment_id=grant.environment_id, organization_id=grant.organization_id
    )
    return [_body(hook) for hook in hooks]


@party_router.put("", operation_id="putPartyHook", responses=BUS_ERRORS)
@party_router.post("", operation_id="postPartyHook", responses=BUS_ERRORS)
async def put_party_hook(application: App, caller: BusCaller, grant: Granted, given: HookInput) -> HookBody:
    """Make or change a hook of the party."""
    scope = HookScope(environment_id=grant.environment_id, organization_id=grant.organization_id)
    return _stored(await application.put_hook(_command(given, scope, caller)))


@party_router.get("/ping", operation_id="pingPartyHooks", responses=BUS_ERRORS)
async def ping_party_hooks(application: App, grant: Granted) -> DocumentIdBody:
    """Call the party's hooks with the topic Ping."""
    scope = HookScope(environment_id=grant.environment_id, organization_id=grant.organization_id)
    ping_id: UUID = await application.ping_hooks(scope, grant.party)
    return DocumentIdBody(id=ping_id)


@party_router.delete(
    "/{hookId}",
    operation_id="deletePartyHook",
    status_code=204,
    response_model=None,
    responses=BUS_ERRORS,
)
async def delete_party_hook(application: App, grant: Granted, hookId: str) -> None:  # noqa: N803 - the name in the path
    scope = HookScope(environment_id=grant.environment_id, organization_id=grant.organization_id)
    await application.remove_hook(scope, hookId)


def _command(given: HookInput, scope: HookScope, caller: Caller) -> PutHook:
    action = given.action or given.url
    if not action:
        raise InvalidHook("action is required: the https address to call.")
    if given.filter or given.init or given.publish_topics:
        raise InvalidHook(
            "filter, init and publishTopics are not offered yet; a hook with them would not do what it says."
        )
    topics = given.topics if given.topics is not None else given.topic
    return PutHook(
        scope=scope,
        created_by=caller.subject,
        public_id=given.id,
        name=given.name,
        action=action,
        secret=given.secret,
        standard_secret=given.standard_secret,
        topics=[topics] if isinstance(topics, str) else (topics or []),
        is_active=given.is_active,
    )


def _body(hook: Hook) -> HookBody:
    return HookBody(
        id=hook.public_id,
        name=hook.name,
        action=hook.url,
        topics=list(hook.topics),
        is_active=hook.is_active,
        created_on=hook.created_at,
        changed_on=hook.changed_at,
    )


def _stored(stored: StoredHook) -> HookBody:
    return _body(stored.hook).model_copy(update={"standard_secret": stored.standard_secret})
