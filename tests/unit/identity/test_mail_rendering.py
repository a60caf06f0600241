"""Mails: in two languages and two forms, escaped where it matters."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from identity.adapters.mail import rendering
from identity.adapters.mail.rendering import LOCALES, MailRenderer
from identity.application.ports import OutgoingMail

FOLDER = Path(rendering.__file__).parent / "templates"
NAMES = sorted(path.stem for path in (FOLDER / "nl").glob("*.j2"))
CONTEXT = {
    "base_url": "https://localhost:8443",
    "first_name": "Jan <b>",
    "role": "administrator",
    "organization": "Zoon & <Zonen>\r\nBcc: x@y.example",
    "reason": "Andere naam",
    "environment": "acme.example",
    "days": "7",
    "minutes": "60",
}


def _render(name: str, locale: str, **context: str) -> EmailMessage:
    renderer = MailRenderer(sender="Koerier <noreply@koerier.example>", host="koerier.example")
    mail = OutgoingMail(id="m1", template=name, to="jan@acme.example", locale=locale, context={**CONTEXT, **context})
    return renderer.render(mail)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_every_mail_exists_in_every_language() -> None:
    for locale in LOCALES:
        assert sorted(path.stem for path in (FOLDER / locale).glob("*.j2")) == NAMES


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_has_a_text_and_an_html_part(name: str, locale: str) -> None:
    message = _render(name, locale, link="https://localhost:8443/x?token=abc")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == locale
    assert message["Message-ID"] == "<m1@koerier.example>"
    assert message["Subject"]
    text, html = _part(message, "plain"), _part(message, "html")
    assert len(text) > 80
    assert f'lang="{locale}"' in html
    assert "{{" not in text + html
    assert "<b>" not in html


@pytest.mark.requirement("R8.1")
def test_the_link_is_in_both_parts() -> None:
    link = "https://localhost:8443/identity/v1/registrations/completion?token=abc"
    message = _render("registration", "nl", link=link)
    assert link in _part(message, "plain")
    assert _part(message, "html").count(link) == 2


def test_a_name_from_elsewhere_injects_neither_headers_nor_markup() -> None:
    message = _render("organization_activated", "nl")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    html = _part(message, "html")
    assert "Zoon &amp; &lt;Zonen&gt;" in html


def test_an_unknown_language_is_dutch() -> None:
    assert _render("balance_depleted", "fr")["Content-Language"] == "nl"
