"""Ports that are taken, and those that are chosen instead."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from koerier.servers.ports import choose_ports, free_ports, is_free, remember_ports, remembered_ports


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
    assert choose_ports({"gateway": (port, "tcp")}, {}) == {"gateway": port}


def test_taken_port_is_replaced_by_a_free_one(taken: tuple[int, str]) -> None:
    port, transport = taken
    assert not is_free(port, transport)  # type: ignore[arg-type]
    chosen = choose_ports({"gateway": (port, transport)}, {})  # type: ignore[dict-item]
    assert chosen["gateway"] != port
    assert is_free(chosen["gateway"], transport)  # type: ignore[arg-type]


def test_two_names_never_get_the_same_port() -> None:
    (port,) = free_ports(1)
    chosen = choose_ports({"one": (port, "tcp"), "two": (port, "tcp"), "three": (port, "udp")}, {})
    assert len(set(chosen.values())) == 3


def test_remembered_port_comes_before_the_usual_one() -> None:
    usual, remembered = free_ports(2)
    assert choose_ports({"gateway": (usual, "tcp")}, {"gateway": remembered}) == {"gateway": remembered}


def test_usual_port_replaces_a_remembered_one_that_is_taken(taken: tuple[int, str]) -> None:
    port, transport = taken
    (usual,) = free_ports(1, transport)  # type: ignore[arg-type]
    assert choose_ports({"gateway": (usual, transport)}, {"gateway": port}) == {"gateway": usual}  # type: ignore[dict-item]


def test_remembered_port_of_one_name_is_not_given_to_another() -> None:
    usual, remembered = free_ports(2)
    chosen = choose_ports({"one": (usual, "tcp"), "two": (usual, "tcp")}, {"one": remembered, "two": remembered})
    assert chosen == {"one": remembered, "two": usual}


def test_choice_is_remembered_and_a_broken_file_remembers_nothing(tmp_path: Path) -> None:
    file = tmp_path / "local" / "ports.json"
    assert remembered_ports(file) == {}
    remember_ports(file, {"gateway": 8443})
    assert remembered_ports(file) == {"gateway": 8443}
    file.write_text('{"gateway": 70000, "kafka": "8192", "postgres": 8132}')
    assert remembered_ports(file) == {"postgres": 8132}
    for torn in ('{"gateway": 84', "[8443]", "8443", "\xff"):
        file.write_text(torn, encoding="latin-1")
        assert remembered_ports(file) == {}


def test_free_ports_are_different() -> None:
    assert len(set(free_ports(20))) == 20
