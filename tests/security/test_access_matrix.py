"""Every operation of every service, called by everybody who should not get an answer, read from the OpenAPI itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from documents.domain.errors import DocumentNotFound
from documents.entrypoints.http.app import create_http
from documents.entrypoints.http.dependencies import App, DocumentReader, reader_of_documents
from fastapi import FastAPI, Request
from shared.http.app import HttpKit
from shared.http.security import CurrentPrincipal
from support.access.billing import billing_stage
from support.access.documents import documents_stage
from support.access.identity import identity_stage
from support.access.judging import Stage, unusable, violations
from support.access.organizations import organizations_stage
from support.billing import Billing
from support.documents import World as Documents
from support.identity import Identity
from support.organizations import World as Organizations
from support.tokens import ISSUER, ready_verifier

SERVICES = ("identity", "organizations", "documents", "billing")


@pytest.fixture(scope="module")
async def stages(
    identity: Identity, organizations: Organizations, documents: Documents, billing: Billing
) -> dict[str, Stage]:
    return {
        "identity": await identity_stage(identity),
        "organizations": await organizations_stage(organizations),
        "documents": await documents_stage(documents),
        "billing": await billing_stage(billing),
    }


@pytest.fixture(params=SERVICES)
def stage(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> Stage:
    return stages[request.param]


@pytest.mark.requirement("R2.6", "R7.5", "R7.8")
async def test_nobody_gets_what_is_not_theirs_from_any_operation(stage: Stage) -> None:
    assert await violations(stage) == []


async def test_the_same_requests_work_for_who_may_make_them(stage: Stage) -> None:
    """Without this, a refusal above could mean that the object does not exist or the request is wrong."""
    assert await unusable(stage) == []


async def test_no_operation_is_left_out(stage: Stage) -> None:
    shown = {operation.path for operation in stage.operations()}
    assert len(shown) >= {"identity": 15, "organizations": 14, "documents": 20, "billing": 8}[stage.service]


async def _without_check(app: App, documentId: str) -> Any:  # noqa: N803 - as the path has it
    return await app.documents.timeline(documentId)


async def _with_any_token(app: App, caller: CurrentPrincipal, documentId: str) -> Any:  # noqa: N803
    return await app.documents.timeline(documentId)


async def _of_the_environment(app: App, caller: DocumentReader, documentId: str) -> Any:  # noqa: N803
    """Check the environment and forget the membership."""
    document = await app.documents.find_for(caller, documentId)
    return {"environment": str(caller.environment), "found": document is not None}


async def _with_a_hint(caller: DocumentReader, request: Request) -> Any:
    """Refuse, and say too much about it."""
    raise httpx2.InvalidURL(str(caller))


PLANTS: dict[str, tuple[Any, str]] = {
    "no check at all": (_without_check, "for nobody"),
    "any token will do": (_with_any_token, "for a foreign administrator"),
    "the membership is forgotten": (_of_the_environment, "for a basic user of the same environment"),
    "a fault for strangers": (_with_a_hint, ": 500 for"),
}


@pytest.fixture(scope="module")
async def planted(documents: Documents) -> Callable[..., Any]:
    """Return a function that returns the documents stage with one more endpoint."""
    original = await documents_stage(documents)
    kit = HttpKit(service="documents", base_url=ISSUER, token_verifier=await ready_verifier())

    async def plant(endpoint: Any, path: str = "/documents/v1/planted/{documentId}") -> Stage:
        app: FastAPI = create_http(documents.application, kit)
        app.add_api_route(path, endpoint, methods=["GET"], responses={401: {}})
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        return replace(original, app=app, http=httpx2.AsyncClient(transport=transport, base_url=ISSUER))

    return plant


@pytest.mark.parametrize(("endpoint", "complaint"), PLANTS.values(), ids=PLANTS.keys())
async def test_an_endpoint_that_forgets_its_check_is_found(planted: Any, endpoint: Any, complaint: str) -> None:
    stage = await planted(endpoint)
    found = await violations(stage, only="/planted/")
    assert any(complaint in sentence for sentence in found), found


async def test_an_endpoint_that_openapi_does_not_show_is_found(planted: Any) -> None:
    stage = await planted(_without_check)
    stage.app.add_api_route("/documents/v1/hidden", reader_of_documents, include_in_schema=False)
    assert [sentence for sentence in await violations(stage, only="/planted/") if "/hidden" in sentence]


async def test_an_exception_for_an_operation_that_is_gone_is_found(planted: Any) -> None:
    stage = await planted(_without_check)
    policy = replace(stage.policy, public={**stage.policy.public, "GET /gone": "once upon a time"})
    found = await violations(replace(stage, policy=policy), only="/planted/")
    assert [sentence for sentence in found if "GET /gone" in sentence]


async def test_an_endpoint_with_a_check_is_not_complained_about(planted: Any) -> None:
    async def checked(app: App, caller: DocumentReader, documentId: str) -> Any:  # noqa: N803
        if await app.documents.find_for(caller, documentId) is None:
            raise DocumentNotFound
        return {"found": True}

    stage = await planted(checked)
    assert await violations(stage, only="/planted/") == []
