"""What verifiers and client libraries discover: the keys (JWKS) and where the endpoints are (RFC 8414)."""

from typing import Any

from fastapi import APIRouter, Response

from identity.domain.scopes import PLATFORM_SCOPES
from identity.entrypoints.http.dependencies import App

router = APIRouter(prefix="/.well-known", tags=["discovery"])
_CACHED = "public, max-age=300"


@router.get("/jwks.json", operation_id="getKeys")
async def get_keys(app: App, response: Response) -> dict[str, Any]:
    """Return the public keys that access tokens are verified with."""
    response.headers["Cache-Control"] = _CACHED
    return await app.tokens.published_keys()


@router.get("/oauth-authorization-server", include_in_schema=False)
@router.get("/openid-configuration", operation_id="getConfiguration")
async def get_configuration(app: App, response: Response) -> dict[str, Any]:
    """Return the metadata of the authorization server."""
    response.headers["Cache-Control"] = _CACHED
    return {
        "issuer": app.issuer,
        "token_endpoint": f"{app.base_url}/connect/token",
        "jwks_uri": f"{app.base_url}/.well-known/jwks.json",
        "scopes_supported": list(PLATFORM_SCOPES),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
