"""The mail catcher: real SMTP in, JSON and pages out."""

from email.message import EmailMessage

import aiosmtplib
import httpx2
import pytest
from sandbox.settings import SmtpSettings

from .conftest import Running, running_sandbox


def message(to: str, *, subject: str = "Bevestig uw adres", html: str = "", text: str = "Hallo") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "noreply@koerier.example", to, subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


async def deliver(sandbox: Running, mail: EmailMessage, recipients: list[str] | None = None) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=sandbox.smtp_port, recipients=recipients)


async def caught(http: httpx2.AsyncClient, to: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await http.get("/mail/messages", params={"to": to})).json()["items"]
    return items


async def test_a_message_is_shown_with_its_parts_and_links(sandbox: Running, http: httpx2.AsyncClient) -> None:
    link = "https://localhost:8443/identity/v1/registrations/completion?token=abc&x=1"
    html = f'<p>Hallo Zoë, <a href="{link.replace("&", "&amp;")}">bevestig</a></p><script>alert(1)</script>'
    text = f"Hallo Zoë,\n\nOpen {link}.\n"
    await deliver(sandbox, message("zoe@donald.example", subject="Bevestig uw adres, Zoë", html=html, text=text))
    (mail,) = await caught(http, "ZOE@donald.example")
    assert (mail["subject"], mail["to"]) == ("Bevestig uw adres, Zoë", ["zoe@donald.example"])
    assert mail["links"] == [link]
    assert "Hallo Zoë" in str(mail["text"])
    assert {"name": "Auto-Submitted", "value": "auto-generated"} in mail["headers"]  # type: ignore[operator]
    assert (await http.get(f"/mail/messages/{mail['id']}")).json() == mail


async def test_attachments_are_listed_and_the_raw_message_is_kept(sandbox: Running, http: httpx2.AsyncClient) -> None:
    mail = message("raw@donald.example")
    mail.add_attachment(b"<Invoice/>", maintype="application", subtype="xml", filename="factuur é.xml")
    await deliver(sandbox, mail)
    (found,) = await caught(http, "raw@donald.example")
    assert found["attachments"] == [{"name": "factuur é.xml", "contentType": "application/xml", "size": 10}]
    raw = await http.get(f"/mail/messages/{found['id']}/raw")
    assert b"Auto-Submitted: auto-generated" in raw.content


async def test_the_envelope_decides_who_a_message_is_for(sandbox: Running, http: httpx2.AsyncClient) -> None:
    await deliver(sandbox, message("shown@donald.example"), recipients=["hidden@donald.example"])
    assert await caught(http, "shown@donald.example") == []
    assert len(await caught(http, "hidden@donald.example")) == 1


async def test_the_pages_show_mail_without_running_it(sandbox: Running, http: httpx2.AsyncClient) -> None:
    subject = "<script>alert(1)</script>"
    await deliver(sandbox, message("page@donald.example", subject=subject, html="<b>vet</b>"))
    (mail,) = await caught(http, "page@donald.example")
    overview = await http.get("/mail", params={"to": "page@donald.example"})
    page = await http.get(f"/mail/{mail['id']}")
    assert overview.status_code == page.status_code == 200
    assert "<script>" not in overview.text + page.text
    assert "&lt;script&gt;" in overview.text
    inner = await http.get(f"/mail/messages/{mail['id']}/html")
    assert inner.headers["content-security-policy"].startswith("sandbox")
    assert (await http.get("/mail/nothing")).status_code == 404


async def test_magic_recipients_are_refused_as_real_servers_do(sandbox: Running, http: httpx2.AsyncClient) -> None:
    for address, code in (("a@bounce.example", 550), ("a@full.example", 552), ("a@greylist.example", 451)):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await deliver(sandbox, message(address))
        assert refused.value.recipients[0].code == code
    await deliver(sandbox, message("a@greylist.example"))
    assert len(await caught(http, "a@greylist.example")) == 1


async def test_mail_can_be_deleted(sandbox: Running, http: httpx2.AsyncClient) -> None:
    await deliver(sandbox, message("gone@donald.example"))
    assert (await http.delete("/mail/messages")).status_code == 204
    assert (await http.get("/mail/messages")).json() == {"total": 0, "items": []}


async def test_only_the_newest_messages_are_kept_and_big_ones_refused() -> None:
    with running_sandbox(smtp=SmtpSettings(port=0, keep=3, max_bytes=5_000)) as small:
        for number in range(5):
            await deliver(small, message("many@donald.example", subject=f"Nummer {number}"))
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await deliver(small, message("many@donald.example", text="x" * 10_000))
        async with httpx2.AsyncClient(base_url=small.base_url) as http:
            subjects = [mail["subject"] for mail in await caught(http, "many@donald.example")]
    assert subjects == ["Nummer 4", "Nummer 3", "Nummer 2"]
    assert refused.value.code == 552


@pytest.mark.parametrize(
    "raw", [b"", b"no header at all", b"Content-Type: text/plain; charset=nothing\r\n\r\n\xff\xfe\r\n"]
)
async def test_a_message_in_bad_shape_is_still_kept(sandbox: Running, http: httpx2.AsyncClient, raw: bytes) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp_port)
    async with client:
        await client.sendmail("x@y.example", ["odd@donald.example"], raw)
    found = await caught(http, "odd@donald.example")
    assert (await http.get(f"/mail/{found[0]['id']}")).status_code == 200
