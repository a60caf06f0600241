"""The platform under test as a process: the supervisor and table of `make up`, rewired through the fault proxy.

`python -m chaos.supervised` runs it for the clone that `KOERIER_ROOT` names, whose `.local/chaos.json` says where the
links are. Beside the usual processes there is a second worker of documents, so that two relays compete, consumer groups
have two members, and jobs have two hands.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx2
from koerier.environment import Environment
from koerier.paths import Layout, find_layout
from koerier.process_table import SAY_DETAIL, platform
from koerier.runner import supervise
from koerier.servers.kafka import KafkaServer
from koerier.servers.ports import LOOPBACK
from koerier.servers.process import Command
from koerier.supervisor.logs import no_echo
from koerier.supervisor.probes import blocking_probe, http_probe
from koerier.supervisor.spec import ProcessSpec

from chaos.links import Wiring

SECOND_WORKER = "documents-worker-2"
POSTGRES_SETTINGS = ("-c", "max_wal_size=192MB", "-c", "min_wal_size=64MB")
"""So that the data fits on the small disk that is filled up."""


def plan_file(layout: Layout) -> Path:
    return layout.local / "chaos.json"


def write_plan(layout: Layout, wiring: Wiring, second_worker_port: int) -> None:
    plan = {"links": wiring.links, "kafka_doors": wiring.kafka_doors, "second_worker": second_worker_port}
    plan_file(layout).write_text(json.dumps(plan))


def main() -> None:
    layout = find_layout()
    plan = json.loads(plan_file(layout).read_text())
    wiring = Wiring(links=plan["links"], kafka_doors=plan["kafka_doors"])

    def make(environment: Environment, client: httpx2.AsyncClient, say: SAY_DETAIL) -> Sequence[ProcessSpec]:
        usual = platform(environment, client, say, train=False)
        second = _second_worker(usual, client, plan["second_worker"])
        return [_rewired(spec, environment, wiring) for spec in (*usual, second)]

    sys.exit(0 if supervise(layout, no_echo, make) else 1)


def _rewired(spec: ProcessSpec, environment: Environment, wiring: Wiring) -> ProcessSpec:
    if spec.name == "kafka":
        return _kafka(environment, wiring)
    client = spec.name.partition("-")[0]

    def command() -> Command:
        usual = spec.command()
        if spec.name == "postgres":
            return replace(usual, argv=(*usual.argv, *POSTGRES_SETTINGS))
        return replace(usual, environment=wiring.rewire(client, usual.environment, environment.ports))

    return replace(spec, command=command)


def _kafka(environment: Environment, wiring: Wiring) -> ProcessSpec:
    node = KafkaServer(
        directory=environment.layout.data / "kafka",
        port=environment.ports["kafka"],
        controller_port=environment.ports["kafka-controller"],
        cache=environment.layout.cache,
        progress=lambda _text: None,
        doors=wiring.doors(),
    )
    return ProcessSpec(
        name="kafka",
        command=node.command,
        port=node.port,
        probe=blocking_probe(node.is_ready),
        prepare=node.prepare,
        after_stop=node.after_stop,
    )


def _second_worker(usual: Sequence[ProcessSpec], client: httpx2.AsyncClient, port: int) -> ProcessSpec:
    first = next(spec for spec in usual if spec.name == "documents-worker")

    def command() -> Command:
        started = first.command()
        own = {"DOCUMENTS_KAFKA__INSTANCE": "2", "DOCUMENTS_WORKER__PORT": str(port)}
        return replace(started, environment={**started.environment, **own})

    probe = http_probe(client, f"http://{LOOPBACK}:{port}/health/ready")
    return replace(first, name=SECOND_WORKER, command=command, port=port, probe=probe)


if __name__ == "__main__":
    main()
