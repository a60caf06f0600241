"""deploy/k8s and docker-compose.yml by the schemas of those who read them, and by the rules that ours keep."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from identity.__main__ import cli as identity_command
from identity.settings import Settings as IdentitySettings
from support.deployment.cluster import named, of_kind, pod_of, secrets_of, variables_of
from support.deployment.kustomize import OVERLAYS, Resource, build_with_machines, overlay
from support.deployment.schemas import KUBERNETES, compose_problems, problems_of
from support.deployment.tools import K8S, Lacking, machines_kustomize

WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob")
OF_OPERATORS = {("postgres-ca", "ca.crt"), ("kafka-cluster-ca-cert", "ca.crt")}
"""Secrets that nobody makes by hand: the authorities of PostgreSQL and Kafka."""


@pytest.mark.parametrize(("place", "version"), [*zip(OVERLAYS, KUBERNETES, strict=True)])
def test_every_resource_is_what_its_schema_asks_for(built: dict[str, list[Resource]], place: str, version: str) -> None:
    try:
        wrong = {f"{each['kind']} {each['metadata']['name']}": problems_of(each, version) for each in built[place]}
    except Lacking as lacking:
        pytest.skip(str(lacking))
    assert {name: problems for name, problems in wrong.items() if problems} == {}


PLANTED: list[tuple[str, tuple[Any, ...], Any]] = [
    ("Deployment", ("spec", "template", "spec", "containers", 0, "livenesProbe"), {"httpGet": {"port": 8080}}),
    ("Deployment", ("spec", "template", "spec", "terminationGracePeriodSeconds"), "30s"),
    ("NetworkPolicy", ("spec", "podselector"), {}),
    ("HorizontalPodAutoscaler", ("spec", "maxReplicas"), "four"),
    ("KafkaTopic", ("spec", "partition"), 12),
    ("KafkaUser", ("spec", "authentication", "type"), "scram"),
    ("Kafka", ("spec", "kafka", "listeners", 0, "tls"), "yes"),
    ("KafkaNodePool", ("spec", "roles"), ["leader"]),
    ("Cluster", ("spec", "instance"), 3),
    ("Database", ("spec", "name"), "postgres"),
    ("PodMonitor", ("spec", "podMetricsEndpoints", 0, "interval"), 15),
]


@pytest.mark.parametrize(("kind", "path", "value"), PLANTED)
def test_planted_mistake_is_found(
    built: dict[str, list[Resource]], kind: str, path: tuple[Any, ...], value: object
) -> None:
    resource = copy.deepcopy(of_kind(built["production"], kind)[0])
    place: Any = resource
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems_of(resource, KUBERNETES[-1])


def test_pinned_kustomize_and_the_machines_say_the_same(built: dict[str, list[Resource]]) -> None:
    if not machines_kustomize():
        pytest.skip("this machine has neither kustomize nor kubectl")
    by_machine = build_with_machines(overlay("production"))
    assert sorted(map(str, by_machine)) == sorted(map(str, built["production"]))


def test_compose_file_is_what_its_specification_allows(compose: dict[str, Any]) -> None:
    assert compose_problems(compose) == []


@pytest.mark.parametrize(
    ("service", "name", "value"),
    [("postgres", "healthchek", {}), ("kafka", "ports", "8192"), ("gateway", "depends_on", {"sandbox": {}})],
)
def test_planted_mistake_in_compose_is_found(compose: dict[str, Any], service: str, name: str, value: object) -> None:
    planted = copy.deepcopy(compose)
    planted["services"][service][name] = value
    assert compose_problems(planted)


@pytest.mark.parametrize("place", OVERLAYS)
def test_containers_may_do_what_they_need_and_no_more(built: dict[str, list[Resource]], place: str) -> None:
    """The `restricted` Pod Security Standard, a root file system that nobody writes, no word to the cluster's API."""
    for workload in of_kind(built[place], *WORKLOADS):
        pod, name = pod_of(workload), workload["metadata"]["name"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["runAsUser"] == 65532, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["readOnlyRootFilesystem"], name
            added = ["NET_BIND_SERVICE"] if name == "gateway" else []
            assert (context["capabilities"]["drop"], context["capabilities"].get("add", [])) == (["ALL"], added), name
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert container["resources"]["limits"].keys() == {"memory"}, name


@pytest.mark.parametrize("place", OVERLAYS)
def test_whatever_runs_on_is_spread_probed_and_kept_in_number(built: dict[str, list[Resource]], place: str) -> None:
    budgets = {each["metadata"]["name"]: each["spec"] for each in of_kind(built[place], "PodDisruptionBudget")}
    for workload in of_kind(built[place], "Deployment", "StatefulSet"):
        name, template = workload["metadata"]["name"], workload["spec"]["template"]
        if name == "sandbox":
            continue
        labels = template["metadata"]["labels"]
        assert budgets[name]["selector"]["matchLabels"].items() <= labels.items()
        for spread in template["spec"]["topologySpreadConstraints"]:
            assert spread["labelSelector"]["matchLabels"].items() <= labels.items()
        (container,) = template["spec"]["containers"]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        # Whoever has no connection to what it needs is not ready; being started again would not help it.
        assert container["startupProbe"]["httpGet"]["path"] == "/health/live"


def _connections(resources: list[Resource]) -> int:
    """Add up the largest pools of all pods that can be there at once, with the one that a roll-out starts early."""
    largest = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]["maxReplicas"]
        for each in of_kind(resources, "HorizontalPodAutoscaler")
    }
    pools = {
        name.partition("_")[0].lower(): int(value)
        for each in of_kind(resources, "ConfigMap")
        for name, value in each["data"].items()
        if name.endswith("_POSTGRES__MAX_CONNECTIONS")
    }
    total = 0
    for workload in of_kind(resources, *WORKLOADS):
        name = workload["metadata"]["name"]
        service, _, role = name.partition("-")
        if service in pools:
            pods = largest.get(name, workload["spec"].get("replicas", 1)) + (role == "api")
            relay, migration = (role == "worker"), 2
            total += migration if role == "migrate" else pods * (pools[service] + relay)
    return total


