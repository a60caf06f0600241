"""Tokens for software: the OAuth 2.0 token endpoint (RFC 6749, client credentials) and the gateway's key exchange.

Errors of the token endpoint have OAuth's own shape, which client libraries read; everything else is a problem document.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from identity.application.exchange_connection_key import RequestToken
from identity.domain.connection_key import PREFIX
from identity.domain.errors import InvalidConnectionKey, InvalidScope
from identity.domain.scopes import MESSAGE_BUS
from identity.entrypoints.http.dependencies import App, problems

router = APIRouter(tags=["tokens"])
FORM = "application/x-www-form-urlencoded"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_MAX_FIELDS = 20


class OAuthError(Exception):
    """An error that the token endpoint answers with; `error` is one of RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def _invalid_client(description: str = "The client is unknown, revoked, or its secret is wrong.") -> OAuthError:
    return OAuthError("invalid_client", description, status=401)


async def _read_form(request: Request) -> dict[str, str]:
    """Return the form's fields; each at most once, as the standard demands."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"Send the request as {FORM}.")
    try:
        text = (await request.body()).decode("ascii")
        fields = parse_qs(
            text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=_MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise OAuthError("invalid_request", "The form cannot be read.") from error
    repeated = [name for name, values in fields.items() if len(values) > 1]
    if repeated:
        raise OAuthError("invalid_request", "A parameter is there more than once.")
    return {name: values[0] for name, values in fields.items() if values[0]}


def _basic_credentials(header: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(header.partition(" ")[2].strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise _invalid_client("The Basic credentials cannot be read.") from error
    client_id, _, secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Return client id and secret, from the header or from the form but not from both."""
    header = request.headers.get("authorization", "")
    if header.lower().startswith("basic "):
        if "client_secret" in form:
            raise OAuthError("invalid_request", "Authenticate in one way, not in two.")
        return _basic_credentials(header)
    if "client_id" not in form or "client_secret" not in form:
        raise _invalid_client("Send client_id and client_secret, or Basic credentials.")
    return form["client_id"], form["client_secret"]


def _require_grant(form: Mapping[str, str]) -> None:
    if "grant_type" not in form:
        raise OAuthError("invalid_request", "grant_type is missing.")
    if form["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type", "Only client_credentials is offered.")


async def _token(request: Request, app: App) -> dict[str, Any]:
    form = await _read_form(request)
    _require_grant(form)
    client_id, secret = _credentials(request, form)
    cmd = RequestToken(client_id=client_id, client_secret=secret, scope=form.get("scope", MESSAGE_BUS))
    try:
        view = await app.tokens.request(cmd)
    except InvalidConnectionKey as error:
        raise _invalid_client() from error
    except InvalidScope as error:
        raise OAuthError("invalid_scope", error.detail) from error
    return {
        "access_token": view.access_token,
        "token_type": "Bearer",
        "expires_in": view.expires_in,
        "scope": view.scope,
    }


_TOKEN_REQUEST = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                        "scope": {"type": "string", "default": MESSAGE_BUS},
                    },
                }
            }
        },
    },
    "security": [],
}
_OAUTH_ERROR = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
        }
    }
}


@router.post(
    "/connect/token",
    operation_id="requestToken",
    openapi_extra=_TOKEN_REQUEST,
    responses={
        400: {"description": "OAuth error", "content": _OAUTH_ERROR},
        401: {"description": "`invalid_client`", "content": _OAUTH_ERROR},
        **problems(503),
    },
)
async def request_token(request: Request, app: App) -> JSONResponse:
    """Get an access token for a connection key: its id and secret in the form, or as Basic credentials."""
    try:
        return JSONResponse(await _token(request, app), headers=_NO_STORE)
    except OAuthError as error:
        body = {"error": error.error, "error_description": error.description}
        challenge = {"WWW-Authenticate": 'Basic realm="koerier"'} if error.error == "invalid_client" else {}
        return JSONResponse(body, status_code=error.status, headers={**_NO_STORE, **challenge})


@router.get(
    "/identity/v1/key-exchange", operation_id="exchangeKey", response_class=Response, responses=problems(401, 503)
)
async def exchange_key(request: Request, app: App) -> Response:
    """Answer the gateway which `Authorization` to pass on: a raw connection key becomes a token, the rest stays."""
    header = request.headers.get("authorization")
    if header is None:
        return Response(headers=_NO_STORE)
    scheme, _, bearer = header.partition(" ")
    if scheme.lower() == "bearer" and bearer.strip().startswith(PREFIX):
        header = f"Bearer {await app.tokens.exchange_bearer(bearer.strip())}"
    return Response(headers={**_NO_STORE, "Authorization": header})
