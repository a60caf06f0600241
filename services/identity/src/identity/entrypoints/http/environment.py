"""The settings of the caller's environment, for its administrators."""

from fastapi import APIRouter

from identity.application.environment_settings import ChangeEnvironment, EnvironmentSettings
from identity.entrypoints.http.dependencies import App, UserManager, problems
from identity.entrypoints.http.schemas import EnvironmentPatch, EnvironmentSettingsResponse

router = APIRouter(prefix="/identity/v1/environment", tags=["environment"])


def _shown(settings: EnvironmentSettings) -> EnvironmentSettingsResponse:
    environment = settings.environment
    return EnvironmentSettingsResponse(
        id=environment.id,
        name=environment.name,
        domain=environment.domain,
        mode=environment.mode,
        kind=environment.kind,
        shared=environment.shared,
        administrators=settings.administrators,
        needs_administrator=settings.needs_administrator,
    )


@router.get("", operation_id="getEnvironment", responses=problems(401, 403))
async def get_environment(app: App, actor: UserManager) -> EnvironmentSettingsResponse:
    """Return the settings, and whether there are too few administrators; administrators only."""
    return _shown(await app.environment.get(actor))


@router.patch("", operation_id="changeEnvironment", responses=problems(400, 401, 403))
async def change_environment(body: EnvironmentPatch, app: App, actor: UserManager) -> EnvironmentSettingsResponse:
    """Change the environment's name; its domain never changes."""
    return _shown(await app.environment.change(ChangeEnvironment(actor=actor, name=body.name)))
