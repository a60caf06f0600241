"""What was caught, as JSON for scripts and as pages for people."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from sandbox.identifiers import millis
from sandbox.mail.mailbox import Mail
from sandbox.pages import render
from sandbox.world import TheWorld, World

router = APIRouter(prefix="/mail", tags=["mail"])


@router.get("/messages")
async def list_messages(
    world: TheWorld, to: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, Any]:
    found = list(world.mailbox.newest_first(recipient=to))
    return {"total": len(found), "items": [mail_view(mail) for mail in found[:limit]]}


@router.get("/messages/{mail_id}")
async def get_message(world: TheWorld, mail_id: str) -> dict[str, Any]:
    return mail_view(_mail(world, mail_id))


@router.get("/messages/{mail_id}/raw")
async def get_raw_message(world: TheWorld, mail_id: str) -> Response:
    return Response(_mail(world, mail_id).raw, media_type="message/rfc822")


@router.get("/messages/{mail_id}/html", response_class=HTMLResponse)
async def get_message_html(world: TheWorld, mail_id: str) -> Response:
    """Give the message's own HTML for the frame of its page; scripts and remote content stay off."""
    policy = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return HTMLResponse(_mail(world, mail_id).html, headers={"Content-Security-Policy": policy})


@router.delete("/messages", status_code=204)
async def delete_messages(world: TheWorld) -> None:
    world.mailbox.clear()


@router.get("", response_class=HTMLResponse)
async def show_mailbox(world: TheWorld, request: Request, to: str | None = None) -> Response:
    return render(request, "mail/list.html", {"mails": list(world.mailbox.newest_first(recipient=to)), "to": to})


@router.get("/{mail_id}", response_class=HTMLResponse)
async def show_message(world: TheWorld, request: Request, mail_id: str) -> Response:
    return render(request, "mail/message.html", {"mail": _mail(world, mail_id)})


def mail_view(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "receivedAt": millis(mail.received_at),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "links": list(mail.links),
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "attachments": [
            {"name": part.name, "contentType": part.content_type, "size": part.size} for part in mail.attachments
        ],
    }


def _mail(world: World, mail_id: str) -> Mail:
    mail = world.mailbox.get(mail_id)
    if mail is None:
        raise HTTPException(404, "no such message")
    return mail
