"""Sends one mail. The recipient is looked up at the last moment: who was blocked meanwhile gets nothing."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import structlog

from identity.application.mails import LINK_PATHS
from identity.application.ports import MailTransport, OutgoingMail, Sealer, Views

_log = structlog.get_logger(__name__)


async def send_mail(
    payload: Mapping[str, Any], *, views: Views, transport: MailTransport, sealer: Sealer, base_url: str
) -> None:
    """Send the mail that `payload` (see `mails`) describes."""
    context: dict[str, Any] = {**payload.get("context", {}), "base_url": base_url}
    if "user_id" in payload:
        recipient = await views.find_recipient(UUID(payload["user_id"]))
        if recipient is None:
            _log.info("mail_not_needed", template=payload["template"], user_id=payload["user_id"])
            return
        to, locale = recipient.address, recipient.locale
        context["first_name"] = recipient.first_name
    else:
        to, locale = payload["to"], payload["locale"]
    if "sealed_token" in payload:
        token = sealer.open(payload["sealed_token"].encode()).decode()
        context["link"] = f"{base_url}{LINK_PATHS[payload['template']]}?{urlencode({'token': token})}"
    mail = OutgoingMail(id=payload["mail_id"], template=payload["template"], to=to, locale=locale, context=context)
    await transport.send(mail)
    _log.info("mail_sent", template=mail.template, mail_id=mail.id)
