"""What the people who run the platform do for environments: irreversible things, each with its reason."""

from uuid import UUID

from fastapi import APIRouter

from identity.application.appoint_administrator import AppointAdministrator
from identity.application.share_domain import ShareDomain
from identity.entrypoints.http.dependencies import App, Person, problems
from identity.entrypoints.http.operator_schemas import AppointmentRequest, SharedDomainResponse, SharingRequest

router = APIRouter(prefix="/identity/v1/operator", tags=["operators"])


@router.post(
    "/environments/{environment_id}/shared-domains",
    status_code=201,
    operation_id="shareDomain",
    responses=problems(400, 401, 403, 404, 422),
)
async def share_domain(environment_id: UUID, body: SharingRequest, app: App, actor: Person) -> SharedDomainResponse:
    """Let users of the environment have addresses of the domain; nobody joins it by their domain any more, for good."""
    cmd = ShareDomain(
        actor=actor, environment_id=environment_id, domain=body.domain, reason=body.reason, consent=body.consent
    )
    return SharedDomainResponse.model_validate(await app.operators.share_domain(cmd))


@router.post(
    "/users/{user_id}/appointment",
    status_code=204,
    operation_id="appointAdministrator",
    responses=problems(400, 401, 403, 404),
)
async def appoint_administrator(user_id: UUID, body: AppointmentRequest, app: App, actor: Person) -> None:
    """Make a user administrator of their environment, after their identity was checked."""
    await app.operators.appoint(AppointAdministrator(actor=actor, user_id=user_id, reason=body.reason))
