"""Liveness and readiness. Live: the event loop answers. Ready: every check of the process is content.

A check returns what is wrong, or nothing. Checks run when asked, each bounded by two seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

Check = Callable[[], Awaitable[str | None]]

_PATIENCE = 2.0


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except Exception as error:  # noqa: BLE001 - whatever a check raises is the reason for not being ready
        return repr(error)


async def problems_of(checks: Mapping[str, Check]) -> dict[str, str]:
    """Run the checks together and return what is wrong, by check."""
    results = await asyncio.gather(*(_run(check) for check in checks.values()))
    return {name: problem for name, problem in zip(checks, results, strict=True) if problem}
