"""The caller's own second factor: set up, confirm, renew its recovery codes, switch off."""

from fastapi import APIRouter, Response

from identity.application.manage_second_factor import Proof
from identity.entrypoints.http.account_schemas import (
    CodeProof,
    EnrolmentResponse,
    PasswordProof,
    RecoveryCodesResponse,
    SecondFactorProof,
)
from identity.entrypoints.http.dependencies import App, Person, problems

router = APIRouter(prefix="/identity/v1/me/second-factor", tags=["second factor"])
_PROBLEMS = problems(400, 401, 403, 409, 429)
_SECRET = {"Cache-Control": "no-store"}


@router.post("", status_code=201, operation_id="beginSecondFactor", responses={**_PROBLEMS, **problems(503)})
async def begin(body: PasswordProof, app: App, actor: Person, response: Response) -> EnrolmentResponse:
    """Make a secret for an authenticator; it counts once a code of it was confirmed."""
    response.headers.update(_SECRET)
    return EnrolmentResponse.model_validate(await app.second_factor.begin(Proof(actor=actor, password=body.password)))


@router.post("/confirmation", operation_id="confirmSecondFactor", responses=_PROBLEMS)
async def confirm(body: CodeProof, app: App, actor: Person, response: Response) -> RecoveryCodesResponse:
    """Confirm the secret with a code of it: from now on every login asks for one."""
    response.headers.update(_SECRET)
    codes = await app.second_factor.confirm(Proof(actor=actor, code=body.code))
    return RecoveryCodesResponse(recovery_codes=list(codes))


@router.post("/recovery-codes", status_code=201, operation_id="renewRecoveryCodes", responses=_PROBLEMS)
async def renew_codes(body: CodeProof, app: App, actor: Person, response: Response) -> RecoveryCodesResponse:
    """Make new recovery codes; the older ones stop working."""
    response.headers.update(_SECRET)
    codes = await app.second_factor.renew_codes(Proof(actor=actor, code=body.code))
    return RecoveryCodesResponse(recovery_codes=list(codes))


@router.post("/removal", status_code=204, operation_id="disableSecondFactor", responses={**_PROBLEMS, **problems(503)})
async def disable(body: SecondFactorProof, app: App, actor: Person) -> None:
    """Switch the second factor off, with password and a code."""
    await app.second_factor.disable(Proof(actor=actor, password=body.password, code=body.code))
