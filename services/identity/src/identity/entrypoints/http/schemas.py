"""Requests and responses over HTTP: camelCase names, sizes bounded, nothing that the database could not hold."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from identity.domain.permissions import MATRIX, Role

_FIRST_PRINTABLE, _DELETE = " ", "\x7f"


def without_control_characters(text: str) -> str:
    if any(character < _FIRST_PRINTABLE or character == _DELETE for character in text):
        raise ValueError("control characters are not allowed")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(without_control_characters),
]
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
MAX_TOKEN = 200
Token = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TOKEN)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()./-]{4,28}[0-9]$")]
Locale = Literal["nl", "en"]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40), Field(examples=["123456"])]
AssignableRole = Literal["basic", "advanced", "administrator"]


class Schema(BaseModel):
    """camelCase outside, snake_case inside; a field that we do not know is a mistake of the caller."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        from_attributes=True,
        extra="forbid",
        hide_input_in_errors=True,
    )


class RegistrationRequest(Schema):
    email: Email = Field(examples=["jan@acme.example"])
    locale: Locale = "nl"


class Accepted(Schema):
    status: Literal["accepted"] = "accepted"


class CompletionRequest(Schema):
    """`token` is the one in the mail's link."""

    token: Token
    password: Password = Field(examples=["vier losse woorden samen"])
    first_name: Line
    last_name: Line
    terms_accepted: bool


class CompletionResponse(Schema):
    user_id: UUID
    environment_id: UUID
    role: Role


class SessionRequest(Schema):
    """`totp` is the six-digit code of the account's authenticator, or a recovery code, where the account has one."""

    email: Email
    password: Password
    totp: Code | None = None


class RefreshRequest(Schema):
    refresh_token: Token


class SessionResponse(Schema):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind of token, not one
    expires_in: int = Field(description="Seconds")
    refresh_token: str | None
    scope: str


class OpenSession(Schema):
    """Where somebody is logged in; `client` (network address) and `device` are those of its last use."""

    id: UUID
    created_at: datetime
    used_at: datetime
    expires_at: datetime = Field(description="Unless it is refreshed before")
    client: str
    device: str
    current: bool


class SessionList(Schema):
    items: list[OpenSession]


class EnvironmentResponse(Schema):
    id: UUID
    name: str
    domain: str
    mode: str
    kind: str


class EnvironmentSettingsResponse(EnvironmentResponse):
    """`needsAdministrator`: there are fewer than two, so that nobody is left when one is gone."""

    shared: bool
    administrators: int
    needs_administrator: bool


class EnvironmentPatch(Schema):
    name: Line = Field(examples=["Acme Groep"])


class UserResponse(Schema):
    id: UUID
    email: str
    first_name: str
    last_name: str
    role: Role
    relationship_manager: bool
    status: str
    locale: str
    second_factor: bool
    created_at: datetime


class ProfileResponse(UserResponse):
    """The caller, with what their role allows."""

    phone: str | None
    environment: EnvironmentResponse
    permissions: list[str]


class ProfilePatch(Schema):
    """A merge patch (RFC 7396): what is absent stays; null removes the phone number, and leaves anything else."""

    first_name: Line | None = None
    last_name: Line | None = None
    locale: Locale | None = None
    phone: Phone | None = None

    def phone_number(self) -> str | None:
        """Return None when nothing is said about it, and an empty one when there is to be none."""
        return (self.phone or "") if "phone" in self.model_fields_set else None


class UserPage(Schema):
    items: list[UserResponse]
    next: str | None


class InvitationRequest(Schema):
    """Whom to invite; the role is one of the environment and gives no access to any organization."""

    email: Email = Field(examples=["piet@acme.example"])
    role: AssignableRole = "basic"
    locale: Locale = "nl"


class NewUserRequest(InvitationRequest):
    first_name: Line
    last_name: Line


class UserPatch(Schema):
    """What is absent stays as it is."""

    role: AssignableRole | None = None
    relationship_manager: bool | None = None
    blocked: bool | None = None


class ConnectionKeyRequest(Schema):
    """`scopes` default to `ap`, the message bus."""

    organization_id: UUID
    label: Line = Field(examples=["Boekhoudpakket"])
    scopes: list[Annotated[str, StringConstraints(max_length=50)]] | None = Field(
        default=None, min_length=1, max_length=20
    )


class RegenerationRequest(Schema):
    """How long the old key goes on working beside the new one: at most a week."""

    overlap_hours: int = Field(default=0, ge=0, le=168, strict=True)


class ConnectionKeyResponse(Schema):
    """A key without its secret."""

    id: UUID
    client_id: str
    organization_id: UUID
    created_by: UUID
    label: str
    scopes: list[str]
    mode: str
    last4: str
    status: str
    created_at: datetime
    revoked_at: datetime | None
    replaced_by: UUID | None
    ends_at: datetime | None = Field(description="When a key that has been replaced stops working")
    last_used_at: datetime | None


class ConnectionKeyPage(Schema):
    items: list[ConnectionKeyResponse]
    next: str | None


class IssuedKeyResponse(Schema):
    """The only answer that holds the secret. `key` is id and secret in one text, for `Authorization: Bearer`."""

    id: UUID
    client_id: str
    client_secret: str
    key: str
    organization_id: UUID
    label: str
    scopes: list[str]
    mode: str
    status: str
    created_at: datetime


class MeResponse(Schema):
    name: str


def permissions_of(role: Role) -> list[str]:
    """Return what a role allows, for the console to show or hide buttons by."""
    return sorted(MATRIX[role])
