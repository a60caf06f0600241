"""Makes a service's FastAPI application: problems, request context, health, metrics, OpenAPI 3.1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig

from shared.http.middleware import RequestContext
from shared.http.openapi import correct_openapi
from shared.http.problems import add_problem_handlers
from shared.http.security import TokenVerifier
from shared.observability import metrics
from shared.observability.health import Check, problems_of


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpKit:
    """What the process gives to the application's HTTP side."""

    service: str
    base_url: str
    version: str = "1.0.0"
    checks: Mapping[str, Check] = field(default_factory=dict)
    token_verifier: TokenVerifier | None = None


# FastAPI would make three spans of a request beside ours, and would log what is wrong with a body together with it.
_NO_SPANS_OF_ITS_OWN: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}


def create_app(
    kit: HttpKit, *, title: str, description: str, routers: list[APIRouter], state: Mapping[str, Any]
) -> FastAPI:
    """Return the application with its routers; `state` is put on `app.state` for the dependencies to find."""
    app = FastAPI(
        title=title,
        description=description,
        version=kit.version,
        openapi_url=f"/{kit.service}/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        contact={"name": "Koerier", "url": kit.base_url},
        servers=[{"url": kit.base_url}],
        telemetry=_NO_SPANS_OF_ITS_OWN,
    )
    add_problem_handlers(app, base_url=kit.base_url)
    app.state.token_verifier = kit.token_verifier
    for name, value in state.items():
        setattr(app.state, name, value)
    for router in routers:
        app.include_router(router)
    app.include_router(health_router(kit.checks))
    correct_openapi(app)
    app.add_middleware(RequestContext, service=kit.service, api_version=kit.version)
    return app


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    """Return `/health/live`, `/health/ready` and `/metrics`, for an api as well as for a worker."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        problems = await problems_of(checks)
        body = {"status": "not ready" if problems else "ready", "problems": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    @router.get("/metrics")
    async def show_metrics() -> Response:
        return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)

    return router
