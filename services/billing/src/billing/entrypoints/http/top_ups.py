"""Orders of credit."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from shared.http.idempotency import once

from billing.application.request_top_up import RequestTopUp
from billing.domain.money import micros_of
from billing.entrypoints.http.dependencies import App, Changer, Reader
from billing.entrypoints.http.problems import problems
from billing.entrypoints.http.schemas import TopUpAnswer, TopUpBody

router = APIRouter(tags=["top-ups"])


@router.post(
    "/top-ups",
    operation_id="requestTopUp",
    status_code=202,
    response_model=TopUpAnswer,
    responses=problems(400, 401, 403, 409, 422, 503),
)
async def request_top_up(request: Request, app: App, caller: Changer, body: TopUpBody) -> Response:
    """Order credit; the VAT comes on top. Administrators only. Send an `Idempotency-Key` to be able to repeat it."""

    async def act(top_up_id: UUID) -> JSONResponse:
        command = RequestTopUp(
            top_up_id=top_up_id, caller=caller, credit_micros=micros_of(body.amount), method=body.method
        )
        answer = TopUpAnswer.of(await app.request_top_up(command))
        location = f"/billing/v1/top-ups/{answer.id}"
        return JSONResponse(answer.model_dump(mode="json"), status_code=202, headers={"Location": location})

    return await once(request, app.pool, environment=caller.environment_id, operation="request_top_up", act=act)


@router.get("/top-ups/{topUpId}", operation_id="getTopUp", responses=problems(400, 401, 403, 404, 503))
async def get_top_up(app: App, caller: Reader, topUpId: UUID) -> TopUpAnswer:  # noqa: N803 - as the path has it
    """Show how far an order is, and where to pay it."""
    return TopUpAnswer.of(await app.get_top_up(caller, topUpId))
