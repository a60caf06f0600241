"""`koerier observe`: a Prometheus with the platform's rules, that scrapes what runs in this clone."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from koerier.paths import Layout
from koerier.servers.databases import SERVICES
from koerier.servers.monitoring import SCRAPE_SECONDS, MonitoringTools, NodeExporter, Prometheus, Targets
from koerier.servers.ports import LOOPBACK, Transport, choose_ports
from koerier.servers.throwaway import running

USUAL_PORTS: Mapping[str, tuple[int, Transport]] = {"prometheus": (9090, "tcp"), "node-exporter": (9100, "tcp")}
ROLES = ("api", "worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What runs."""

    prometheus: Prometheus
    processes: int


def service_targets(ports: Mapping[str, int]) -> Targets:
    """Return every process of every service."""
    return [
        _target(ports[f"{service}-{role}"], process=f"{service}-{role}", service=service, role=role)
        for service in SERVICES
        for role in ROLES
    ]


def all_targets(ports: Mapping[str, int], *, host_port: int) -> dict[str, Targets]:
    """Return the files of targets, by their names."""
    return {
        "services": service_targets(ports),
        "gateway": [_target(ports["gateway-health"], process="gateway", service="gateway", role="gateway")],
        "host": [_target(host_port, process="node-exporter", service="host", role="host")],
        "alertmanager": [],
    }


@contextmanager
def observed(
    tools: MonitoringTools, layout: Layout, ports: Mapping[str, int], *, scrape_seconds: int = SCRAPE_SECONDS
) -> Iterator[Observation]:
    """Run Prometheus and the node exporter until the block ends."""
    own = choose_ports(USUAL_PORTS, {})
    directory = layout.data / "prometheus"
    targets = all_targets(ports, host_port=own["node-exporter"])
    prometheus = Prometheus(
        tools=tools,
        root=layout.root,
        directory=directory,
        port=own["prometheus"],
        targets=targets,
        scrape_seconds=scrape_seconds,
    )
    prometheus.prepare()
    exporter = NodeExporter(tools=tools, port=own["node-exporter"])
    with ExitStack() as stack:
        stack.enter_context(running(exporter.command(), lambda: True, directory / "node-exporter.log"))
        stack.enter_context(running(prometheus.command(), prometheus.is_ready, directory / "prometheus.log"))
        yield Observation(prometheus=prometheus, processes=len(targets["services"]))


def _target(port: int, **labels: Any) -> dict[str, Any]:
    return {"targets": [f"{LOOPBACK}:{port}"], "labels": labels}
