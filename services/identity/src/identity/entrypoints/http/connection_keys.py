"""Connection keys: how software gets access in the name of the administrator who made its key.

No `Idempotency-Key` here: the answer to a repeated request would have to hold a secret that is kept nowhere.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from shared.http.pagination import Cursor, Limit, decode_cursor, page
from shared.http.security import CurrentPrincipal

from identity.application.manage_connection_keys import IssueConnectionKey, ListConnectionKeys, OneConnectionKey
from identity.application.rotate_connection_key import RotateConnectionKey
from identity.application.views import IssuedKeyView
from identity.entrypoints.http.dependencies import App, KeyManager, problems
from identity.entrypoints.http.schemas import (
    ConnectionKeyPage,
    ConnectionKeyRequest,
    ConnectionKeyResponse,
    IssuedKeyResponse,
    RegenerationRequest,
)

router = APIRouter(prefix="/identity/v1/connection-keys", tags=["connection keys"])


AT_ONCE = RegenerationRequest()
ONE_KEY_PROBLEMS = problems(400, 401, 403, 404, 409)


def _issued(view: IssuedKeyView, response: Response) -> IssuedKeyResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"{router.prefix}/{view.id}"
    return IssuedKeyResponse.model_validate(view)


@router.post("", status_code=201, operation_id="issueConnectionKey", responses=problems(400, 401, 403, 404, 409, 422))
async def issue_key(
    body: ConnectionKeyRequest, app: App, actor: KeyManager, principal: CurrentPrincipal, response: Response
) -> IssuedKeyResponse:
    """Make a key for an active organization of which the caller is a member; its secret is shown this once."""
    cmd = IssueConnectionKey(
        actor=actor,
        caller_scopes=principal.scopes,
        organization_id=body.organization_id,
        label=body.label,
        scopes=tuple(body.scopes) if body.scopes else None,
    )
    return _issued(await app.connection_keys.issue(cmd), response)


@router.get("", operation_id="listConnectionKeys", responses=problems(400, 401, 403))
async def list_keys(
    app: App,
    actor: KeyManager,
    organization_id: Annotated[UUID | None, Query(alias="organizationId")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ConnectionKeyPage:
    """Return the environment's keys, without their secrets."""
    query = ListConnectionKeys(actor=actor, organization_id=organization_id, after=decode_cursor(cursor), limit=limit)
    items, following = page(await app.connection_keys.list_page(query), limit=limit, id_of=lambda key: key.id)
    return ConnectionKeyPage(items=[ConnectionKeyResponse.model_validate(key) for key in items], next=following)


@router.get("/{key_id}", operation_id="getConnectionKey", responses=problems(400, 401, 403, 404))
async def get_key(key_id: UUID, app: App, actor: KeyManager) -> ConnectionKeyResponse:
    """Return one key, without its secret."""
    return ConnectionKeyResponse.model_validate(
        await app.connection_keys.get(OneConnectionKey(actor=actor, key_id=key_id))
    )


@router.post(
    "/{key_id}/regeneration",
    status_code=201,
    operation_id="regenerateConnectionKey",
    responses=ONE_KEY_PROBLEMS | problems(422),
)
async def regenerate_key(
    key_id: UUID,
    app: App,
    actor: KeyManager,
    principal: CurrentPrincipal,
    response: Response,
    body: RegenerationRequest = AT_ONCE,
) -> IssuedKeyResponse:
    """Make a new key in place of this one, which stops working at once, or after an overlap of some hours."""
    cmd = RotateConnectionKey(
        actor=actor, caller_scopes=principal.scopes, key_id=key_id, overlap=timedelta(hours=body.overlap_hours)
    )
    return _issued(await app.connection_keys.rotate(cmd), response)


@router.post("/{key_id}/revocation", operation_id="revokeConnectionKey", responses=problems(400, 401, 403, 404))
async def revoke_key(key_id: UUID, app: App, actor: KeyManager) -> ConnectionKeyResponse:
    """Stop the key from working, at once and for good."""
    view = await app.connection_keys.revoke(OneConnectionKey(actor=actor, key_id=key_id))
    return ConnectionKeyResponse.model_validate(view)


@router.delete("/{key_id}", status_code=204, operation_id="deleteConnectionKey", responses=ONE_KEY_PROBLEMS)
async def delete_key(key_id: UUID, app: App, actor: KeyManager) -> None:
    """Take a revoked key out of the lists."""
    await app.connection_keys.delete(OneConnectionKey(actor=actor, key_id=key_id))
