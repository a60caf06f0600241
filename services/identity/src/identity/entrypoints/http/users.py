"""The caller's own profile, and the users of an environment for its administrators."""

from dataclasses import asdict, replace
from uuid import UUID

from fastapi import APIRouter, Response
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from identity.application.add_user import AddUser, OneUser
from identity.application.app import Application
from identity.application.change_profile import ChangeProfile
from identity.application.manage_users import ChangeUser
from identity.application.views import ActorView, ProfileView
from identity.domain.permissions import Role
from identity.domain.user import ProfileChange, UserChange
from identity.entrypoints.http.dependencies import App, Caller, MessageBusCaller, Person, UserManager, problems
from identity.entrypoints.http.schemas import (
    EnvironmentResponse,
    InvitationRequest,
    MeResponse,
    NewUserRequest,
    ProfilePatch,
    ProfileResponse,
    UserPage,
    UserPatch,
    UserResponse,
    permissions_of,
)

router = APIRouter(tags=["users"])
_ADDING = problems(400, 401, 403, 409, 422)


@router.get("/identity/v1/me", operation_id="getMe", responses=problems(401, 403))
async def get_me(app: App, actor: Caller) -> ProfileResponse:
    """Return who is calling, with their environment and what their role allows."""
    profile = await app.users.get_profile(actor)
    return _described(profile if actor.session_id is not None else replace(profile, phone=""))


@router.patch("/identity/v1/me", operation_id="changeMe", responses=problems(400, 401, 403))
async def change_me(body: ProfilePatch, app: App, actor: Person) -> ProfileResponse:
    """Change one's own names, phone number or language; addresses have paths of their own."""
    change = ProfileChange(
        first_name=body.first_name, last_name=body.last_name, locale=body.locale, phone=body.phone_number()
    )
    return _described(await app.users.change_profile(ChangeProfile(actor=actor, change=change)))


def _described(profile: ProfileView) -> ProfileResponse:
    return ProfileResponse(
        **asdict(profile.user),
        phone=profile.phone or None,
        environment=EnvironmentResponse.model_validate(profile.environment),
        permissions=permissions_of(profile.user.role),
    )


@router.get("/identity/v1/users", operation_id="listUsers", responses=problems(400, 401, 403))
async def list_users(app: App, actor: UserManager, limit: Limit = 50, cursor: Cursor = None) -> UserPage:
    """Return the users of the caller's environment; administrators only."""
    found = await app.users.list_page(actor, decode_cursor(cursor), limit)
    items, following = page(found, limit=limit, id_of=lambda user: user.id)
    return UserPage(items=[UserResponse.model_validate(user) for user in items], next=following)


@router.post("/identity/v1/users", status_code=201, operation_id="addUser", responses=_ADDING)
async def add_user(body: NewUserRequest, app: App, actor: UserManager, response: Response) -> UserResponse:
    """Add a user by name; a mail with a link lets them choose a password. They have no access to organizations yet."""
    return await _added(body, (body.first_name, body.last_name), app, actor, response)


@router.post("/identity/v1/invitations", status_code=201, operation_id="inviteUser", responses=_ADDING)
async def invite_user(body: InvitationRequest, app: App, actor: UserManager, response: Response) -> UserResponse:
    """Invite somebody of your domain, who fills in their own name; of other domains a user is added."""
    return await _added(body, None, app, actor, response)


async def _added(
    body: InvitationRequest, names: tuple[str, str] | None, app: Application, actor: ActorView, response: Response
) -> UserResponse:
    cmd = AddUser(actor=actor, email=body.email, names=names, role=Role(body.role), locale=body.locale)
    view = await app.users.add(cmd)
    response.headers["Location"] = f"/identity/v1/users/{view.id}"
    return UserResponse.model_validate(view)


@router.post(
    "/identity/v1/users/{user_id}/activation-link",
    status_code=202,
    operation_id="resendActivationLink",
    responses=problems(400, 401, 403, 404, 409),
)
async def resend_activation_link(user_id: UUID, app: App, actor: UserManager) -> UserResponse:
    """Mail an invited user a new link; the older one stops working."""
    return UserResponse.model_validate(await app.users.resend_activation(OneUser(actor=actor, user_id=user_id)))


@router.delete(
    "/identity/v1/users/{user_id}",
    status_code=204,
    operation_id="removeUser",
    responses=problems(400, 401, 403, 404, 409),
)
async def remove_user(user_id: UUID, app: App, actor: UserManager) -> None:
    """Remove a user: their sessions, keys and memberships end, their address is free, their documents remain."""
    await app.users.remove(OneUser(actor=actor, user_id=user_id))


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
