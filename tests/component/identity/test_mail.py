"""Mail over real SMTP: it arrives, it is refused for good, or it is tried again - and no error tells an address."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from identity.adapters.mail.rendering import MailRenderer
from identity.adapters.mail.smtp import SmtpTransport
from identity.application.ports import OutgoingMail
from identity.domain.errors import MailRefused, MailServerUnavailable
from identity.settings import SmtpSettings


@dataclass
class Catcher:
    """An SMTP server's handler that answers what a test wants."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    on_recipient: str = "250 OK"
    on_data: str = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.on_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.on_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.on_data


@pytest.fixture
async def server() -> AsyncIterator[tuple[Catcher, int]]:
    catcher = Catcher()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(catcher, hostname="mail.example"), "127.0.0.1", 0)
    yield catcher, listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()


def _transport(port: int) -> SmtpTransport:
    settings = SmtpSettings(port=port)
    return SmtpTransport(settings, MailRenderer(sender=settings.sender, host="localhost"), host="localhost")


def _mail() -> OutgoingMail:
    return OutgoingMail(
        id="m1",
        template="registration",
        to="jan@acme.example",
        locale="nl",
        context={"base_url": "https://localhost:8443", "link": "https://localhost:8443/x?token=abc"},
    )


@pytest.mark.requirement("R8.1")
async def test_a_mail_arrives_with_both_parts(server: tuple[Catcher, int]) -> None:
    catcher, port = server
    await _transport(port).send(_mail())
    (message,) = catcher.messages
    assert message["To"] == "jan@acme.example"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all("token=abc" in part.get_content() for part in message.iter_parts())


async def test_a_mail_whose_header_would_name_somebody_else_is_not_sent(server: tuple[Catcher, int]) -> None:
    catcher, port = server
    with pytest.raises(MailRefused):
        await _transport(port).send(replace(_mail(), to="=?utf-8?q?eve=40evil.example=3e?=@acme.example"))
    assert catcher.recipients == []


@pytest.mark.parametrize(
    ("field_name", "answer", "error"),
    [
        ("on_recipient", "550 5.1.1 no jan@acme.example here", MailRefused),
        ("on_recipient", "451 4.7.1 greylisted jan@acme.example", MailServerUnavailable),
        ("on_data", "552 5.2.2 mailbox of jan@acme.example full", MailRefused),
        ("on_data", "452 4.3.1 jan@acme.example later", MailServerUnavailable),
    ],
)
async def test_a_refusal_is_final_or_passes_and_tells_no_address(
    server: tuple[Catcher, int], field_name: str, answer: str, error: type[Exception]
) -> None:
    catcher, port = server
    setattr(catcher, field_name, answer)
    with pytest.raises(error) as refused:
        await _transport(port).send(_mail())
    assert "jan" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_a_server_that_is_away_is_tried_again_later() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(MailServerUnavailable):
            await _transport(unused.getsockname()[1]).send(_mail())
