"""The command that brings and checks the rules, as set-up runs it."""

import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "documents.rules_command", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_the_rules_that_are_here_are_accepted(rule_files, command):
    result = run(command, "--directory", str(rule_files.root.parent))
    assert result.returncode == 0, result.stderr
    assert rule_files.root.name in result.stdout
    assert "/9:" not in result.stdout  # nothing was downloaded


def test_a_place_that_cannot_be_reached_is_a_clear_error(tmp_path, monkeypatch):
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    result = run("fetch", "--directory", str(tmp_path))
    assert result.returncode == 1
    assert "cannot download com.helger" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(Path(tmp_path).iterdir()) == []
