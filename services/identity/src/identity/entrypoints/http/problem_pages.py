"""The pages that the `type` of a problem (RFC 9457) points to, for every service: the platform has one address.

What a code means is in `problem_catalogue.json`, which `make contracts` makes from every service's errors. Of a code
that is not in it (the gateway's own, say) the page tells how to read the answer that named it.
"""

import json
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from identity.entrypoints.http import pages

router = APIRouter(prefix="/problems", include_in_schema=False)
Code = Annotated[str, Path(pattern=r"^([a-z][a-z0-9_]{0,63}|API[0-9]{3}(\.[A-Z0-9_]{1,20})?)$")]


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    """Return status and sentences (by service) of every code."""
    found: dict[str, dict[str, Any]] = json.loads(FilePath(__file__).with_name("problem_catalogue.json").read_text())
    return found


@router.get("/{code}", response_class=HTMLResponse)
async def show_problem(code: Code, request: Request) -> HTMLResponse:
    """Explain a problem's code."""
    known = _catalogue().get(code, {"status": None, "sentences": {}})
    return pages.problem_page(
        locale=pages.choose_locale(request, None),
        code=code,
        problem_status=known["status"],
        sentence=" ".join(sorted(set(known["sentences"].values()))) or None,
    )
