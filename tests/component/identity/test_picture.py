"""Profile pictures: judged by their content, drawn anew, nobody else's."""

import asyncio
import struct
import zlib
from io import BytesIO

import httpx2
import pytest
from PIL import Image
from support.identity import Identity, new_domain
from support.identity_company import Member

PICTURE = "/identity/v1/me/picture"
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
async def member(identity: Identity) -> Member:
    return await identity.join(f"jan@{new_domain()}")


def file(kind: str = "PNG", size: tuple[int, int] = (1000, 400), mode: str = "RGB", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 128).save(out, format=kind, **options)
    return out.getvalue()


async def put(identity: Identity, member: Member, content: bytes, kind: str = "image/png") -> httpx2.Response:
    headers = member.headers | {"Content-Type": kind}
    return await identity.http.put(PICTURE, content=content, headers=headers)


async def shown(identity: Identity, member: Member) -> httpx2.Response:
    return await identity.http.get(PICTURE, headers=member.headers)


@pytest.mark.requirement("R9.5", "R9.1")
@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("JPEG", "RGB"), ("WEBP", "RGB")])
async def test_a_picture_is_kept_small_and_in_one_format(
    identity: Identity, member: Member, kind: str, mode: str
) -> None:
    assert (await shown(identity, member)).status_code == 404
    assert (await put(identity, member, file(kind, mode=mode), "application/octet-stream")).status_code == 204
    answer = await shown(identity, member)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["x-content-type-options"] == "nosniff"
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (512, 205))


@pytest.mark.requirement("R9.5")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        SCRIPT,
        b"GIF89a" + b"\x00" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        b"II*\x00" + b"\x00" * 100,
        file()[:-200],
        file("JPEG")[:300],
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + b"\xff" * 17,
    ],
    ids=["nothing", "script", "gif", "svg", "pdf", "tiff", "broken png", "broken jpeg", "absurd size"],
)
async def test_what_is_no_picture_is_refused_whatever_it_calls_itself(
    identity: Identity, member: Member, content: bytes
) -> None:
    answer = await put(identity, member, content, "image/png")
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")
    assert (await shown(identity, member)).status_code == 404


@pytest.mark.requirement("R9.5")
@pytest.mark.parametrize("size", [(4001, 4000), (12_000, 12_000), (20_000, 20_000)], ids=str)
async def test_a_small_file_with_too_many_pixels_is_refused(
    identity: Identity, member: Member, size: tuple[int, int]
) -> None:
    content = file(size=size, mode="1", compress_level=9) if size[0] > 6000 else file(size=size, mode="L")
    assert len(content) < 1_000_000
    answer = await put(identity, member, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")


@pytest.mark.requirement("R9.5")
async def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at(identity: Identity, member: Member) -> None:
    answer = await put(identity, member, file() + b"\x00" * (2 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")

    async def in_pieces():
        for _ in range(40):
            yield b"\x00" * 65_536

    headers = member.headers | {"Content-Type": "image/png"}
    answer = await identity.http.put(PICTURE, content=in_pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.requirement("R9.5")
@pytest.mark.parametrize("kind", [b"gAMA", b"cHRM", b"tRNS"])
async def test_a_chunk_that_breaks_off_is_no_fault_of_ours(identity: Identity, member: Member, kind: bytes) -> None:
    whole = file()
    end = whole.index(b"IEND") - 4
    answer = await put(identity, member, whole[:end] + chunk(kind, b"\x01") + whole[end:])
    assert answer.status_code in {204, 422}, answer.text


async def test_when_many_wait_the_next_one_is_told_to_come_back(identity: Identity, member: Member) -> None:
    content = file(size=(3900, 3900))
    answers = await asyncio.gather(*(put(identity, member, content) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204, 503}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 503} == {"pictures_busy"}


async def test_nothing_of_the_file_but_its_pixels_is_kept(identity: Identity, member: Member) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # lies on its side
    await put(identity, member, file("JPEG", size=(400, 200), exif=exif, comment=b"secret") + SCRIPT)
    content = (await shown(identity, member)).content
    assert not any(left in content for left in (b"taken at home", b"secret", SCRIPT))
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (200, 400), "it was turned as its camera says"
        assert not picture.getexif()


async def test_a_picture_is_its_owners_alone_and_goes_when_they_say_so(identity: Identity, member: Member) -> None:
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    await put(identity, member, file())
    assert (await shown(identity, colleague)).status_code == 404
    etag = (await shown(identity, member)).headers["etag"]
    again = await identity.http.get(PICTURE, headers=member.headers | {"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    for _ in range(2):
        assert (await identity.http.delete(PICTURE, headers=member.headers)).status_code == 204
    assert (await shown(identity, member)).status_code == 404


async def test_a_removed_user_leaves_no_picture(identity: Identity, member: Member) -> None:
    colleague = await identity.join(f"piet@{member.email.partition('@')[2]}")
    await put(identity, colleague, file())
    await identity.http.delete(f"/identity/v1/users/{colleague.id}", headers=member.headers)
    left = "select count(*) from user_pictures where user_id = $1"
    assert await identity.pool.fetchval(left, colleague.id) == 0
