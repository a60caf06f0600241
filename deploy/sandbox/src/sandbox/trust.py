"""Whom the sandbox trusts when it calls the platform over TLS: the system's authorities and the gateway's own one.

The gateway makes its authority when it first starts, which may be after the sandbox did; the file is taken up as soon
as it is there. Until then calls through the gateway fail and are tried again like any other.
"""

import asyncio
import logging
import ssl
from pathlib import Path

log = logging.getLogger("sandbox")
_PAUSE = 0.5


async def trust_when_there(context: ssl.SSLContext, ca_file: Path) -> None:
    while True:
        try:
            context.load_verify_locations(cafile=str(ca_file))
        except (OSError, ssl.SSLError):  # not there yet, or half written
            await asyncio.sleep(_PAUSE)
        else:
            log.info("authority_trusted file=%s", ca_file)
            return
