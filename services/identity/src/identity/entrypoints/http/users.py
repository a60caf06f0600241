"""The caller's own profile, and the users of an environment for its administrators."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from identity.application.manage_users import ChangeUser
from identity.domain.permissions import Role
from identity.domain.user import UserChange
from identity.entrypoints.http.dependencies import App, Caller, MessageBusCaller, UserManager, problems
from identity.entrypoints.http.schemas import (
    EnvironmentResponse,
    MeResponse,
    ProfileResponse,
    UserPage,
    UserPatch,
    UserResponse,
    permissions_of,
)

router = APIRouter(tags=["users"])


@router.get("/identity/v1/me", operation_id="getMe", responses=problems(401, 403))
async def get_me(app: App, actor: Caller) -> ProfileResponse:
    """Return who is calling, with their environment and what their role allows."""
    profile = await app.users.get_profile(actor)
    return ProfileResponse(
        **asdict(profile.user),
        environment=EnvironmentResponse.model_validate(profile.environment),
        permissions=permissions_of(profile.user.role),
    )


@router.get("/identity/v1/users", operation_id="listUsers", responses=problems(400, 401, 403))
async def list_users(app: App, actor: UserManager, limit: Limit = 50, cursor: Cursor = None) -> UserPage:
    """Return the users of the caller's environment; administrators only."""
    found = await app.users.list_page(actor, decode_cursor(cursor), limit)
    items, following = page(found, limit=limit, id_of=lambda user: user.id)
    return UserPage(items=[UserResponse.model_validate(user) for user in items], next=following)


@router.patch("/identity/v1/users/{user_id}", operation_id="changeUser", responses=problems(400, 401, 403, 404, 409))
async def change_user(user_id: UUID, body: UserPatch, app: App, actor: UserManager) -> UserResponse:
    """Change a user's role or flag, block or unblock them; effective on their next request."""
    change = UserChange(
        role=Role(body.role) if body.role else None,
        relationship_manager=body.relationship_manager,
        blocked=body.blocked,
    )
    view = await app.users.change(ChangeUser(actor=actor, user_id=user_id, change=change))
    return UserResponse.model_validate(view)


@router.get("/api/v1-beta/me", include_in_schema=False)
@router.get("/api/v1/me", operation_id="getMessageBusMe", tags=["message bus"], responses=problems(401, 403))
async def get_message_bus_me(app: App, actor: MessageBusCaller) -> MeResponse:
    """Return the caller's name, as clients of the message bus ask for it."""
    user = (await app.users.get_profile(actor)).user
    return MeResponse(name=f"{user.first_name} {user.last_name}")
