"""Sealing, one-time codes and the hasher's patience."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

import pyotp
import pytest
from cryptography.fernet import Fernet, InvalidToken
from identity.adapters.passwords import MAX_WAITING, Argon2Hasher
from identity.adapters.sealing import FernetSealer
from identity.adapters.second_factor import Totp
from identity.domain.errors import PasswordCheckBusy


@dataclass
class StoppedClock:
    moment: datetime = datetime(2026, 3, 1, 12, 0, 15, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def test_what_is_sealed_can_be_opened_and_not_read() -> None:
    sealer = FernetSealer(Fernet.generate_key().decode())
    sealed = sealer.seal(b"secret")
    assert b"secret" not in sealed
    assert sealer.open(sealed) == b"secret"


def test_a_change_of_key_still_opens_what_the_old_one_sealed() -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    sealed = FernetSealer(old).seal(b"secret")
    assert FernetSealer(f"{new}, {old}").open(sealed) == b"secret"
    with pytest.raises(InvalidToken):
        FernetSealer(new).open(sealed)


def test_a_code_tells_its_time_step() -> None:
    clock = StoppedClock()
    totp = Totp(clock)
    secret = totp.new_secret()
    step = int(clock.moment.timestamp()) // 30
    for drift in (-1, 0, 1):
        code = pyotp.TOTP(secret).at(clock.moment + timedelta(seconds=30 * drift))
        assert totp.step_of(secret, code) == step + drift
    late = pyotp.TOTP(secret).at(clock.moment + timedelta(seconds=90))
    assert totp.step_of(secret, late) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_belongs_to_no_step(code: str) -> None:
    totp = Totp(StoppedClock())
    assert totp.step_of(totp.new_secret(), code) is None


async def test_beyond_a_hundred_waiting_checks_one_is_told_to_come_back() -> None:
    going_on = Event()
    with ThreadPoolExecutor(max_workers=1) as executor:
        hasher = Argon2Hasher(executor)
        waiting = [asyncio.create_task(hasher._run(going_on.wait)) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        try:
            with pytest.raises(PasswordCheckBusy):
                await hasher.verify("password", "hash")
        finally:
            going_on.set()
        await asyncio.gather(*waiting)
        assert await hasher.verify("password", "no hash at all") == (False, None)
