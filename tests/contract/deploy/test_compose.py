"""What docker-compose.yml and the images keep beside what test_one_platform.py compares."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from cryptography.fernet import Fernet
from support.deployment.compose import compose_processes
from support.deployment.process import SERVICES
from support.deployment.tools import LAYOUT

DOCKERFILE = LAYOUT.root / "deploy" / "docker" / "Dockerfile"


@pytest.mark.parametrize("service", SERVICES)
def test_image_of_a_service_is_built_once_and_run_thrice(compose: dict[str, Any], service: str) -> None:
    migrate, api, worker = (compose["services"][f"{service}-{role}"] for role in ("migrate", "api", "worker"))
    assert migrate["restart"] == "no"
    assert migrate["build"]["args"] == {"SERVICE": service}
    assert not {"build"} & (api.keys() | worker.keys())


def test_everything_that_stays_has_a_health_check_and_time_to_stop(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["stop_grace_period"] == "30s", name
        asks_nothing = name.endswith("-migrate") or name == "traces"  # whose image holds no program to ask with
        assert (service["healthcheck"] == {"disable": True}) == asks_nothing, name


def test_ports_are_open_on_this_machine_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_published_ports_are_those_of_a_laptop(compose: dict[str, Any]) -> None:
    published = {
        name: [int(port.split(":")[1]) for port in service["ports"]]
        for name, service in compose["services"].items()
        if "ports" in service and "profiles" not in service
    }
    assert published == {"gateway": [8443], "postgres": [8132], "sandbox": [8190]}


def test_development_keys_can_encrypt(compose: dict[str, Any]) -> None:
    for name in ("identity-key", "documents-key"):
        assert Fernet(compose["x-secrets"][name]).encrypt(b"x")


@pytest.mark.parametrize("service", SERVICES)
def test_gateway_sends_to_where_the_services_listen(compose: dict[str, Any], service: str) -> None:
    api = compose["services"][f"{service}-api"]["environment"]
    told = compose["services"]["gateway"]["environment"][f"GATEWAY_{service.upper()}_UPSTREAM"]
    assert told == f"{service}-api:{api[f'{service.upper()}_HTTP__PORT']}"


def test_prometheus_scrapes_every_process_where_it_shows_its_metrics(compose: dict[str, Any]) -> None:
    told = compose["services"]["gateway"]["environment"]
    ports = {name: process.ready[0] for name, process in compose_processes(compose).items() if process.ready}
    wanted = {
        f"{service}-{role}:{ports[f'{service}-{role}']}": (f"{service}-{role}", service, role)
        for service in SERVICES
        for role in ("api", "worker")
    }
    assert {name: tuple(labels.values()) for name, labels in _targets("services").items()} == wanted
    health = f"gateway:{urlsplit(told['GATEWAY_HEALTH_ADDRESS']).port}"
    assert told["GATEWAY_HEALTH_BIND"] == "0.0.0.0"  # noqa: S104 - the container's own network
    assert _targets("gateway").keys() == {health}
    for name in ("gateway", "host", "alertmanager"):
        for target in _targets(name):
            assert target.partition(":")[0] in compose["services"]


def test_prometheus_and_grafana_get_the_files_that_they_ask_for(compose: dict[str, Any]) -> None:
    observability = LAYOUT.root / "deploy" / "observability"
    asked = yaml.safe_load((observability / "prometheus" / "prometheus.yml").read_text())
    files = {
        file
        for scrape in (*asked["scrape_configs"], *asked["alerting"]["alertmanagers"])
        for discovery in scrape["file_sd_configs"]
        for file in discovery["files"]
    }
    given = {f"targets/{file.name}" for file in (LAYOUT.root / "deploy" / "docker" / "prometheus").iterdir()}
    assert files == given
    assert asked["rule_files"] == ["rules/*.yml"]
    datasource = (observability / "grafana" / "provisioning" / "datasources" / "prometheus.yml").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", datasource)) <= compose["services"]["grafana"]["environment"].keys()
    for name in ("prometheus", "alertmanager", "grafana"):
        for volume in compose["services"][name]["volumes"]:
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (LAYOUT.root / source).exists(), volume


def _targets(name: str) -> dict[str, dict[str, str]]:
    file = LAYOUT.root / "deploy" / "docker" / "prometheus" / f"{name}.json"
    return {target: each.get("labels", {}) for each in json.loads(file.read_text()) for target in each["targets"]}


def test_image_holds_shared_and_its_own_service_only() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
    assert copied == ["pyproject.toml uv.lock", "shared/", "${FOLDER}/", "deploy/docker/healthcheck.py"]


def test_image_runs_as_an_ordinary_user_under_an_init() -> None:
    text = DOCKERFILE.read_text()
    assert re.search(r"^USER 65532$", text, re.MULTILINE)
    assert 'ENTRYPOINT ["tini", "--"' in text
    assert "HEALTHCHECK" in text


def test_image_of_documents_brings_the_rules_and_says_where_they_are() -> None:
    text = DOCKERFILE.read_text()
    (told,) = re.findall(r"DOCUMENTS_RULES__DIRECTORY=(\S+)", text)
    assert f"documents.rules_command fetch --directory {told}" in text