@pytest.mark.parametrize("place", OVERLAYS)
def test_database_has_connections_for_all_pods_at_their_largest_number(
    built: dict[str, list[Resource]], place: str
) -> None:
    (cluster,) = of_kind(built[place], "Cluster")
    allowed = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    operators_own = 15  # the superuser's three, copies, and the operator's questions
    assert 100 < _connections(built[place]) <= allowed - operators_own


def test_readme_lists_the_secrets_that_production_needs(built: dict[str, list[Resource]]) -> None:
    needed = {
        secret
        for workload in of_kind(built["production"], *WORKLOADS)
        for container in (*pod_of(workload)["containers"], *pod_of(workload).get("initContainers", ()))
        for secret in secrets_of(container)
    }
    users = {each["metadata"]["name"] for each in of_kind(built["production"], "KafkaUser")}
    by_hand = {(name, key) for name, key in needed if name not in users}
    roles = {
        each["passwordSecret"]["name"]
        for each in of_kind(built["production"], "Cluster")[0]["spec"]["managed"]["roles"]
    }
    assert {name for name, _ in by_hand if name.endswith("-database")} == roles
    assert _listed(K8S / "README.md") == by_hand
    assert not of_kind(built["production"], "Secret")


def _listed(readme: Path) -> set[tuple[str, str]]:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", readme.read_text(encoding="utf-8"), re.MULTILINE)
    return {(name, key) for name, keys in rows for key in re.findall(r"`([a-z-]+)`", keys)}


def test_what_runs_by_the_clock_is_a_command_that_can_load_its_settings(
    built: dict[str, list[Resource]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (timed,) = of_kind(built["production"], "CronJob")
    (container,) = pod_of(timed)["containers"]
    assert container["image"] == pod_of(named(built["production"], "Job", "identity-migrate"))["containers"][0]["image"]
    assert set(container["args"]) <= {command.name for command in identity_command.registered_commands}
    for variable, value in variables_of(container, built["production"]).items():
        monkeypatch.setenv(variable, value)
    IdentitySettings()


@pytest.mark.parametrize("place", OVERLAYS)
def test_only_who_speaks_to_kafka_has_its_password(built: dict[str, list[Resource]], place: str) -> None:
    users = {each["metadata"]["name"] for each in of_kind(built[place], "KafkaUser")}
    for workload in of_kind(built[place], *WORKLOADS):
        service, _, role = workload["metadata"]["name"].rpartition("-")
        told = {name for container in pod_of(workload)["containers"] for name, _ in secrets_of(container)} & users
        assert told == ({service} if role in ("worker", "migrate") else set())


@pytest.mark.parametrize("place", OVERLAYS)
def test_volumes_show_an_authoritys_certificate_and_never_its_key(built: dict[str, list[Resource]], place: str) -> None:
    shown = {
        (volume["secret"]["secretName"], item["key"])
        for workload in of_kind(built[place], *WORKLOADS)
        for volume in pod_of(workload)["volumes"]
        if "secret" in volume
        for item in volume["secret"]["items"]
    }
    assert shown == OF_OPERATORS
