"""Leaves mail for the worker. A job names a user or, before there is one, an address; links are sealed in it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from shared.ids import new_id

from identity.application.ports import Sealer, Tx

SEND_MAIL = "send_mail"
LINK_PATHS: Mapping[str, str] = {
    "registration": "/identity/v1/registrations/completion",
    "activation": "/identity/v1/registrations/completion",
    "password_reset": "/identity/v1/password-resets/completion",
    "address": "/identity/v1/addresses/verification",
}
"""The page behind the link of a mail, by its template."""


def enqueue_mail_to_address(
    tx: Tx,
    template: str,
    *,
    to: str,
    locale: str,
    link: tuple[Sealer, str] | None = None,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Leave a mail to an address without an account; `link` is the token of its link and who seals it."""
    payload: dict[str, Any] = {"mail_id": str(new_id()), "template": template, "to": to, "locale": locale}
    payload["context"] = dict(context or {})
    if link is not None:
        sealer, token = link
        payload["sealed_token"] = sealer.seal(token.encode()).decode()
    tx.enqueue(SEND_MAIL, payload)


def enqueue_mail_to_users(
    tx: Tx, template: str, *, users: Iterable[UUID], cause: UUID, context: Mapping[str, Any] | None = None
) -> None:
    """Leave a mail to each user; mails of the same `cause` have the same ids, however often it is handled."""
    for user_id in users:
        payload = {
            "mail_id": str(uuid5(cause, f"{template}:{user_id}")),
            "template": template,
            "user_id": str(user_id),
            "context": dict(context or {}),
        }
        tx.enqueue(SEND_MAIL, payload)
