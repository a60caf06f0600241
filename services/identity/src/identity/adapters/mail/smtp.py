"""Hands mails to an SMTP server. What it refuses for good is given up; everything else is tried again.

Errors carry the server's reply code only: its text quotes addresses, which logs must not hold.
"""

import aiosmtplib
from shared.observability.outside import OutsideSystem

from identity.adapters.mail.rendering import MailRenderer
from identity.application.ports import OutgoingMail
from identity.domain.errors import MailRefused, MailServerUnavailable
from identity.settings import SmtpSettings

_PERMANENT = 500
_TIMEOUT = 20.0
_smtp = OutsideSystem("smtp")


class SmtpTransport:
    """Sends one mail per connection: mails are rare, and an idle connection is one more thing that breaks.

    `host` is how we greet the server; the library would ask DNS for it, and block meanwhile.
    """

    def __init__(self, settings: SmtpSettings, renderer: MailRenderer, *, host: str) -> None:
        self._settings = settings
        self._renderer = renderer
        self._host = host

    async def send(self, mail: OutgoingMail) -> None:
        with _smtp.called():
            await self._hand_over(mail)

    async def _hand_over(self, mail: OutgoingMail) -> None:
        message = self._renderer.render(mail)
        if [each.addr_spec for each in message["To"].addresses] != [mail.to]:
            raise MailRefused("The header would name somebody else than the recipient.")
        settings = self._settings
        try:
            await aiosmtplib.send(
                message,
                recipients=[mail.to],
                hostname=settings.host,
                port=settings.port,
                username=settings.username,
                password=settings.password.get_secret_value() if settings.password else None,
                use_tls=settings.tls == "implicit",
                start_tls=settings.tls == "starttls",
                local_hostname=self._host,
                timeout=_TIMEOUT,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise _translate(max(codes, default=0)) from None
        except aiosmtplib.SMTPDataError as error:
            raise _translate(error.code) from None
        except aiosmtplib.SMTPResponseException as error:
            # A refused greeting, login or sender is our configuration: it is repaired, and the mail goes out then.
            raise MailServerUnavailable(f"The mail server answered {error.code}.") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailServerUnavailable(f"no delivery: {type(error).__name__}") from None


def _translate(code: int) -> MailRefused | MailServerUnavailable:
    if code >= _PERMANENT:
        return MailRefused(f"The mail server answered {code}.")
    return MailServerUnavailable(f"The mail server answered {code}.")
