"""The laptop's process table, docker-compose.yml and the two overlays of deploy/k8s run the same platform.

Images, commands, settings, ports, probes, order and time to stop are compared; what may differ is named here, with why.
The containers of PostgreSQL, Kafka and the gateway are compared in test_servers.py.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from support.deployment.process import LONG_RUNNING, MIGRATIONS, SERVICES, Process

PLACES = ("laptop", "compose", "kind", "production")
CLUSTERS = ("kind", "production")
ALL = (*LONG_RUNNING, *MIGRATIONS)

# Settings that one place has and another has not, without their prefix.
OWNERS = {"POSTGRES__OWNER_DSN"}  # the migrations' only; on a laptop all commands of a service share one environment
OF_THE_IMAGE = {"RULES__DIRECTORY"}  # set in deploy/docker/Dockerfile
SHARED_GROUPS = {"KAFKA__INSTANCE"}  # where there is more than one worker, or a worker beside other versions of itself
OF_A_CLUSTER = {
    "POSTGRES__MAX_CONNECTIONS",
    "KAFKA__USERNAME",
    "KAFKA__PASSWORD",
    "KAFKA__CA_FILE",
    "KAFKA__REPLICATION_FACTOR",
}
OF_THE_SANDBOX = {
    "SML__ZONE",
    "SML__NAMESERVER",
    "HOOKS__ALLOW_PRIVATE_TARGETS",
    "MOLLIE__BASE_URL",
    "MOLLIE__WEBHOOK_URL",
}
OF_PRODUCTION = {"SMTP__TLS", "SMTP__USERNAME", "SMTP__PASSWORD", "ACCESS_POINT__CONTACT_URL"}
OF_TRACES = {"TELEMETRY__OTLP_ENDPOINT"}  # where something takes them
MAY_DIFFER = OWNERS | OF_THE_IMAGE | SHARED_GROUPS | OF_A_CLUSTER | OF_TRACES
# Settings whose values say where something is.
PLACES_OF_THINGS = {"POSTGRES__DSN", "POSTGRES__OWNER_DSN", "KAFKA__BOOTSTRAP_SERVERS", "SML__NAMESERVER"}


def _names(process: Process, service: str) -> set[str]:
    return {name.partition("_")[2] for name in process.settings(service)}


def _service(name: str) -> str:
    return name.rpartition("-")[0]


def _settings_class(service: str) -> Any:
    return import_module(f"{service}.settings").Settings


@pytest.mark.parametrize("name", ALL)
def test_every_place_runs_the_same_image_with_the_same_command(
    platforms: Mapping[str, Mapping[str, Process]], name: str
) -> None:
    service, _, role = name.rpartition("-")
    assert {(platforms[place][name].image, platforms[place][name].arguments) for place in PLACES} == {
        (f"koerier-{service}", (role,))
    }


def test_no_place_runs_a_process_that_the_others_lack(platforms: Mapping[str, Mapping[str, Process]]) -> None:
    ours = {
        place: {name for name, each in platforms[place].items() if each.image.startswith("koerier-")}
        for place in PLACES
    }
    assert ours == {place: {*ALL, "sandbox"} for place in PLACES} | {"production": set(ALL)}


@pytest.mark.parametrize("name", ALL)
def test_every_place_sets_the_same_settings(platforms: Mapping[str, Mapping[str, Process]], name: str) -> None:
    told = {place: _names(platforms[place][name], _service(name)) - MAY_DIFFER for place in PLACES}
    assert told["laptop"] == told["compose"] == told["kind"]
    assert told["kind"] - told["production"] <= OF_THE_SANDBOX
    assert told["production"] - told["kind"] <= OF_PRODUCTION


def test_every_setting_that_may_differ_is_set_somewhere(platforms: Mapping[str, Mapping[str, Process]]) -> None:
    told = {name for place in PLACES for each in ALL for name in _names(platforms[place][each], _service(each))}
    assert told >= MAY_DIFFER | OF_THE_SANDBOX | OF_PRODUCTION


@pytest.mark.parametrize("name", ALL)
def test_compose_and_a_cluster_to_try_out_give_the_same_values(
    platforms: Mapping[str, Mapping[str, Process]], name: str
) -> None:
    service = _service(name)
    differing = {f"{service.upper()}_{each}" for each in PLACES_OF_THINGS | MAY_DIFFER}
    in_compose, in_kind = (platforms[place][name].settings(service) for place in ("compose", "kind"))
    common = (in_compose.keys() & in_kind.keys()) - differing
    assert {each: in_kind[each] for each in common} == {each: in_compose[each] for each in common}
    assert len(common) > 8


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ALL)
def test_every_process_can_load_what_it_is_told(
    platforms: Mapping[str, Mapping[str, Process]], name: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = _service(name)
    settings = _settings_class(service)
    told = platforms[place][name].settings(service)
    for variable in [each for each in os.environ if each.startswith(f"{service.upper()}_")]:
        monkeypatch.delenv(variable)
    for variable, value in told.items():
        monkeypatch.setenv(variable, value)
    settings()  # all that is required is there, and of the right form
    unknown = [each for each in told if not _is_field(settings.model_fields, each.partition("_")[2])]
    assert unknown == []


def _is_field(fields: Mapping[str, Any], name: str) -> bool:
    section, _, field = name.lower().partition("__")
    if section not in fields:
        return False
    annotation = fields[section].annotation
    models = [
        each for each in (annotation, *get_args(annotation)) if isinstance(each, type) and issubclass(each, BaseModel)
    ]
    return not field if not models else any(field in each.model_fields for each in models)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ALL)
def test_only_migrations_are_told_the_owners_password(
    platforms: Mapping[str, Mapping[str, Process]], name: str, place: str
) -> None:
    knows = any("OWNER_" in each for each in platforms[place][name].environment)
    assert knows == (name in MIGRATIONS or place == "laptop")  # a laptop's commands share their environment


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", LONG_RUNNING)
def test_readiness_is_asked_where_the_process_listens(
    platforms: Mapping[str, Mapping[str, Process]], name: str, place: str
) -> None:
    service, _, role = name.rpartition("-")
    process = platforms[place][name]
    section = "HTTP" if role == "api" else "WORKER"
    port = int(process.environment[f"{service.upper()}_{section}__PORT"])
    assert process.ready == (port, "/health/ready")
    host = process.environment[f"{service.upper()}_{section}__HOST"]
    assert host == ("127.0.0.1" if place == "laptop" else "0.0.0.0")  # noqa: S104 - a container's own network


@pytest.mark.parametrize("place", PLACES)
def test_every_process_has_the_time_to_stop_that_the_supervisor_gives(
    platforms: Mapping[str, Mapping[str, Process]], place: str
) -> None:
    wanted = platforms["laptop"]["identity-api"].stop_seconds
    assert wanted > 20  # what a service gives its running work, one after the other
    assert [name for name in ALL if platforms[place][name].stop_seconds < wanted] == []


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_everything_waits_for_the_migrations_of_all_services(
    platforms: Mapping[str, Mapping[str, Process]], name: str
) -> None:
    for place in ("laptop", "compose"):  # in a cluster roll-out.sh sees to it: test_roll_out.py
        assert {*MIGRATIONS, "sandbox"} <= platforms[place][name].after
        for migration in MIGRATIONS:
            assert platforms[place][migration].after == {"postgres", "kafka"}


def test_sandbox_is_the_same_in_all_places_that_have_one(platforms: Mapping[str, Mapping[str, Process]]) -> None:
    told = {place: platforms[place]["sandbox"] for place in ("laptop", "compose", "kind")}
    hosts = {"HTTP__HOST", "SMTP__HOST", "DNS__HOST"}  # a laptop's default is the loopback address
    certificate = {"OUTGOING__CA_FILE"}  # elsewhere its calls go to the services directly
    assert {each.image for each in told.values()} == {"koerier-sandbox"}
    assert {each.arguments for each in told.values()} == {()}
    assert {each.ready for each in told.values()} == {(8190, "/health/ready")}
    assert _names(told["compose"], "sandbox") == _names(told["kind"], "sandbox")
    assert _names(told["laptop"], "sandbox") - certificate == _names(told["compose"], "sandbox") - hosts
    assert told["compose"].settings("sandbox") == told["kind"].settings("sandbox")


@pytest.mark.parametrize("place", ["laptop", "compose", "kind"])
def test_both_sides_of_the_sandbox_know_the_same_secrets(
    platforms: Mapping[str, Mapping[str, Process]], place: str
) -> None:
    sandbox = platforms[place]["sandbox"].environment
    told = {name: value for each in SERVICES for name, value in platforms[place][f"{each}-worker"].environment.items()}
    assert sandbox["SANDBOX_KVK__API_KEY"] == told["ORGANIZATIONS_KVK__API_KEY"]
    assert sandbox["SANDBOX_MOLLIE__API_KEY"] == told["BILLING_MOLLIE__API_KEY"]
    assert sandbox["SANDBOX_PEPPOL__AP_TOKEN"] == told["DOCUMENTS_ACCESS_POINT__TOKEN"]
    assert sandbox["SANDBOX_PEPPOL__INBOUND_TOKEN"] == told["DOCUMENTS_ACCESS_POINT__INBOUND_TOKEN"]
    assert sandbox["SANDBOX_PEPPOL__SMP_PASSWORD"] == told["ORGANIZATIONS_SMP__PASSWORD"]
    assert sandbox["SANDBOX_PEPPOL__ZONE"] == told["DOCUMENTS_SML__ZONE"]
