"""Turns a template and its context into a mail with a text and an HTML part.

`templates/<locale>/<name>.j2` sets `subject`, `body` (paragraphs, separated by empty lines) and optionally `action`
(the text of the link's button); the two layouts do the rest. Only the HTML layout escapes: the rest is plain text.
"""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from identity.application.ports import OutgoingMail

_TEMPLATES = Path(__file__).parent / "templates"
LOCALES = ("nl", "en")


class MailRenderer:
    """Makes messages that come from `sender`; `host` is the right-hand side of their Message-IDs."""

    def __init__(self, *, sender: str, host: str) -> None:
        self._sender = sender
        self._host = host
        loader = FileSystemLoader(_TEMPLATES)
        options: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._text = Environment(loader=loader, autoescape=False, **options)  # noqa: S701 - plain text
        self._html = Environment(loader=loader, autoescape=True, **options)

    def render(self, mail: OutgoingMail) -> EmailMessage:
        locale = mail.locale if mail.locale in LOCALES else LOCALES[0]
        template = self._text.get_template(f"{locale}/{mail.template}.j2")
        content: Any = template.make_module(dict(mail.context))
        parts = {
            "locale": locale,
            "subject": " ".join(str(content.subject).split()),
            "paragraphs": [" ".join(part.split()) for part in str(content.body).split("\n\n") if part.strip()],
            "action": str(getattr(content, "action", "")).strip(),
            "link": mail.context.get("link") or mail.context["base_url"],
            "base_url": mail.context["base_url"],
        }
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = parts["subject"]
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{mail.id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._text.get_template("layout.txt.j2").render(parts))
        message.add_alternative(self._html.get_template("layout.html.j2").render(parts), subtype="html")
        message["Content-Language"] = locale  # only now: adding a part moves every Content header into it
        return message
