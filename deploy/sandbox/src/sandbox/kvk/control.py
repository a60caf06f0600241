"""Drives the company register from outside: down, hanging, slow, up again; and how often it was asked."""

from typing import Any

from fastapi import APIRouter

from sandbox.faults import Fault
from sandbox.world import TheWorld

router = APIRouter(prefix="/control/kvk", tags=["control"])


@router.get("")
async def show(world: TheWorld) -> dict[str, Any]:
    return {
        "fault": world.register_fault.fault.model_dump(mode="json"),
        "profileCalls": world.register.calls,
        "companies": [{"kvkNumber": company.kvk, "name": company.name} for company in world.register.companies],
    }


@router.put("")
async def change(world: TheWorld, body: Fault) -> dict[str, Any]:
    world.register_fault.fault = body
    return await show(world)
