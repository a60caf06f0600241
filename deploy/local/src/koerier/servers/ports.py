"""Free ports on the loopback address.

A port is free when it can be bound now; another program may still take it before its process does, which then shows as
a process that dies at start and is started again. The last choice is remembered in a file and preferred, so that what
went out with it (the issuer of tokens, links in mails) still holds after the next start.
"""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Transport = Literal["tcp", "udp"]
LOOPBACK = "127.0.0.1"
_HIGHEST = 65535


def is_free(port: int, transport: Transport = "tcp") -> bool:
    """Tell whether a process could listen on this port of the loopback address and of all addresses."""
    return _can_bind(LOOPBACK, port, transport) and _can_bind("0.0.0.0", port, transport)  # noqa: S104 - a probe, closed at once


def _can_bind(host: str, port: int, transport: Transport) -> bool:
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if transport == "tcp":  # connections of the previous run that linger in TIME_WAIT do not take the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int, transport: Transport = "tcp") -> list[int]:
    """Return different free ports, all held open until the last is found."""
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    probes = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def choose_ports(usual: Mapping[str, tuple[int, Transport]], remembered: Mapping[str, int]) -> dict[str, int]:
    """Return for each name the remembered port when it is free, else its usual one, else any."""
    chosen: dict[str, int] = {}
    for name, (port, transport) in usual.items():
        wanted = remembered.get(name, port)
        if not _can_have(wanted, transport, chosen):
            wanted = port
        while not _can_have(wanted, transport, chosen):
            (wanted,) = free_ports(1, transport)
        chosen[name] = wanted
    return chosen


def _can_have(port: int, transport: Transport, chosen: Mapping[str, int]) -> bool:
    return port not in chosen.values() and is_free(port, transport)


def remember_ports(path: Path, chosen: Mapping[str, int]) -> None:
    """Replace the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(dict(chosen), indent=2) + "\n", encoding="utf-8")
    unfinished.rename(path)


def remembered_ports(path: Path) -> dict[str, int]:
    """Return the last choice; nothing when there was none or the file is not one of ours."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    ports = found.items() if isinstance(found, dict) else ()
    return {name: port for name, port in ports if isinstance(port, int) and 0 < port <= _HIGHEST}
