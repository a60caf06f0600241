"""The supervisor, with processes that really start, crash and are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import pytest
from koerier.control import NotUp
from koerier.servers.ports import remember_ports
from koerier.servers.running import ProcessIdentity
from koerier.supervisor.spec import Health

from .conftest import FakePlatform, MakePlatform


def _kill(process: ProcessIdentity | None) -> None:
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)


def _identities(platform: FakePlatform) -> list[ProcessIdentity]:
    return [process.identity for process in platform.status().processes if process.identity]


def test_processes_start_in_order_each_when_its_predecessors_are_ready(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform(
        [
            {"name": "last", "after": ["migrate"], "port": next(ports)},
            {"name": "slow", "port": next(ports), "arguments": ["--ready-after", "0.5"]},
            {"name": "migrate", "after": ["slow"], "oneShot": True},
        ]
    )
    status = platform.up()
    assert status.state == "running"
    order = [(event.process, event.event) for event in status.events]
    wanted = [("slow", "ready"), ("migrate", "started"), ("migrate", "exited"), ("last", "started"), ("last", "ready")]
    assert [step for step in order if step in wanted] == wanted
    assert {process.name: process.health for process in status.processes} == {
        "last": Health.READY,
        "slow": Health.READY,
        "migrate": Health.DONE,
    }


def test_killed_process_comes_back_and_the_others_stay(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform([{"name": "one", "port": next(ports)}, {"name": "two", "port": next(ports)}])
    before = {process.name: process.identity for process in platform.up().processes}
    _kill(before["one"])
    platform.wait_until(lambda: platform.came_back("one", before["one"]))
    one, two = platform.process("one"), platform.process("two")
    assert one.identity != before["one"]
    assert (one.health, one.restarts, two.identity, two.restarts) == (Health.READY, 1, before["two"], 0)
    assert platform.events("one") == ["started", "ready", "exited", "restarting", "started", "ready"]
    assert platform.events_of("one")[2].exit_code == -signal.SIGKILL


def test_process_that_keeps_dying_is_started_ever_more_slowly(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform([{"name": "frail", "port": next(ports), "arguments": ["--exit-after", "0.3"]}])
    platform.up()
    platform.wait_until(lambda: platform.process("frail").restarts >= 4)
    events = platform.events_of("frail")
    waits = [
        (datetime.fromisoformat(after.at) - datetime.fromisoformat(before.at)).total_seconds()
        for before, after in pairwise(events)
        if (before.event, after.event) == ("restarting", "started")
    ]
    assert waits[0] < waits[1] < waits[2]
    assert platform.status().state == "running"


def test_process_that_cannot_start_ends_the_start_with_the_end_of_its_output(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform(
        [
            {"name": "fine", "port": next(ports)},
            {"name": "broken", "oneShot": True, "arguments": ["--fail-until", "/dev/null", "--times", "99"]},
        ]
    )
    with pytest.raises(NotUp, match=r"(?s)broken exited with 1, 4 times.*failing, try 1"):
        platform.up()
    platform.wait_until(lambda: platform.status().state == "failed" and not _identities(platform))
    assert "broken exited with 1" in platform.status().failure
    assert platform.control.status() is None


def test_one_shot_that_fails_is_tried_again(make_platform: MakePlatform) -> None:
    platform = make_platform([])
    counter = platform.layout.local / "counter"
    platform = make_platform(
        [{"name": "migrate", "oneShot": True, "arguments": ["--fail-until", str(counter), "--times", "2"]}]
    )
    assert platform.up().process("migrate").restarts == 2


def test_down_stops_dependents_first_and_leaves_nothing(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform(
        [
            {"name": "database", "port": next(ports)},
            {"name": "service", "after": ["database"], "port": next(ports)},
            {"name": "gateway", "after": ["service"], "port": next(ports)},
        ]
    )
    platform.up()
    running = _identities(platform)
    assert platform.control.down()
    assert not any(identity.is_running() for identity in running)
    exits = [event.process for event in platform.status().events if event.event == "exited"]
    assert exits == ["gateway", "service", "database"]
    assert platform.status().state == "stopped"
    assert platform.control.status() is None
    assert not platform.control.down()


def test_next_start_has_the_ports_of_the_last_one_until_a_reset(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform([{"name": "one", "port": next(ports)}])
    chosen = {name: next(ports) for name in ("gateway", "kafka")}
    remember_ports(platform.layout.ports_file, chosen)  # as a start does whose usual ports are taken
    first = platform.up()
    assert {name: first.ports[name] for name in chosen} == chosen
    assert first.base_url == f"https://localhost:{chosen['gateway']}"
    platform.control.down()
    second = platform.up()
    assert (second.ports, second.base_url) == (first.ports, first.base_url)
    platform.control.reset()
    assert not platform.layout.ports_file.exists()
    assert platform.up().ports["gateway"] != chosen["gateway"]


def test_process_that_ignores_the_polite_signal_is_killed(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform(
        [{"name": "deaf", "port": next(ports), "arguments": ["--ignore-sigterm"], "stopSeconds": 0.5}]
    )
    platform.up()
    (deaf,) = _identities(platform)
    platform.control.down()
    assert not deaf.is_running()
    assert platform.events_of("deaf")[-1].exit_code == -signal.SIGKILL


def test_second_supervisor_on_one_clone_is_refused(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform([{"name": "one", "port": next(ports)}])
    first = platform.up()
    second = subprocess.run(
        platform.control.command,
        env={**platform.environment(), "KOERIER_ROOT": str(platform.layout.root)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert "a supervisor already runs for this clone" in second.stderr
    assert platform.up().supervisor == first.supervisor
    assert platform.process("one").identity == first.process("one").identity


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children of their parent's death on Linux only")
def test_children_end_when_their_supervisor_is_killed(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform([{"name": "one", "port": next(ports)}, {"name": "two", "port": next(ports)}])
    running = [process.identity for process in platform.up().processes]
    _kill(platform.status().supervisor)
    platform.wait_until(lambda: not any(identity.is_running() for identity in running if identity), seconds=5)
    assert platform.control.status() is None


def test_left_over_of_a_killed_supervisor_is_ended_at_the_next_start(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform([{"name": "deaf", "port": next(ports), "arguments": ["--ignore-sigterm"]}])
    left = platform.up().process("deaf").identity
    _kill(platform.status().supervisor)
    time.sleep(0.5)
    assert left is not None
    assert left.is_running()
    successor = platform.up().process("deaf").identity
    assert not left.is_running()
    assert successor != left


def test_restart_gives_a_process_a_new_pid(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    platform = make_platform([{"name": "one", "port": next(ports)}, {"name": "job", "oneShot": True}])
    before = platform.up().process("one").identity
    assert platform.control.restart("one").identity not in {None, before}
    with pytest.raises(NotUp, match="there is no process three; there are one, job"):
        platform.control.restart("three")
    with pytest.raises(NotUp, match="nothing to restart"):
        platform.control.restart("job")


def test_foreground_prints_prefixed_lines_and_ctrl_c_stops_cleanly(
    make_platform: MakePlatform, ports: Iterator[int]
) -> None:
    platform = make_platform([{"name": "one", "port": next(ports), "arguments": ["--say", "good morning"]}])
    process = subprocess.Popen(
        [*platform.control.command, "--echo"],
        env={**platform.environment(), "KOERIER_ROOT": str(platform.layout.root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    platform.wait_until(lambda: platform.layout.status_file.exists() and platform.status().state == "running")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "one                  │ good morning\n" in output
    assert platform.log("one") == "good morning\n"
    assert platform.status().state == "stopped"


def test_status_names_pid_memory_and_port_of_what_runs(make_platform: MakePlatform, ports: Iterator[int]) -> None:
    port = next(ports)
    platform = make_platform([{"name": "one", "port": port}])
    one = platform.up().process("one")
    assert one.port == port
    assert one.identity is not None
    assert one.identity.is_running()
    assert one.identity.memory_bytes() > 1_000_000
