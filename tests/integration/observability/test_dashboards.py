"""The committed dashboards: made by the code, complete for whoever looks at them, and about metrics that exist."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dashboards.files import FOLDER as GENERATED
from dashboards.files import generated
from prometheus_client import REGISTRY
from shared.settings import KafkaSettings
from support.observability import DASHBOARDS, FOLDER, alerts, metrics_in, panel_queries, panels_of

SERVICES = ("identity", "organizations", "documents", "billing")
RUNBOOKS = FOLDER.parents[1] / "docs/runbooks"
FROM_OUTSIDE = ("ALERTS", "up", "caddy_", "node_", "process_")
"""What Prometheus itself, the gateway, the node exporter and the client library export: judged by the live test."""


def test_the_committed_files_are_what_the_code_makes() -> None:
    wanted = dict(generated())

    assert {path: path.read_text() for path in GENERATED.glob("*.json")} == wanted


def test_there_is_a_dashboard_for_the_platform_its_flows_and_each_service() -> None:
    uids = {path.stem for path in DASHBOARDS}

    assert uids == {f"koerier-{name}" for name in ("overview", "kafka", "webhooks", "billing")} | {
        f"koerier-{service}-service" for service in SERVICES
    }


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_tells_what_it_shows_in_what_unit_and_what_to_do(path: Path) -> None:
    dashboard: dict[str, Any] = json.loads(path.read_text())
    assert dashboard["uid"] == path.stem
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    (variable,) = dashboard["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    for panel in panels_of(path):
        assert len(panel["description"]) > 20, panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert target["legendFormat"], panel["title"]
            assert target["datasource"]["uid"] == "${datasource}", panel["title"]


def test_every_runbook_that_a_panel_names_exists() -> None:
    named = {
        name
        for path in DASHBOARDS
        for panel in panels_of(path)
        for name in re.findall(r"[a-z-]+\.md", panel["description"])
        if not (FOLDER.parents[1] / "docs" / name).exists()
    }

    assert named
    assert {name for name in named if not (RUNBOOKS / name).exists()} == set()


def test_every_metric_that_a_panel_or_an_alert_reads_is_exported_by_a_service() -> None:
    for service in SERVICES:
        importlib.import_module(f"{service}.bootstrap")
    nowhere = KafkaSettings(bootstrap_servers="nowhere:9092")
    importlib.import_module("shared.messaging.kafka").create_broker(nowhere, service="any")
    exported = {name for family in REGISTRY.collect() for name in _names(family)}
    read = {name for item in (*panel_queries(), *alerts()) for name in metrics_in(item.expr)}

    assert {name for name in read if not name.startswith(FROM_OUTSIDE)} - exported == set()


def _names(family: Any) -> set[str]:
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
    return {family.name + ending for ending in endings}


def test_grafana_finds_the_dashboards_and_prometheus() -> None:
    provisioning = FOLDER / "grafana/provisioning"
    (provider,) = yaml.safe_load((provisioning / "dashboards/koerier.yml").read_text())["providers"]
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]

    assert provider["options"]["path"] == "/etc/koerier/dashboards"
    assert (source["type"], source["access"], source["isDefault"]) == ("prometheus", "proxy", True)
