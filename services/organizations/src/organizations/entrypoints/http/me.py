"""What concerns the person who is logged in: the question whether organizations shall receive."""

from fastapi import APIRouter

from organizations.application.prompts import DismissPrompts

from .dependencies import App, Reader, Receiver
from .schemas import Dismissals, ReceivePrompt, ReceivePrompts, refusals

router = APIRouter(prefix="/organizations/v1/me/prompts/receive", tags=["me"])


@router.get("", operation_id="listReceivePrompts", responses=refusals())
async def list_prompts(app: App, caller: Reader) -> ReceivePrompts:
    """List the active organizations that one administers and that do not receive yet, unless dismissed."""
    found = await app.list_prompts(caller)
    return ReceivePrompts(items=[ReceivePrompt(organization_id=item.organization_id, name=item.name) for item in found])


@router.post("/dismissals", operation_id="dismissReceivePrompts", status_code=204, responses=refusals(404))
async def dismiss_prompts(app: App, caller: Receiver, body: Dismissals) -> None:
    """Never ask this person about these organizations again."""
    await app.dismiss_prompts(DismissPrompts(caller=caller, organization_ids=body.organization_ids))
