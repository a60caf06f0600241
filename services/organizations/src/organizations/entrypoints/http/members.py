"""Members of an organization over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from organizations.application.members import AddMember, ChangeMember, RemoveMember

from . import views
from .dependencies import App, Manager, Reader
from .schemas import CandidateList, Line, Member, MemberChange, MemberList, NewMember, refusals

router = APIRouter(prefix="/organizations/v1/organizations/{organization_id}", tags=["members"])


@router.get("/members", operation_id="listMembers", responses=refusals(404))
async def list_members(
    app: App,
    caller: Reader,
    organization_id: UUID,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> MemberList:
    rows = await app.list_members(caller, organization_id, after=decode_cursor(cursor), limit=limit + 1)
    kept, following = page(rows, limit=limit, id_of=lambda row: row.membership_id)
    return MemberList(items=[views.member(row) for row in kept], next=following)


@router.post(
    "/members",
    operation_id="addMember",
    status_code=201,
    responses={200: {"model": Member, "description": "Was a member already"}, **refusals(404, 409, 422)},
)
async def add_member(
    app: App,
    caller: Manager,
    organization_id: UUID,
    *,
    body: NewMember,
    response: Response,
) -> Member:
    """Make a user of one's own environment a member. Whoever is one already stays as they are (200)."""
    added = await app.add_member(
        AddMember(caller=caller, organization_id=organization_id, user_id=body.user_id, level=body.level)
    )
    response.status_code = 201 if added else 200
    return views.member(await app.get_member(caller, organization_id, body.user_id))


@router.patch("/members/{user_id}", operation_id="changeMember", responses=refusals(404, 409))
async def change_member(
    app: App,
    caller: Manager,
    organization_id: UUID,
    *,
    user_id: UUID,
    body: MemberChange,
) -> Member:
    """Give a member another level."""
    change = ChangeMember(caller=caller, organization_id=organization_id, user_id=user_id, level=body.level)
    await app.change_member(change)
    return views.member(await app.get_member(caller, organization_id, user_id))


@router.delete("/members/{user_id}", operation_id="removeMember", status_code=204, responses=refusals(404, 409))
async def remove_member(app: App, caller: Manager, organization_id: UUID, user_id: UUID) -> None:
    """End a membership; access ends at once."""
    await app.remove_member(RemoveMember(caller=caller, organization_id=organization_id, user_id=user_id))


@router.get(
    "/member-candidates",
    operation_id="listMemberCandidates",
    responses=refusals(404),
    response_model_exclude_none=True,
)
async def list_candidates(
    app: App,
    caller: Manager,
    organization_id: UUID,
    *,
    name: Line,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> CandidateList:
    """Find users of one's own environment whose first, last or whole name begins so."""
    found = await app.list_candidates(caller, organization_id, prefix=name, limit=limit)
    return CandidateList(items=[views.candidate(row) for row in found])
