"""Recovery codes: each takes the place of the authenticator once, for who lost it.

A code has 80 random bits, so that its plain hash cannot be guessed back.
"""

import base64
import hashlib
import re
import secrets

COUNT = 10
_BYTES = 10
_GROUP = 4
_LENGTH = 16
_CODE = re.compile(rf"[a-z2-7]{{{_LENGTH}}}")


def new_codes() -> tuple[str, ...]:
    """Return ten codes as people read them: four groups of four."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()) for _ in range(COUNT))


def hash_if_code(text: str) -> bytes | None:
    """Return what is stored of the code that somebody typed, however they grouped it; None when it is no such code."""
    code = re.sub(r"[\s-]", "", text.lower())
    return hashlib.sha256(code.encode()).digest() if _CODE.fullmatch(code) else None


def _grouped(code: str) -> str:
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))
