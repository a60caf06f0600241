"""The alert rules: each is proved by Prometheus' own tool to fire and to keep quiet, and leads to a runbook."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.observability import FOLDER, RULE_TESTS, RULES, alerts, tools

ROOT = FOLDER.parents[1]


def _run(*argv: str | Path) -> None:
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_accepts_the_rules() -> None:
    _run(tools().promtool, "check", "rules", *RULES)


def test_prometheus_accepts_its_configuration() -> None:
    _run(tools().promtool, "check", "config", "--syntax-only", FOLDER / "prometheus/prometheus.yml")


def test_alertmanager_accepts_its_configuration() -> None:
    _run(tools().amtool, "check-config", FOLDER / "alertmanager/alertmanager.yml")


def test_every_alert_fires_when_it_should_and_not_otherwise() -> None:
    _run(tools().promtool, "test", "rules", *RULE_TESTS)


def test_a_rule_that_is_wrong_is_caught_by_these_tests(tmp_path: Path) -> None:
    for path in RULES:
        text = path.read_text().replace("platform_outbox_oldest_seconds) > 60", "platform_outbox_oldest_seconds) > 600")
        (tmp_path / "rules" / path.name).parent.mkdir(exist_ok=True)
        (tmp_path / "rules" / path.name).write_text(text)
    planted = tmp_path / "tests" / "events.test.yml"
    planted.parent.mkdir()
    planted.write_text((FOLDER / "prometheus/tests/events.test.yml").read_text())

    with pytest.raises(AssertionError, match="KoerierOutboxOld"):
        _run(tools().promtool, "test", "rules", planted)


def test_every_alert_is_tested_both_ways() -> None:
    cases: dict[str, set[bool]] = {}
    for path in RULE_TESTS:
        for test in yaml.safe_load(path.read_text())["tests"]:
            for case in test["alert_rule_test"]:
                cases.setdefault(case["alertname"], set()).add(bool(case["exp_alerts"]))

    assert cases == {alert.name: {True, False} for alert in alerts()}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_every_alert_says_who_is_told_what_and_what_to_do(alert: Any) -> None:
    assert alert.labels["severity"] in {"page", "ticket"}
    assert alert.annotations["summary"]
    file, _, anchor = alert.annotations["runbook_url"].partition("#")

    assert anchor in _anchors(ROOT / file), f"{file} has no heading for #{anchor}"


def _anchors(path: Path) -> set[str]:
    """Return the anchors that a Markdown file's headings get."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
