"""Ports that are taken, and those that are chosen instead."""

import socket
from collections.abc import Iterator

import pytest
from koerier.servers.ports import choose_ports, free_ports, is_free


@pytest.fixture(params=["tcp", "udp"])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    kind = socket.SOCK_STREAM if request.param == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if request.param == "tcp":
            holder.listen()
        yield holder.getsockname()[1], request.param


def test_usual_port_is_kept_when_it_is_free() -> None:
    (port,) = free_ports(1)
    assert choose_ports({"gateway": (port, "tcp")}) == {"gateway": port}


def test_taken_port_is_replaced_by_a_free_one(taken: tuple[int, str]) -> None:
    port, transport = taken
    assert not is_free(port, transport)  # type: ignore[arg-type]
    chosen = choose_ports({"gateway": (port, transport)})  # type: ignore[dict-item]
    assert chosen["gateway"] != port
    assert is_free(chosen["gateway"], transport)  # type: ignore[arg-type]


def test_two_names_never_get_the_same_port() -> None:
    (port,) = free_ports(1)
    chosen = choose_ports({"one": (port, "tcp"), "two": (port, "tcp"), "three": (port, "udp")})
    assert len(set(chosen.values())) == 3


def test_free_ports_are_different() -> None:
    assert len(set(free_ports(20))) == 20
