"""roll-out.sh: what is applied in which order, and that it stops where something fails."""

import os
import subprocess
from pathlib import Path

import pytest
from support.deployment.kustomize import OVERLAYS, Resource
from support.deployment.process import MIGRATIONS
from support.deployment.tools import K8S

PHASE = "koerier.example/phase"
STAND_IN = """#!/bin/sh
echo "$*" >> "$NOTED"
case "$*" in *"$FAILING"*) exit 1 ;; esac
"""


def _roll_out(folder: Path, failing: str = "never") -> tuple[int, list[str]]:
    """Run the script with a kubectl that notes what it is asked for, and fails where it is told to."""
    kubectl = folder / "kubectl"
    kubectl.write_text(STAND_IN)
    kubectl.chmod(0o755)
    noted = folder / "noted"
    environment = {"PATH": f"{folder}:{os.defpath}", "NOTED": str(noted), "FAILING": failing}
    done = subprocess.run([str(K8S / "roll-out.sh"), "kind"], env=environment, capture_output=True, check=False)
    return done.returncode, noted.read_text().splitlines()


def test_migrations_of_all_services_end_before_any_process_starts(tmp_path: Path) -> None:
    code, asked = _roll_out(tmp_path)
    assert code == 0
    steps = [line.partition(" ")[0] for line in asked]
    assert steps == ["apply", "wait", "wait", "wait", "delete", "apply", "wait", "apply", "rollout", "rollout"]
    applied = [line for line in asked if line.startswith("apply")]
    assert [line.rpartition("--selector ")[2] for line in applied] == [
        f"!{PHASE}", f"{PHASE}=migration", f"{PHASE}=processes"
    ]  # fmt: skip
    assert "condition=Complete" in asked[6]
    assert {line.split()[-1] for line in asked[-2:]} == {"deployment", "statefulset"}


@pytest.mark.parametrize("failing", ["condition=Complete", "condition=Ready", "delete job"])
def test_what_fails_before_the_processes_leaves_them_as_they_were(tmp_path: Path, failing: str) -> None:
    code, asked = _roll_out(tmp_path, failing)
    assert code != 0
    assert not [line for line in asked if "phase=processes" in line]


@pytest.mark.parametrize("place", OVERLAYS)
def test_every_resource_belongs_to_the_phase_that_it_must_be_in(built: dict[str, list[Resource]], place: str) -> None:
    phases: dict[str, set[str]] = {}
    for each in built[place]:
        phases.setdefault(each["metadata"].get("labels", {}).get(PHASE, "before"), set()).add(each["kind"])
    assert phases.keys() == {"before", "migration", "processes"}
    assert phases["migration"] == {"Job"}
    assert {"Deployment", "StatefulSet", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"} <= phases[
        "processes"
    ]
    assert not phases["processes"] & phases["before"]
    # What pods ask for must be there when they start.
    assert {"ConfigMap", "ServiceAccount", "NetworkPolicy", "Namespace", "KafkaUser", "Database"} <= phases["before"]
    jobs = {each["metadata"]["name"] for each in built[place] if each["kind"] == "Job"}
    assert jobs == set(MIGRATIONS)
