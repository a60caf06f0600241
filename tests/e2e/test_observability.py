"""A real Prometheus watches the real platform at work: every panel shows something, every alert judges something."""

import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import httpx2
import pytest
from koerier.observing import observed, service_targets
from prometheus_client.parser import text_string_to_metric_families
from support.observability import PrometheusClient, alerts, as_run, metrics_in, panel_queries, tools

from .conftest import Clone

VALUES_PER_LABEL = 60
SERIES_PER_PROCESS = 6000
PERSONAL = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-|@|https?://|\d{6,}|0106|koe_ck|Donald|Katrien|Test [BN]V", re.IGNORECASE
)
"""Ids, addresses, numbers of companies, keys, and the names that the demo uses."""


@pytest.fixture(scope="module")
def prometheus(clone: Clone) -> Iterator[PrometheusClient]:
    """Yield a Prometheus that has seen the demo's path."""
    programs = tools()
    up = clone.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    with observed(programs, clone.layout, clone.status()["ports"], scrape_seconds=1) as observation:
        client = PrometheusClient(url=observation.prometheus.url)
        assert _eventually(lambda: _answering(client) == observation.processes + 2), client.query("up")
        played = clone.run("demo")
        assert played.returncode == 0, played.stdout[-3000:]
        time.sleep(3)  # the last figures are scraped
        yield client


def _answering(client: PrometheusClient) -> int:
    return sum(1 for _, value in client.query("up") if value)


def _eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def test_every_panel_shows_something(prometheus: PrometheusClient) -> None:
    silent = [
        f"{query.dashboard}, {query.panel}: {query.expr}"
        for query in panel_queries()
        if not any(math.isfinite(value) for _, value in prometheus.query(as_run(query.expr)))
    ]

    assert silent == []


def test_every_alert_judges_something(prometheus: PrometheusClient) -> None:
    blind = [alert.name for alert in alerts() if not prometheus.query(alert.as_truth)]

    assert blind == []


def test_prometheus_evaluates_every_alert_without_an_error(prometheus: PrometheusClient) -> None:
    rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]

    assert {rule["name"] for rule in rules} == {alert.name for alert in alerts()}
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []


def test_every_metric_that_is_read_is_exported(prometheus: PrometheusClient) -> None:
    known = set(prometheus.get("metadata"))
    read = {name for item in (*panel_queries(), *alerts()) for name in metrics_in(item.expr)} - {"ALERTS", "up"}

    assert {
        name for name in read if re.sub(r"_(bucket|count|sum)$", "", name) not in known and name not in known
    } == set()


@pytest.mark.usefixtures("prometheus")
def test_no_label_holds_an_id_an_address_or_a_name_and_none_has_many_values(clone: Clone) -> None:
    found, crowded, large = [], [], []
    for target in service_targets(clone.status()["ports"]):
        page = httpx2.get(f"http://{target['targets'][0]}/metrics").text
        values: dict[tuple[str, str], set[str]] = defaultdict(set)
        series = 0
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                series += 1
                for label, value in sample.labels.items():
                    if label != "le":  # the bound of a bucket: a number of ours
                        values[family.name, label].add(value)
        process = target["labels"]["process"]
        large += [(process, series)] if series > SERIES_PER_PROCESS else []
        crowded += [(process, where) for where, seen in values.items() if len(seen) > VALUES_PER_LABEL]
        found += [(process, where, value) for where, seen in values.items() for value in seen if PERSONAL.search(value)]

    assert (found, crowded, large) == ([], [], [])
