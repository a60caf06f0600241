"""The company register over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from organizations.application.search_companies import SearchCompanies
from organizations.domain.errors import SearchTermRequired

from . import views
from .dependencies import App, Reader
from .schemas import Company, CompanyList, Line, refusals

router = APIRouter(prefix="/organizations/v1/companies", tags=["companies"])


def _at_least_two(name: str) -> str:
    if len(name) < 2:  # noqa: PLR2004 - one letter finds everything and helps nobody
        raise ValueError("give at least two characters")
    return name


Name = Annotated[Line, AfterValidator(_at_least_two)]


@router.get("", operation_id="searchCompanies", responses=refusals(422, 503), response_model_exclude_none=True)
async def search_companies(
    app: App,
    caller: Reader,
    *,
    kvk_number: Annotated[str | None, Query(alias="kvkNumber", max_length=32)] = None,
    name: Name | None = None,
    place: Line | None = None,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> CompanyList:
    """Search by number, or by name and optionally place. Nobody found is an empty list with a hint."""
    if (kvk_number is None) == (name is None):
        raise SearchTermRequired
    search = SearchCompanies(caller=caller, number=kvk_number, name=name, place=place, page=page, limit=limit)
    return views.company_list(await app.search_companies(search))


@router.get("/{kvk_number}", operation_id="getCompany", responses=refusals(404, 422, 503))
async def get_company(app: App, caller: Reader, kvk_number: Annotated[str, Path(max_length=32)]) -> Company:
    """Return what the register says of one company."""
    return views.company(await app.get_company(caller, kvk_number))
