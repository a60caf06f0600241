"""Requests and responses over HTTP, in camelCase. Text that people type is one line without control characters."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from organizations.domain.membership import Level


def _printable(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("control characters are not allowed")
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True, extra="ignore"
    )


class Problem(_Model):
    """RFC 9457; `code` is the machine code, and some problems carry more members."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class AddressBody(_Model):
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None


class IdentifierBody(_Model):
    scheme: str = Field(pattern=r"^[0-9]{4}$", examples=["0088"])
    value: str = Field(min_length=1, max_length=50, examples=["8712345678906"])


class NewOrganization(_Model):
    """`kvkNumber` alone takes everything from the register. Without it, the organization is entered by hand."""

    kvk_number: str | None = Field(default=None, max_length=32, examples=["68750110"])
    name: Line | None = None
    country: str | None = Field(default=None, max_length=2, examples=["NL"])
    address: AddressBody = AddressBody()
    identifiers: tuple[IdentifierBody, ...] = Field(default=(), max_length=10)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.kvk_number is None and (self.name is None or self.country is None):
            raise ValueError("give kvkNumber, or name and country")
        return self


class AddressView(AddressBody):
    country: str


class CompanyItem(_Model):
    """`type` is `legal_entity`, `main_establishment` or `establishment`."""

    kvk_number: str
    name: str
    type: str
    street: str | None = None
    place: str | None = None
    establishment_number: str | None = None
    active: bool


class CompanyList(_Model):
    """`total` counts all results; `hint` says what to do when there are none."""

    items: list[CompanyItem]
    total: int
    hint: str | None = None


class Company(_Model):
    kvk_number: str
    name: str
    trade_names: tuple[str, ...]
    legal_form: str | None
    rsin: str | None
    address: AddressView
    address_shielded: bool
    dissolved: bool


class IdentifierView(_Model):
    """`id` is the participant identifier; `failure` says why the Peppol network does not know it."""

    id: str
    scheme: str
    value: str
    primary: bool
    status: str
    sending: bool
    receiving: bool
    failure: str | None = None


class OrganizationDetails(_Model):
    """`level` is the caller's own: `member` or `administrator`."""

    id: UUID
    mode: str
    name: str
    trade_names: tuple[str, ...]
    legal_form: str | None
    country: str
    address: AddressView
    source: str
    status: str
    identifiers: list[IdentifierView]
    receiving: bool
    document_types: tuple[str, ...]
    level: str
    created_at: datetime
    activated_at: datetime | None = None


class OrganizationList(_Model):
    items: list[OrganizationDetails]
    next: str | None = None


class ActivationDetails(_Model):
    """`checkoutUrl` appears when the payment can be made; `reason` says why it did not activate, `message` what now."""

    status: str
    activation_id: UUID | None = None
    checkout_url: str | None = None
    reason: str | None = None
    message: str | None = None
    requested_at: datetime | None = None


class NewMember(_Model):
    user_id: UUID
    level: Level = Level.MEMBER


class MemberChange(_Model):
    level: Level


class Member(_Model):
    user_id: UUID
    name: str
    level: str
    since: datetime


class MemberList(_Model):
    items: list[Member]
    next: str | None = None


class Candidate(_Model):
    """A user of one's own environment; `member` flags who belongs to the organization already."""

    user_id: UUID
    name: str
    member: bool
    level: str | None = None


class CandidateList(_Model):
    items: list[Candidate]


class ReceivePrompt(_Model):
    organization_id: UUID
    name: str


class ReceivePrompts(_Model):
    items: list[ReceivePrompt]


class Dismissals(_Model):
    organization_ids: tuple[UUID, ...] = Field(min_length=1, max_length=200)


class Receiving(_Model):
    enabled: bool


class Review(_Model):
    """A paid activation whose names have to be compared by a person."""

    organization_id: UUID
    activation_id: UUID
    environment_id: UUID
    identifier: str | None
    name: str
    trade_names: tuple[str, ...]
    outcome: str
    account_holder: str | None
    opened_at: datetime


class ReviewList(_Model):
    items: list[Review]
    next: str | None = None


class Decision(_Model):
    reason: Annotated[Line, Field(min_length=3)]


class Decided(_Model):
    organization_id: UUID
    status: str


class Permissions(_Model):
    can_send_document: bool
    can_receive_document: bool
    can_remove_document: bool
    can_manage_hook: bool
    can_change_document_status: bool


class Party(_Model):
    """An organization under its participant identifier, as the message-bus API names parties."""

    id: str
    name: str
    permissions: Permissions


class BusError(_Model):
    """The error model of the message-bus API."""

    code: str
    message: str
    help_link: str
    request_id: str
    date_time: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems that a route answers with, besides 400, 401 and 403, which every route has."""
    content = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    texts = {
        400: "Malformed request",
        401: "No valid access token",
        402: "Plan or credit does not allow this",
        403: "No right to do this",
        404: "Unknown, or not visible to the caller",
        409: "The current state does not allow this",
        422: "A value is refused",
        503: "A part is not available; try again",
    }
    return {status: {"description": texts[status], "content": content} for status in sorted({400, 401, 403, *statuses})}
