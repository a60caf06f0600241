"""One's own picture: what is uploaded is drawn anew, and only that is ever shown."""

from typing import Any

from fastapi import APIRouter, Request, Response
from shared.http.middleware import read_limited

from identity.application.manage_picture import PutPicture
from identity.domain.picture import MAX_BYTES
from identity.entrypoints.http.dependencies import App, Person, problems

PATH = "/identity/v1/me/picture"
_WEBP = "image/webp"
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/*",)},
    }
}
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture", "content": {_WEBP: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "The picture is still the one that `If-None-Match` names"},
}

router = APIRouter(prefix=PATH, tags=["users"])


@router.put(
    "",
    status_code=204,
    operation_id="putMyPicture",
    openapi_extra=_UPLOAD,
    responses=problems(401, 403, 413, 422, 503),
)
async def put_picture(request: Request, app: App, actor: Person) -> None:
    """Take a picture (PNG, JPEG or WebP; 2 MiB and 16 million pixels at most) in place of an older one."""
    content = await read_limited(request, MAX_BYTES)
    await app.pictures.put(PutPicture(actor=actor, content=content))


@router.get("", operation_id="getMyPicture", response_class=Response, responses=_SHOWN | problems(401, 403, 404))
async def get_picture(request: Request, app: App, actor: Person) -> Response:
    """Return one's own picture as WebP, at most 512 pixels wide and high."""
    picture = await app.pictures.get(actor)
    headers = {
        "ETag": f'"{picture.sha256.hex()}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, media_type=_WEBP, headers=headers)


@router.delete("", status_code=204, operation_id="deleteMyPicture", responses=problems(401, 403))
async def delete_picture(app: App, actor: Person) -> None:
    """Have no picture any more."""
    await app.pictures.delete(actor)
