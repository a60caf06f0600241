"""docker-compose.yml against what runs without Docker, and against the containers that tests start."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from koerier.environment import PORTS, Environment
from koerier.paths import Layout, find_layout
from koerier.secrets_file import load_secrets
from koerier.servers.databases import SERVICES
from support.containers import ContainerDefinition, container, kafka_definition, postgres_definition

ROOT = find_layout().root
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return the file with its variables replaced by their defaults."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (ROOT / "docker-compose.yml").read_text())
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


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


def test_every_service_migrates_once_before_its_api_and_worker(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in SERVICES:
        migrate, api, worker = (services[f"{service}-{role}"] for role in ("migrate", "api", "worker"))
        assert migrate["restart"] == "no"
        assert migrate["build"]["args"] == {"SERVICE": service}
        assert migrate["image"] == api["image"] == worker["image"]
        assert set(migrate["depends_on"]) == {"postgres", "kafka"}
        for process, command in ((migrate, "migrate"), (api, "api"), (worker, "worker")):
            assert process["command"] == [command]
        for process in (api, worker):
            assert {f"{other}-migrate" for other in SERVICES} <= set(process["depends_on"])


def test_everything_that_stays_has_a_health_check_and_time_to_stop(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["stop_grace_period"] == "30s", name
        assert (service["healthcheck"] == {"disable": True}) == name.endswith("-migrate"), name


def test_ports_of_compose_are_open_on_this_machine_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


@pytest.mark.parametrize("owner", ["sandbox", *SERVICES])
def test_containers_are_told_what_processes_on_a_laptop_are_told(
    compose: dict[str, Any], owner: str, tmp_path: Path
) -> None:
    laptop = Environment(
        layout=Layout(root=tmp_path),
        ports={name: port for name, (port, _) in PORTS.items()},
        secrets=load_secrets(tmp_path / "secrets.json"),
    )
    prefix = f"{owner.upper()}_"
    wanted = laptop.of_sandbox() if owner == "sandbox" else laptop.of_service(owner)
    names = {name for name in wanted if name.startswith(prefix)}
    container_name = owner if owner == "sandbox" else f"{owner}-migrate"
    told = {name for name in compose["services"][container_name]["environment"] if name.startswith(prefix)}
    by_image = {"DOCUMENTS_RULES__DIRECTORY"}
    defaulted = {f"{prefix}KAFKA__INSTANCE", "SANDBOX_OUTGOING__CA_FILE"}  # webhooks there go to billing directly
    assert names - defaulted - by_image <= told
    assert told - names <= {"SANDBOX_HTTP__HOST", "SANDBOX_SMTP__HOST", "SANDBOX_DNS__HOST"}


def test_only_migrations_know_the_owners_password(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        knows = any("OWNER_DSN" in variable for variable in service["environment"])
        assert knows == name.endswith("-migrate"), name


def test_development_keys_can_encrypt(compose: dict[str, Any]) -> None:
    for name in ("identity-key", "documents-key"):
        assert Fernet(compose["x-secrets"][name]).encrypt(b"x")


def test_gateway_of_compose_sends_to_processes_that_are_there(compose: dict[str, Any]) -> None:
    environment = compose["services"]["gateway"]["environment"]
    caddyfile = (ROOT / "deploy" / "gateway" / "Caddyfile").read_text()
    assert compose["services"]["gateway"]["image"] == "caddy:2.11"
    for service in SERVICES:
        assert environment[f"GATEWAY_{service.upper()}_UPSTREAM"] == f"{service}-api:8080"
    assert all(f"{{${name}" in caddyfile for name in environment)


def test_image_holds_shared_and_its_own_service_only() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
    assert copied == ["pyproject.toml uv.lock", "shared/", "${FOLDER}/", "deploy/docker/healthcheck.py"]


def test_image_runs_as_an_ordinary_user_under_an_init() -> None:
    text = DOCKERFILE.read_text()
    assert re.search(r"^USER 65532$", text, re.MULTILINE)
    assert 'ENTRYPOINT ["tini", "--"' in text
    assert "HEALTHCHECK" in text
