"""Faults of the outside world: the register, the payment provider, the Peppol network and the receivers of webhooks."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import httpx2

from chaos.receivers import Behaviour
from chaos.stage import RunningStage

CONTROLS = {
    "register": "/control/kvk",
    "provider": "/control/mollie",
    "smp": "/control/peppol",
    "access point": "/control/peppol",
    "name server": "/control/peppol",
}
WEBHOOK_MODES = ("duplicate", "late", "outOfOrder", "off")
UP: Mapping[str, Any] = {"mode": "up"}
WELL: Mapping[str, Mapping[str, Any]] = {
    "/control/kvk": UP,
    "/control/mollie": {"fault": UP, "webhookMode": "normal"},
    "/control/peppol": {"smp": UP, "accessPoint": UP, "dns": UP},
}


async def disturb(stage: RunningStage, target: str, seconds: float, chance: random.Random) -> bool:
    """Let a stand-in be down, hang or be slow for a while."""
    fault = {"mode": chance.choice(("unavailable", "timeout", "slow")), "seconds": chance.uniform(0.5, 2.0)}
    return await _for_a_while(stage, CONTROLS[target], _body(target, fault), seconds)


async def confuse_provider(stage: RunningStage, mode: str, seconds: float) -> bool:
    """Let the payment provider call its webhook twice, late, in another order, or never."""
    return await _for_a_while(stage, CONTROLS["provider"], {"webhookMode": mode, "webhookSeconds": 2}, seconds)


def _body(target: str, fault: Mapping[str, Any]) -> dict[str, Any]:
    match target:
        case "register":
            return dict(fault)
        case "provider":
            return {"fault": fault}
        case "smp":
            return {"smp": fault}
        case "access point":
            return {"accessPoint": fault}
        case _:
            return {"dns": fault}


async def _for_a_while(stage: RunningStage, path: str, body: Mapping[str, Any], seconds: float) -> bool:
    if not await _control(stage, path, body):
        return False
    try:
        await asyncio.sleep(seconds)
    finally:
        await _control(stage, path, WELL[path])
    return True


async def _control(stage: RunningStage, path: str, body: Mapping[str, Any]) -> bool:
    async with httpx2.AsyncClient(base_url=stage.environment.sandbox_url, timeout=5) as client:
        try:
            return (await client.put(path, json=dict(body))).is_success
        except httpx2.TransportError:
            return False


async def all_well(stage: RunningStage) -> None:
    """Undo everything; waits for a sandbox that is just being started."""
    stage.receivers.all_well()
    for path, body in WELL.items():
        for _ in range(60):
            if await _control(stage, path, body):
                break
            await asyncio.sleep(0.5)


async def misbehave(stage: RunningStage, behaviour: str, seconds: float) -> bool:
    """Let half of the receivers of webhooks behave so for a while."""
    stage.receivers.misbehave(Behaviour(behaviour), f"{seconds}")
    try:
        await asyncio.sleep(seconds)
    finally:
        stage.receivers.all_well()
    return True
