"""The read side in PostgreSQL: one query per question, straight from the pool."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from organizations.application.views import (
    ActivationView,
    CandidateView,
    MemberView,
    OrganizationView,
    PartyView,
    PromptView,
    ReviewView,
    Standing,
)
from organizations.domain.activation import ActivationStatus
from organizations.domain.errors import MemberNotFound, OrganizationNotFound
from organizations.domain.membership import Level
from organizations.domain.plans import Account

from .organizations import organization_from

_queries = beside(__file__)


class PostgresViews:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def standing(
        self, *, user_id: UUID, environment_id: UUID, key_id: UUID | None, organization_id: UUID | None
    ) -> Standing:
        row = await _queries.read_standing(
            self._pool,
            user_id=user_id,
            environment_id=environment_id,
            key_id=key_id,
            organization_id=organization_id,
        )
        return Standing(
            home_environment_id=row["home_environment_id"],
            mode=row["mode"],
            kind=row["kind"],
            role=row["role"],
            user_status=row["user_status"],
            user_environment_id=row["user_environment_id"],
            key_status=row["key_status"],
            key_organization_id=row["key_organization_id"],
            level=Level(row["level"]) if row["level"] else None,
            account=Account(plan=row["plan"], depleted=row["depleted"]) if row["plan"] else Account(),
        )

    async def list_organizations(
        self, *, user_id: UUID, mode: str, only: UUID | None, after: UUID | None, limit: int
    ) -> list[OrganizationView]:
        rows = _queries.list_organizations(self._pool, user_id=user_id, mode=mode, only=only, after=after, room=limit)
        return [_organization_view(row) async for row in rows]

    async def get_organization(self, *, user_id: UUID, organization_id: UUID) -> OrganizationView:
        row = await _queries.get_organization(self._pool, user_id=user_id, organization_id=organization_id)
        if row is None:
            raise OrganizationNotFound
        return _organization_view(row)

    async def visible(self, *, user_id: UUID, mode: str, organization_ids: Collection[UUID]) -> set[UUID]:
        rows = _queries.visible_organizations(
            self._pool, user_id=user_id, mode=mode, organization_ids=list(organization_ids)
        )
        return {row["id"] async for row in rows}

    async def get_activation(self, organization_id: UUID) -> ActivationView:
        row = await _queries.get_activation(self._pool, organization_id=organization_id)
        if row is None:
            raise OrganizationNotFound
        return ActivationView(
            status=row["status"],
            activation_id=row["activation_id"],
            checkout_url=row["checkout_url"],
            reason=_reason(row),
            requested_at=row["requested_at"],
        )

    async def list_members(self, organization_id: UUID, *, after: UUID | None, limit: int) -> list[MemberView]:
        rows = _queries.list_members(self._pool, organization_id=organization_id, after=after, room=limit)
        return [_member_view(row) async for row in rows]

    async def get_member(self, organization_id: UUID, user_id: UUID) -> MemberView:
        row = await _queries.get_member(self._pool, organization_id=organization_id, user_id=user_id)
        if row is None:
            raise MemberNotFound
        return _member_view(row)

    async def list_candidates(
        self, *, organization_id: UUID, home_environment_id: UUID, prefix: str, limit: int
    ) -> list[CandidateView]:
        rows = _queries.list_candidates(
            self._pool,
            organization_id=organization_id,
            environment_id=home_environment_id,
            prefix=prefix,
            room=limit,
        )
        return [CandidateView(user_id=row["user_id"], name=row["name"], level=row["level"]) async for row in rows]

    async def list_prompts(self, *, user_id: UUID, mode: str) -> list[PromptView]:
        rows = _queries.list_prompts(self._pool, user_id=user_id, mode=mode)
        return [PromptView(organization_id=row["id"], name=row["name"]) async for row in rows]

    async def list_parties(self, *, user_id: UUID, mode: str, only: UUID | None) -> list[PartyView]:
        rows = _queries.list_parties(self._pool, user_id=user_id, mode=mode, only=only)
        return [PartyView(id=row["canonical"], name=row["name"]) async for row in rows]

    async def list_reviews(self, *, after: UUID | None, limit: int) -> list[ReviewView]:
        rows = _queries.list_reviews(self._pool, after=after, room=limit)
        return [_review_view(row) async for row in rows]


def _organization_view(row: Any) -> OrganizationView:
    return OrganizationView(organization=organization_from(row), level=Level(row["level"]))


def _member_view(row: Any) -> MemberView:
    return MemberView(
        membership_id=row["id"],
        user_id=row["user_id"],
        name=row["name"] or "",
        level=row["level"],
        since=row["created_at"],
    )


def _review_view(row: Any) -> ReviewView:
    return ReviewView(
        activation_id=row["activation_id"],
        organization_id=row["organization_id"],
        environment_id=row["environment_id"],
        identifier=row["canonical"],
        name=row["name"],
        trade_names=tuple(row["trade_names"]),
        outcome=row["outcome"],
        account_holder=row["account_holder"],
        opened_at=row["opened_at"],
    )


def _reason(row: Any) -> str | None:
    """Say why the attempt has not activated the organization: the payment's fate, the names, or the operator."""
    status = row["activation_status"]
    if status == ActivationStatus.FAILED:
        return f"payment_{row['reason']}"
    if status == ActivationStatus.IN_REVIEW:
        return str(row["outcome"])
    return str(row["reason"]) if status == ActivationStatus.REJECTED else None
