"""The mail catcher's SMTP side: takes every message that fits and answers 250 only once it is in the mailbox.

Magic recipient domains refuse in the ways that real servers do: `bounce.…` 550, `full.…` 552, `greylist.…` 451 the
first time and 250 after that.
"""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail.mailbox import Mailbox, read_mail
from sandbox.settings import SmtpSettings


class Catcher:
    """Handler of the SMTP server; the method names are the library's."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._refusal(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = read_mail(raw, sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos))
        self._mailbox.add(mail)
        return f"250 OK: kept as {mail.id}"

    def _refusal(self, address: str) -> str | None:
        domain = address.rpartition("@")[2].lower()
        if domain.startswith("bounce."):
            return "550 5.1.1 No such user here"
        if domain.startswith("full."):
            return "552 5.2.2 Mailbox full"
        if domain.startswith("greylist.") and not self._mailbox.greylisted.get(address):
            self._mailbox.greylisted.put(address, value=True)
            return "451 4.7.1 Greylisted, please try again"
        return None


async def start_smtp(mailbox: Mailbox, settings: SmtpSettings) -> asyncio.Server:
    handler = Catcher(mailbox)

    def protocol() -> SMTP:
        return SMTP(
            handler, data_size_limit=settings.max_bytes, enable_SMTPUTF8=True, hostname="mail.sandbox.koerier.example",
            ident="Koerier sandbox mail catcher",
        )  # fmt: skip

    return await asyncio.get_running_loop().create_server(protocol, settings.host, settings.port)
