"""The process table and what its processes are told."""

import json
from importlib import import_module
from pathlib import Path

import httpx2
import pytest
from koerier.environment import PORTS, Environment
from koerier.paths import Layout
from koerier.process_table import platform
from koerier.secrets_file import load_secrets
from koerier.servers.databases import SERVICES
from koerier.supervisor.spec import ProcessSpec, check_table, stop_levels


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(
        layout=Layout(root=tmp_path),
        ports={name: port for name, (port, _) in PORTS.items()},
        secrets=load_secrets(tmp_path / "secrets.json"),
    )


@pytest.fixture
def table(environment: Environment) -> dict[str, ProcessSpec]:
    specs = platform(environment, httpx2.AsyncClient(), lambda _name, _detail: None)
    check_table(specs)
    return {spec.name: spec for spec in specs}


def test_every_service_runs_api_and_worker_after_all_migrations(table: dict[str, ProcessSpec]) -> None:
    migrations = {f"{service}-migrate" for service in SERVICES}
    for service in SERVICES:
        assert table[f"{service}-migrate"].one_shot
        assert set(table[f"{service}-migrate"].after) == {"postgres", "kafka"}
        for role in ("api", "worker"):
            assert migrations | {"sandbox"} <= set(table[f"{service}-{role}"].after)
            assert table[f"{service}-{role}"].command().argv[-2:] == (service, role)
    assert "rules" in table["documents-worker"].after


def test_services_stop_before_what_they_stand_on(table: dict[str, ProcessSpec]) -> None:
    levels = stop_levels(list(table.values()))
    place = {name: number for number, level in enumerate(levels) for name in level}
    assert place["billing-worker"] < place["billing-migrate"] < place["postgres"]
    assert place["identity-api"] < place["sandbox"] < place["gateway"]


def test_each_service_sees_only_its_own_database(environment: Environment) -> None:
    for service in SERVICES:
        variables = environment.of_service(service)
        own = {name: value for name, value in variables.items() if name.startswith(f"{service.upper()}_")}
        assert own[f"{service.upper()}_POSTGRES__DSN"].endswith(f"/{service}")
        secrets = environment.secrets
        foreign = {secrets[f"{other}_{role}"] for other in SERVICES if other != service for role in ("owner", "app")}
        assert not any(secret in value for secret in foreign for value in own.values())
        assert secrets["postgres_superuser"] not in json.dumps(own)


def test_both_sides_of_the_sandbox_know_the_same_secrets_and_addresses(environment: Environment) -> None:
    sandbox = environment.of_sandbox()
    organizations, billing = environment.of_service("organizations"), environment.of_service("billing")
    documents, identity = environment.of_service("documents"), environment.of_service("identity")
    assert organizations["ORGANIZATIONS_KVK__API_KEY"] == sandbox["SANDBOX_KVK__API_KEY"]
    assert organizations["ORGANIZATIONS_SMP__PASSWORD"] == sandbox["SANDBOX_PEPPOL__SMP_PASSWORD"]
    assert organizations["ORGANIZATIONS_SMP__USERNAME"] == sandbox["SANDBOX_PEPPOL__SMP_USERNAME"]
    assert billing["BILLING_MOLLIE__API_KEY"] == sandbox["SANDBOX_MOLLIE__API_KEY"]
    assert documents["DOCUMENTS_ACCESS_POINT__TOKEN"] == sandbox["SANDBOX_PEPPOL__AP_TOKEN"]
    assert documents["DOCUMENTS_ACCESS_POINT__INBOUND_TOKEN"] == sandbox["SANDBOX_PEPPOL__INBOUND_TOKEN"]
    assert documents["DOCUMENTS_SML__ZONE"] == sandbox["SANDBOX_PEPPOL__ZONE"]
    assert documents["DOCUMENTS_SML__NAMESERVER"].endswith(f":{sandbox['SANDBOX_DNS__PORT']}")
    assert identity["IDENTITY_SMTP__PORT"] == sandbox["SANDBOX_SMTP__PORT"]


@pytest.mark.parametrize("owner", ["sandbox", *SERVICES])
def test_every_variable_that_is_set_is_a_setting_that_its_process_has(environment: Environment, owner: str) -> None:
    variables = environment.of_sandbox() if owner == "sandbox" else environment.of_service(owner)
    fields = import_module(f"{owner}.settings").Settings.model_fields
    prefix = f"{owner.upper()}_"
    unknown = [name for name in variables if name.startswith(prefix) and not _is_field(fields, name, prefix)]
    assert unknown == []


def _is_field(fields: dict[str, object], name: str, prefix: str) -> bool:
    section, _, field = name.removeprefix(prefix).lower().partition("__")
    model = getattr(fields.get(section), "annotation", None)
    return field in getattr(model, "model_fields", {})


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ({"one": ("two",), "two": ("one",)}, "wait for each other"),
        ({"one": ("three",)}, "unknown ones: three"),
    ],
)
def test_table_that_cannot_work_is_refused(after: dict[str, tuple[str, ...]], message: str) -> None:
    specs = [
        ProcessSpec(name=name, command=lambda: pytest.fail("nothing is started"), after=needed)
        for name, needed in after.items()
    ]
    with pytest.raises(ValueError, match=message):
        check_table(specs)
