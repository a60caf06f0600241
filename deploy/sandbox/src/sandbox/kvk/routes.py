"""The company register's HTTP API: search (v2) and profiles (v1), with an API key and its own media types."""

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import OutOfOrderError
from sandbox.kvk.errors import (
    being_processed,
    malformed_establishment,
    malformed_kvk_number,
    unauthorized,
    unavailable,
    unknown_establishment,
    unknown_kvk_number,
)
from sandbox.kvk.model import Company
from sandbox.kvk.search import find, read_query
from sandbox.kvk.views import (
    Links,
    View,
    company_view,
    establishment_view,
    establishments_view,
    main_establishment_view,
    owner_view,
    plain_links,
)
from sandbox.world import TheWorld, World

_HAL = "application/hal+json"
_SEARCH_VERSION, _PROFILE_VERSION = "2.1.0", "1.5.0"
_KVK = re.compile(r"[0-9]{8}")
_ESTABLISHMENT = re.compile(r"[0-9]{12}")


async def _caller(world: TheWorld, apikey: Annotated[str, Header()] = "") -> World:
    expected = world.settings.kvk.api_key.get_secret_value()
    if not secrets.compare_digest(apikey.encode(), expected.encode()):
        raise unauthorized()
    try:
        await world.register_fault.check()
    except OutOfOrderError:
        raise unavailable() from None
    return world


Caller = Annotated[World, Depends(_caller)]
router = APIRouter(prefix="/kvk/test/api", tags=["kvk"])


@router.get("/v2/zoeken")
async def search(world: Caller, request: Request) -> Response:
    view = find(world.register, read_query(request.query_params), Links(world.base_url))
    return _answer(request, view, _SEARCH_VERSION)


@router.get("/v1/basisprofielen/{kvk_number}")
async def get_profile(world: Caller, request: Request, kvk_number: str) -> Response:
    view = company_view(_company(world, kvk_number), Links(world.base_url))
    return _answer(request, view, _PROFILE_VERSION)


@router.get("/v1/basisprofielen/{kvk_number}/eigenaar")
async def get_owner(world: Caller, request: Request, kvk_number: str) -> Response:
    view = owner_view(_company(world, kvk_number), Links(world.base_url))
    return _answer(request, view, _PROFILE_VERSION)


@router.get("/v1/basisprofielen/{kvk_number}/hoofdvestiging")
async def get_main_establishment(world: Caller, request: Request, kvk_number: str) -> Response:
    company = _company(world, kvk_number)
    main = company.main_establishment
    if main is None:
        raise unknown_kvk_number(kvk_number)
    return _answer(request, main_establishment_view(company, main, Links(world.base_url)), _PROFILE_VERSION)


@router.get("/v1/basisprofielen/{kvk_number}/vestigingen")
async def list_establishments(world: Caller, request: Request, kvk_number: str) -> Response:
    company = _company(world, kvk_number)
    if not company.establishments:
        raise unknown_kvk_number(kvk_number)
    return _answer(request, establishments_view(company, Links(world.base_url)), _PROFILE_VERSION)


@router.get("/v1/vestigingsprofielen/{number}")
async def get_establishment(world: Caller, request: Request, number: str) -> Response:
    if not _ESTABLISHMENT.fullmatch(number):
        raise malformed_establishment(number)
    found = world.register.establishment(number)
    if found is None:
        raise unknown_establishment(number)
    world.register.calls += 1
    return _answer(request, establishment_view(*found, Links(world.base_url)), _PROFILE_VERSION)


def _company(world: World, kvk_number: str) -> Company:
    if not _KVK.fullmatch(kvk_number):
        raise malformed_kvk_number(kvk_number)
    company = world.register.company(kvk_number)
    if company is None:
        raise unknown_kvk_number(kvk_number)
    if company.profile_error:
        raise being_processed(kvk_number, company.profile_error)
    world.register.calls += 1
    return company


def _answer(request: Request, view: View, version: str) -> Response:
    """Answer as HAL unless the caller asks for plain JSON only."""
    accept = request.headers.get("accept", "*/*")
    headers = {"API-Version": version, "Cache-Control": "no-store"}
    if "application/json" in accept and _HAL not in accept:
        return JSONResponse(plain_links(view), headers=headers)
    return JSONResponse(view, headers=headers, media_type=_HAL)
