"""Mail that was caught: parsed once on arrival, the newest thousand kept."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

from sandbox.bounded import Bounded
from sandbox.identifiers import now, token

_URL = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    raw: bytes


class Mailbox:
    def __init__(self, limit: int, max_weight: int) -> None:
        self._mails: Bounded[str, Mail] = Bounded(limit, weigh=lambda mail: len(mail.raw), max_weight=max_weight)
        self.greylisted: Bounded[str, bool] = Bounded(limit)

    def add(self, mail: Mail) -> None:
        self._mails.put(mail.id, mail)

    def get(self, mail_id: str) -> Mail | None:
        return self._mails.get(mail_id)

    def clear(self) -> None:
        self._mails.clear()
        self.greylisted.clear()

    def newest_first(self, *, recipient: str | None = None) -> Iterator[Mail]:
        wanted = recipient.strip().lower() if recipient else None
        for mail in self._mails.newest_first():
            if wanted is None or wanted in (address.lower() for address in mail.recipients):
                yield mail


def read_mail(raw: bytes, *, sender: str, recipients: list[str]) -> Mail:
    """Parse what arrived, however odd; the envelope, not the headers, says who it was for."""
    message = message_from_bytes(raw, policy=default)
    headers = tuple(_headers(message))
    text, markup = _body(message, "plain"), _body(message, "html")
    return Mail(
        id=token(16),
        received_at=now(),
        sender=sender,
        recipients=tuple(recipients),
        subject=next((value for name, value in headers if name.lower() == "subject"), ""),
        text=text,
        html=markup,
        links=_links(text, markup),
        headers=headers,
        attachments=tuple(_attachments(message)),
        raw=raw,
    )


# The standard library's parser raises almost anything for a message that is odd enough (LookupError, ValueError,
# AttributeError, …). A mail catcher has to show such a message all the same, so these three fall back on its raw parts.


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, raw in message.raw_items():
        try:
            value = str(message.policy.header_fetch_parse(name, raw))
        except Exception:  # noqa: BLE001
            value = "(unreadable)"
        yield name, value.encode(errors="replace").decode()


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        text = "" if part is None else str(part.get_content())
    except Exception:  # noqa: BLE001
        content = message.get_payload(decode=True)
        text = content.decode(errors="replace") if isinstance(content, bytes) else ""
    return text.encode(errors="replace").decode()


def _attachments(message: EmailMessage) -> list[Attachment]:
    found = []
    try:
        for part in message.iter_attachments():
            content = part.get_payload(decode=True)
            size = len(content) if isinstance(content, bytes) else 0
            found.append(Attachment(name=part.get_filename() or "", content_type=part.get_content_type(), size=size))
    except Exception:  # noqa: BLE001
        return found
    return found


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.extend(value for name, value in attrs if name == "href" and value and _URL.match(value))


def _links(text: str, markup: str) -> tuple[str, ...]:
    hrefs = _Hrefs()
    hrefs.feed(markup)
    in_text = [html.unescape(url.rstrip(_TRAILING)) for url in _URL.findall(text)]
    return tuple(dict.fromkeys(in_text + hrefs.found))
