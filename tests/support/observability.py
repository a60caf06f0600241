"""What lies in deploy/observability, read as a test wants it: the queries of panels and the rules of alerts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from koerier.paths import find_layout
from koerier.servers.monitoring import MonitoringTools, monitoring_tools
from koerier.servers.process import ServerFailed

FOLDER = find_layout().root / "deploy/observability"
DASHBOARDS = sorted((FOLDER / "grafana/dashboards").glob("*.json"))
RULES = sorted((FOLDER / "prometheus/rules").glob("*.yml"))
RULE_TESTS = sorted((FOLDER / "prometheus/tests").glob("*.yml"))
WINDOW = "2m"
_COMPARISON = re.compile(r"(?<![=!<>~])(==|!=|>=|<=|>|<)(?!~)(?=\s)")
_METRIC = re.compile(r"\b(ALERTS|up|[a-z][a-z0-9]*_[a-z0-9_]*[a-z0-9])\b(?!\s*\()")
_NO_METRIC = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)')


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """One target of one panel."""

    dashboard: str
    panel: str
    expr: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alerting rule."""

    name: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]

    @property
    def as_truth(self) -> str:
        """The expression with comparisons that answer 0 or 1 instead of leaving out what is well."""
        return _COMPARISON.sub(r"\1 bool", self.expr)


def panels_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the panels of a dashboard, those in rows too."""
    for panel in json.loads(path.read_text())["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def panel_queries() -> list[PanelQuery]:
    return [
        PanelQuery(dashboard=path.stem, panel=panel["title"], expr=target["expr"], legend=target["legendFormat"])
        for path in DASHBOARDS
        for panel in panels_of(path)
        for target in panel["targets"]
    ]


def alerts() -> list[Alert]:
    return [
        Alert(
            name=rule["alert"],
            expr=rule["expr"],
            labels=rule.get("labels", {}),
            annotations=rule.get("annotations", {}),
        )
        for path in RULES
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


def metrics_in(expr: str) -> set[str]:
    """Return the names of metrics that an expression reads."""
    return set(_METRIC.findall(_NO_METRIC.sub(" ", expr)))


def as_run(expr: str, *, window: str = WINDOW) -> str:
    """Return the expression as Grafana would send it."""
    return expr.replace("$__rate_interval", window)


@cache
def tools() -> MonitoringTools:
    """Return Prometheus' programs, or skip the test where they cannot be had."""
    try:
        return monitoring_tools(find_layout().cache, lambda _: None)
    except ServerFailed as error:
        pytest.skip(f"no Prometheus here: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusClient:
    """Asks a Prometheus."""

    url: str

    def query(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """Return the series that the expression has now; raises with Prometheus' own words."""
        answer = httpx2.get(f"{self.url}/api/v1/query", params={"query": expr}, timeout=20).json()
        assert answer["status"] == "success", f"{expr}: {answer.get('error')}"
        return [(series["metric"], float(series["value"][1])) for series in answer["data"]["result"]]

    def get(self, path: str) -> Any:
        return httpx2.get(f"{self.url}/api/v1/{path}", timeout=20).json()["data"]
