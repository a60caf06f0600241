"""Operators decide about activations whose payment did not prove enough."""

from uuid import UUID

from fastapi import APIRouter
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from organizations.application.app import Application
from organizations.application.decide_review import DecideReview
from organizations.application.rights import Caller

from . import views
from .dependencies import App, Manager
from .schemas import Decided, Decision, ReviewList, refusals

router = APIRouter(prefix="/organizations/v1/operator/reviews", tags=["operators"])


@router.get("", operation_id="listReviews", responses=refusals())
async def list_reviews(app: App, caller: Manager, limit: Limit = 50, cursor: Cursor = None) -> ReviewList:
    """List the activations that wait for a decision, oldest first, with the account holder to compare."""
    rows = await app.list_reviews(caller, after=decode_cursor(cursor), limit=limit + 1)
    kept, following = page(rows, limit=limit, id_of=lambda row: row.activation_id)
    return ReviewList(items=[views.review(row) for row in kept], next=following)


@router.post("/{organization_id}/approval", operation_id="approveReview", responses=refusals(404, 409))
async def approve(app: App, caller: Manager, organization_id: UUID, body: Decision) -> Decided:
    """Activate the organization. The reason is kept with the decision."""
    return await _decide(app, caller, organization_id, approve=True, reason=body.reason)


@router.post("/{organization_id}/rejection", operation_id="rejectReview", responses=refusals(404, 409))
async def reject(app: App, caller: Manager, organization_id: UUID, body: Decision) -> Decided:
    """Reject the activation. The reason is told to the organization."""
    return await _decide(app, caller, organization_id, approve=False, reason=body.reason)


async def _decide(app: Application, caller: Caller, organization_id: UUID, *, approve: bool, reason: str) -> Decided:
    decided = await app.decide_review(
        DecideReview(caller=caller, organization_id=organization_id, approve=approve, reason=reason)
    )
    return Decided(organization_id=decided.id, status=decided.status.value)
