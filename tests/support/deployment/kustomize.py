"""`kustomize build`: with the pinned library, or with the machine's own program where that does not run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from support.deployment.tools import K8S, Lacking, kustomize_library, machines_kustomize

Resource = dict[str, Any]
OVERLAYS = ("kind", "production")
_PROGRAM = Path(__file__).with_name("kustomize_program.py")


class BuildFailed(Exception):
    """Kustomize refuses a folder."""


def overlay(name: str) -> Path:
    return K8S / "overlays" / name


def build(*folders: Path) -> list[list[Resource]]:
    """Return the resources of each folder."""
    library = kustomize_library()
    if library is None:
        return [build_with_machines(folder) for folder in folders]
    built = _output([sys.executable, "-I", str(_PROGRAM), str(library), *map(str, folders)])
    return [json.loads(line)["resources"] for line in built.splitlines()]


def build_with_machines(folder: Path) -> list[Resource]:
    """Return the resources of a folder, by the program that is on this machine."""
    command = machines_kustomize()
    if not command:
        raise Lacking("neither does the pinned library run here nor is there a kustomize or kubectl on this machine")
    built = _output([*command, str(folder)])
    return [each for each in yaml.load_all(built, Loader=yaml.CSafeLoader) if each]


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(done.stderr.strip())
    return done.stdout
