"""Who may talk to whom in a cluster is what docs/architecture.md says, and enough for what the settings name."""

import ipaddress
import re

import pytest
from support.deployment.cluster import cluster_processes, of_kind
from support.deployment.kustomize import OVERLAYS, Resource
from support.deployment.network import NAMESPACE, Pod, allows, edges, pods_of, public_blocks, selects
from support.deployment.process import LONG_RUNNING, MIGRATIONS, SERVICES

APIS = [f"{service}-api" for service in SERVICES]
WORKERS = [f"{service}-worker" for service in SERVICES]
EVENTS_ONLY = {
    *(("gateway", api, 8080) for api in APIS),
    *((api, "identity-api", 8080) for api in APIS if api != "identity-api"),
    *((each, "postgres", 5432) for each in (*LONG_RUNNING, *MIGRATIONS, "identity-rotate-keys")),
    *((each, "kafka", 9093) for each in (*WORKERS, *MIGRATIONS)),
}
"""Services talk by events only: no api reaches another one but for identity's public keys."""
SANDBOX = {
    *((each, "sandbox", port) for each in LONG_RUNNING for port in (8190, 8125, 8153)),
    ("sandbox", "documents-api", 8080),  # what Peppol delivers
    ("sandbox", "billing-api", 8080),  # the payment provider's webhook
}
OPERATORS_OWN = {("postgres", "kafka", 9093)}
"""Not ours to close: Kafka lets in whom its listener names, see the next test."""
ADDRESS = re.compile(r"(?:^|//|@)([a-z0-9.-]+):(\d+)")
PODS_BEHIND = {
    "postgres-rw": "postgres",
    "kafka-kafka-bootstrap": "kafka",
    "sandbox.localhost": "sandbox",
    "10.96.83.53": "sandbox",
}
OUTSIDE = {"otel-collector.monitoring", "localhost"}
MONITORING = Pod(labels={"app": "prometheus"}, namespace={"kubernetes.io/metadata.name": "monitoring"})


@pytest.mark.parametrize(("place", "wanted"), [("production", EVENTS_ONLY), ("kind", EVENTS_ONLY | SANDBOX)])
def test_pods_reach_whom_they_must_and_nobody_else(
    built: dict[str, list[Resource]], place: str, wanted: set[tuple[str, str, int]]
) -> None:
    assert edges(built[place]) - OPERATORS_OWN == wanted


@pytest.mark.parametrize("place", OVERLAYS)
def test_kafkas_own_policy_lets_the_same_processes_in(built: dict[str, list[Resource]], place: str) -> None:
    (listener,) = of_kind(built[place], "Kafka")[0]["spec"]["kafka"]["listeners"]
    (peer,) = listener["networkPolicyPeers"]
    pods = pods_of(built[place])
    assert {name for name, pod in pods.items() if selects(peer["podSelector"], pod.labels)} == {*WORKERS, *MIGRATIONS}


@pytest.mark.parametrize("place", OVERLAYS)
def test_every_address_that_a_process_asks_can_be_reached_by_it(built: dict[str, list[Resource]], place: str) -> None:
    allowed = edges(built[place])
    ports = {
        each["metadata"]["name"]: {port["port"] for port in each["spec"]["ports"]}
        for each in of_kind(built[place], "Service")
    }
    asked = {
        (name, host, int(port))
        for name, process in cluster_processes(built[place]).items()
        for variable, value in process.environment.items()
        if _asks(name, variable)
        for host, port in ADDRESS.findall(value)
        if host not in OUTSIDE and PODS_BEHIND.get(host, host) != name
    }
    assert {host for _, host, _ in asked} >= {"postgres-rw", "kafka-kafka-bootstrap", "identity-api", "documents-api"}
    for name, host, port in asked:
        assert host in PODS_BEHIND or port in ports[host]
        assert (name, PODS_BEHIND.get(host, host), port) in allowed


def _asks(name: str, variable: str) -> bool:
    """Tell whether a process uses an address that all processes of its service are told."""
    if variable.endswith("_WEBHOOK_URL"):
        return False  # it is told to the payment provider
    if name.endswith("-migrate"):
        return "_POSTGRES__" in variable or "_KAFKA__" in variable
    if name.endswith("-worker"):
        return "_JWKS_" not in variable  # nobody shows it a token
    return "_KAFKA__" not in variable  # an api publishes by the outbox


@pytest.mark.parametrize("place", OVERLAYS)
def test_nothing_but_named_addresses_of_the_world_is_reached_outside(
    built: dict[str, list[Resource]], place: str
) -> None:
    blocks = list(public_blocks(built[place]))
    assert {name.partition("-")[0] for name, _ in blocks} == set(SERVICES)
    for name, block in blocks:
        cidr = ipaddress.ip_network(block["cidr"])
        left_out = [ipaddress.ip_network(each) for each in block.get("except", ())]
        for private in (
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "127.0.0.1",
            "100.100.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
        ):
            address = ipaddress.ip_address(private)
            inside = address.version == cidr.version and address in cidr
            assert not inside or any(address in each for each in left_out), (name, private)


def test_prometheus_reads_every_process_and_nobody_else_may(built: dict[str, list[Resource]]) -> None:
    policies, pods = of_kind(built["production"], "NetworkPolicy"), pods_of(built["production"])
    for name in LONG_RUNNING:
        assert allows(policies, MONITORING, pods[name], 8080)
    assert allows(policies, MONITORING, pods["gateway"], 8444)
    stranger = Pod(labels={}, namespace={"kubernetes.io/metadata.name": "default"})
    neighbour = Pod(labels={}, namespace=NAMESPACE)
    for name in (*LONG_RUNNING, "gateway", "postgres"):
        for port in pods[name].ports.values():
            assert not allows(policies, stranger, pods[name], port)
            assert not allows(policies, neighbour, pods[name], port)


def test_world_comes_in_by_the_ingress_and_peppol_by_its_own_door(built: dict[str, list[Resource]]) -> None:
    policies, pods = of_kind(built["production"], "NetworkPolicy"), pods_of(built["production"])
    ingress = Pod(labels={}, namespace={"kubernetes.io/metadata.name": "ingress"})
    access_point = Pod(labels={}, namespace={"kubernetes.io/metadata.name": "access-point"})
    let_in = {
        (who, name, port)
        for who, pod in (("ingress", ingress), ("access point", access_point))
        for name, target in pods.items()
        for port in target.ports.values()
        if name != "kafka" and allows(policies, pod, target, port)
    }
    assert let_in == {("ingress", "gateway", 8443), ("access point", "documents-api", 8080)}
