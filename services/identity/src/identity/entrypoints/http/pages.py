"""The pages behind the link in the mail, in Dutch and English, without scripts and without anything from elsewhere.

The link's token stands in the address: no referrer leaves these pages, and nothing stores them.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from shared.errors import DomainError

from identity.domain.errors import (
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    TermsNotAccepted,
    WeakPassword,
)
from identity.domain.password_policy import MIN_LENGTH
from identity.entrypoints.http.page_texts import TEXTS

LOCALES = ("nl", "en")
_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LINK_PROBLEMS = (LinkInvalid, LinkExpired, LinkUsed)
_PROBLEM_TEXTS: Mapping[type[DomainError], str] = {
    LinkInvalid: "link_invalid",
    LinkExpired: "link_expired",
    LinkUsed: "link_used",
    TermsNotAccepted: "terms",
    WeakPassword: "weak_password",
}


def choose_locale(request: Request, wanted: str | None) -> str:
    """Return the wanted language, else the browser's first one if we have it, else Dutch."""
    if wanted in LOCALES:
        return wanted
    preferred = request.headers.get("accept-language", "")[:2].lower()
    return preferred if preferred in LOCALES else LOCALES[0]


def _render(name: str, *, locale: str, status: int, **values: object) -> HTMLResponse:
    html = _environment.get_template(name).render(
        locale=locale, texts=TEXTS[locale], style=_STYLE, min_length=MIN_LENGTH, **values
    )
    return HTMLResponse(html, status_code=status, headers={**_HEADERS, "Content-Language": locale})


def completion_form(
    *,
    locale: str,
    fields: Mapping[str, str],
    address: str | None = None,
    problem: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the form; `fields` are what was filled in before, of which the password is not shown again."""
    shown = {name: fields.get(name, "") for name in ("token", "firstName", "lastName")}
    return _render("completion.html.j2", locale=locale, status=status, fields=shown, address=address, problem=problem)


def refusal(error: DomainError, *, locale: str, status: int) -> HTMLResponse:
    """Return the page that says why there is no form."""
    problem = _PROBLEM_TEXTS.get(type(error), "try_again")
    return _render("message.html.j2", locale=locale, status=status, title="refused", message=problem)


def retry_or_refuse(error: DomainError, *, locale: str, fields: Mapping[str, str]) -> HTMLResponse:
    """Return the form again when the person can correct what is wrong, else the refusal."""
    if is_about_link(error):
        return refusal(error, locale=locale, status=error.status)
    problem = _PROBLEM_TEXTS.get(type(error), "try_again")
    return completion_form(locale=locale, fields=fields, problem=problem, status=error.status)


def welcome(*, locale: str) -> HTMLResponse:
    """Return the page that says that the account is ready."""
    return message(locale=locale, title="welcome", text="account_ready", status=201)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A page with one button, behind a link in a mail: its title, where its form goes, whether it asks a password."""

    title: str
    action: str
    asks_password: bool = False


RESET = Step(title="reset_password", action="/identity/v1/password-resets/completion", asks_password=True)
VERIFY = Step(title="verify_address", action="/identity/v1/addresses/verification")


def step(
    page: Step,
    *,
    locale: str,
    token: str,
    address: str,
    problem: str | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the page; with an error, what the person can do about it."""
    if error is not None:
        problem, status = _PROBLEM_TEXTS.get(type(error), "try_again"), error.status
    return _render(
        "step.html.j2",
        locale=locale,
        status=status,
        title=page.title,
        action=page.action,
        asks_password=page.asks_password,
        token=token,
        address=address,
        problem=problem,
    )


def is_about_link(error: DomainError) -> bool:
    """Tell whether there is no use in trying this link again."""
    return isinstance(error, _LINK_PROBLEMS)


def message(*, locale: str, title: str, text: str, status: int) -> HTMLResponse:
    """Return a page that only says something."""
    return _render("message.html.j2", locale=locale, status=status, title=title, message=text)


def problem_page(*, locale: str, code: str, problem_status: int | None, sentence: str | None) -> HTMLResponse:
    """Return the page that explains a problem's code."""
    return _render(
        "problem.html.j2", locale=locale, status=200, code=code, problem_status=problem_status, sentence=sentence
    )
