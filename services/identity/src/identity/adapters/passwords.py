"""Hashes passwords with argon2id, by OWASP's profile, in two threads of their own.

Checking one takes a tenth of a second of a core and 19 MiB: two at a time never starve the event loop, and whoever
would wait too long is told to come back instead.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher as PwdlibArgon2
from zxcvbn import zxcvbn

from identity.domain.errors import PasswordCheckBusy
from identity.domain.password_policy import PasswordStrength

THREADS = 2
MAX_WAITING = 100
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1
_ESTIMATED_LENGTH = 72  # the estimate is quadratic in the length, and nothing longer is weak by its first 72 alone
T = TypeVar("T")


class Argon2Hasher:
    """Open one with `open_hasher`."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._hash = PasswordHash((PwdlibArgon2(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES),))
        self._nobodys: str | None = None
        self._waiting = 0

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hash.hash(password))

    async def verify(self, password: str, hashed: str | None) -> tuple[bool, str | None]:
        """Compare with `hashed`, or with a hash of nobody's password, so that both take the same time."""
        if hashed is None:
            if self._nobodys is None:
                self._nobodys = await self.hash(secrets.token_urlsafe())
            stand_in = self._nobodys
            await self._run(lambda: self._hash.verify(password, stand_in))
            return False, None
        return await self._run(lambda: self._verify(password, hashed))

    async def strength_of(self, password: str, *, known: Sequence[str]) -> PasswordStrength:
        estimate = await self._run(lambda: zxcvbn(password[:_ESTIMATED_LENGTH], user_inputs=list(known)))
        feedback = estimate["feedback"]
        hints = (feedback["warning"], *feedback["suggestions"])
        return PasswordStrength(score=estimate["score"], hints=tuple(hint for hint in hints if hint))

    def _verify(self, password: str, hashed: str) -> tuple[bool, str | None]:
        try:
            return self._hash.verify_and_update(password, hashed)
        except UnknownHashError:
            return False, None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise PasswordCheckBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._waiting -= 1


@asynccontextmanager
async def open_hasher() -> AsyncIterator[Argon2Hasher]:
    """Yield a hasher whose threads end with the block; what still waits then is dropped."""
    executor = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="argon2")
    try:
        yield Argon2Hasher(executor)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
