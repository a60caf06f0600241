"""Every operation with generated requests: never a fault of ours, always an answer that the OpenAPI describes."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from shared.http.app import HttpKit, create_app
from support.access.billing import billing_stage
from support.access.documents import documents_stage
from support.access.identity import identity_stage
from support.access.judging import Stage
from support.access.organizations import organizations_stage
from support.billing import Billing
from support.documents import World as Documents
from support.fuzzing import Probe, explored
from support.identity import PASSWORD, Identity, new_domain
from support.organizations import World as Organizations
from support.tokens import ISSUER, ready_verifier

FEW = 5


@pytest.fixture(scope="module")
async def stages(
    identity: Identity, organizations: Organizations, documents: Documents, billing: Billing
) -> dict[str, Stage]:
    return {
        "identity": await _with_credentials(identity, await identity_stage(identity)),
        "organizations": await organizations_stage(organizations),
        "documents": await documents_stage(documents),
        "billing": await billing_stage(billing),
    }


async def _with_credentials(identity: Identity, stage: Stage) -> Stage:
    """Return the stage with what opens a session and gets a token: its own samples are made to be refused."""
    member = await identity.join(f"eigen@{new_domain()}")
    key = await identity.issue_key(member, (await identity.activate_organization(member)).id)
    session = (await identity.log_in(member.email)).json()
    form = urlencode(
        {"grant_type": "client_credentials", "client_id": key["clientId"], "client_secret": key["clientSecret"]}
    )
    token = ("application/x-www-form-urlencoded", form.encode(), frozenset[str]())
    bodies = {**stage.samples.bodies, "POST /connect/token": token}
    special = {
        **stage.samples.special,
        "POST /identity/v1/sessions": {"email": member.email, "password": PASSWORD},
        "POST /identity/v1/sessions/refresh": {"refreshToken": session["refreshToken"]},
    }
    return replace(stage, samples=replace(stage.samples, bodies=bodies, special=special))


@pytest.mark.parametrize("service", ["identity", "organizations", "documents", "billing"])
async def test_every_operation_answers_generated_requests_as_it_says(stages: dict[str, Stage], service: str) -> None:
    probe = Probe(stage=stages[service], few=FEW)
    await explored(probe.run)
    assert not probe.found, "\n".join(probe.found)
    assert probe.calls >= len(stages[service].operations())
    assert {200, 400} <= probe.statuses
    assert probe.not_reached == []


async def test_a_fault_and_an_answer_of_another_shape_are_found(stages: dict[str, Stage]) -> None:
    """Planted: one endpoint that fails for some numbers, one that does not return what it promises."""
    original = stages["documents"]

    async def breaks(number: int) -> dict[str, float]:
        return {"half": 1 / (number // 1000)}

    async def differs(number: int) -> Any:
        return JSONResponse({"number": str(number)})

    found = []
    for endpoint, model in ((breaks, dict[str, float]), (differs, dict[str, int])):
        found.append(await _explored_with(original, endpoint, model))
    assert [len(each) > 0 for each in found] == [True, True], found


async def _explored_with(original: Stage, endpoint: Any, model: Any) -> list[str]:
    kit = HttpKit(service="documents", base_url=ISSUER, token_verifier=await ready_verifier())
    app: FastAPI = create_app(kit, title="planted", description="", routers=[], state={})
    app.add_api_route("/planted", endpoint, methods=["GET"], response_model=model, responses={400: {}})
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
        probe = Probe(stage=replace(original, app=app, http=http), few=20)
        await explored(probe.run)
    return probe.found
