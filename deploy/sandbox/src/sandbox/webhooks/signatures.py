"""Verifies the two signatures that the platform puts on its webhooks; every verdict says why it is not `valid`.

`X-EConnect-Signature: sha256=<hex HMAC-SHA256 of the raw body>` covers the body only. Standard Webhooks
(`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>`) covers id, time and body and refuses old messages.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

_PREFIX = "whsec_"


class Verdict(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    EXPIRED = "expired"


def econnect_verdict(headers: Mapping[str, str], body: bytes, secret: str) -> Verdict:
    given = headers.get("x-econnect-signature")
    if given is None:
        return Verdict.MISSING
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Verdict.VALID if hmac.compare_digest(given.encode(), expected.encode()) else Verdict.INVALID


def standard_verdict(
    headers: Mapping[str, str], body: bytes, secret: str, *, moment: float, tolerance: float
) -> Verdict:
    message_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if message_id is None or timestamp is None or signatures is None:
        return Verdict.MISSING
    if not timestamp.isdigit():
        return Verdict.INVALID
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(standard_key(secret), signed, hashlib.sha256).digest()).decode()
    # Several signatures are allowed, so that a sender can rotate its secret; one match is enough.
    matches = [hmac.compare_digest(given.encode(), f"v1,{expected}".encode()) for given in signatures.split()]
    if not any(matches):
        return Verdict.INVALID
    return Verdict.VALID if abs(moment - int(timestamp)) <= tolerance else Verdict.EXPIRED


def standard_key(secret: str) -> bytes:
    """`whsec_` means base64; any other secret is taken as it is."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()
