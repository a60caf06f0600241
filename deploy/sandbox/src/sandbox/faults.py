"""Simulated outages: each stand-in has one switch that takes it down, makes it hang or slows it."""

import asyncio
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class FaultMode(StrEnum):
    UP = "up"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    SLOW = "slow"


class Fault(BaseModel):
    """How a stand-in behaves: `unavailable` answers 503, `timeout` hangs before it does, `slow` only delays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: FaultMode = FaultMode.UP
    seconds: float = Field(default=30.0, ge=0, le=300)


class OutOfOrderError(Exception):
    """The stand-in is switched off; each one renders this in the words of the service it stands for."""


class FaultSwitch:
    """Mutable holder of the present fault, so that routes and control share one."""

    def __init__(self) -> None:
        self.fault = Fault()

    async def check(self) -> None:
        """Delay or refuse the request as the present fault says."""
        fault = self.fault
        if fault.mode in (FaultMode.SLOW, FaultMode.TIMEOUT):
            await asyncio.sleep(fault.seconds)
        if fault.mode in (FaultMode.TIMEOUT, FaultMode.UNAVAILABLE):
            raise OutOfOrderError
