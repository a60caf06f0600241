"""How refusals are described in OpenAPI, by status."""

from typing import Any

_MEANING = {
    400: "The request cannot be read; `errors` names the fields.",
    401: "No valid access token, or its user or key is blocked or revoked.",
    403: "Not allowed: `missing_scope`, `administrator_required`, `person_required` or `subscription_required`.",
    404: "Unknown, or of another environment.",
    409: "A request with this Idempotency-Key is still running.",
    422: "Readable, but refused: `amount_refused`, `method_refused` or `idempotency_key_reused`.",
    503: "A part of the platform does not answer right now.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can refuse with these statuses."""
    return {status: {"description": _MEANING[status]} for status in statuses}
