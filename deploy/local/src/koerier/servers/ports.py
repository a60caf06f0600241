"""Free ports on the loopback address.

A port is free when it can be bound now; another program may still take it before its process does, which then shows as
a process that dies at start and is started again.
"""

import socket
from collections.abc import Mapping
from typing import Literal

Transport = Literal["tcp", "udp"]
LOOPBACK = "127.0.0.1"


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


def choose_ports(preferred: Mapping[str, tuple[int, Transport]]) -> dict[str, int]:
    """Return the preferred port of each name where it is free, else another one."""
    chosen: dict[str, int] = {}
    for name, (port, transport) in preferred.items():
        wanted = port
        while not is_free(wanted, transport) or wanted in chosen.values():
            (wanted,) = free_ports(1, transport)
        chosen[name] = wanted
    return chosen
