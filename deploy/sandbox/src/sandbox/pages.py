"""HTML pages of the sandbox; every value is escaped."""

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def render(request: Request, name: str, context: dict[str, Any]) -> HTMLResponse:
    page = _pages.get_template(name).render({"request": request, **context})
    # Mail is shown in a frame of our own; nothing on these pages may run or load anything from elsewhere.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action *; frame-src 'self'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})
