"""Hooks: which topics they listen to, where they post, and how a call is signed, both ways.

An action is an https address, its fragment the secret of eConnect's signature (a field `secret` wins). A party's hooks
take precedence over the environment's: where one of them listens to a topic, the environment's hooks do not hear it.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from documents.domain.errors import InvalidHook

INVOICE_RECEIVED = "InvoiceReceived"
INVOICE_SENT = "InvoiceSent"
INVOICE_SENT_ERROR = "InvoiceSentError"
INVOICE_SENT_RETRY = "InvoiceSentRetry"
PING = "Ping"

STANDARD_PREFIX = "whsec_"
_STANDARD_BYTES = 32
_STANDARD_ALLOWED = range(24, 65)
_TOPIC = re.compile(r"\*|\*?[A-Za-z]{1,60}")
_PUBLIC_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_MAX_URL = 2000
_MAX_TOPICS = 50
_MAX_SECRET = 500
_MAX_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """`organization_id` is None for a hook of the whole environment. Secrets are not part of it."""

    id: UUID
    public_id: str
    environment_id: UUID
    organization_id: UUID | None
    name: str
    url: str
    topics: tuple[str, ...]
    is_active: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Where to post, and the secret that the address carried."""

    url: str
    secret: str | None


def parse_action(text: str, *, plain_http: bool) -> Action:
    """Read an action; `plain_http` allows http, for a laptop. Raises `InvalidHook`."""
    if len(text) > _MAX_URL or any(character.isspace() or not character.isprintable() for character in text):
        raise InvalidHook("The action is not a valid address.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidHook("The action is not a valid address.") from error
    if parts.scheme not in (("https", "http") if plain_http else ("https",)):
        raise InvalidHook(f"Actions of the kind {parts.scheme[:20] or 'none'}: are not offered; use https.")
    if not host or port == 0 or parts.username is not None or parts.password is not None:
        raise InvalidHook("The action needs a host, and no user or password before it.")
    return Action(url=urlunsplit(parts._replace(fragment="")), secret=parts.fragment or None)


def check_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Return the topics once each; a wildcard is `*` alone or before the end of a name (`*Received`)."""
    unique = tuple(dict.fromkeys(topics))
    if not unique or len(unique) > _MAX_TOPICS or not all(_TOPIC.fullmatch(topic) for topic in unique):
        raise InvalidHook("topics must be a list of names such as InvoiceReceived or *Sent.")
    return unique


def check_public_id(text: str) -> str:
    if not _PUBLIC_ID.fullmatch(text):
        raise InvalidHook("id must be 1 to 100 letters, digits, dots, colons, dashes or underscores.")
    return text


def check_name(text: str) -> str:
    if len(text) > _MAX_NAME:
        raise InvalidHook(f"name must be at most {_MAX_NAME} characters.")
    return text


def check_secret(text: str) -> str:
    if not 1 <= len(text) <= _MAX_SECRET:
        raise InvalidHook(f"secret must be 1 to {_MAX_SECRET} characters.")
    return text


def new_standard_secret() -> str:
    return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(_STANDARD_BYTES)).decode()


def check_standard_secret(text: str) -> str:
    """Return a Standard Webhooks secret as it is; raises `InvalidHook` when it is none."""
    try:
        size = len(base64.b64decode(text.removeprefix(STANDARD_PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not text.startswith(STANDARD_PREFIX) or size not in _STANDARD_ALLOWED:
        raise InvalidHook("standardSecret must be whsec_ and the base64 of 24 to 64 bytes.")
    return text


def econnect_signature(body: bytes, secret: str) -> str:
    """Sign the raw body, as `X-EConnect-Signature` wants it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard_signature(*, message_id: str, timestamp: int, body: bytes, secret: str) -> str:
    """Sign id, time and body, as Standard Webhooks 1.0 wants it."""
    key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
