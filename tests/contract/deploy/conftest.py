"""What runs, as each of the files of deploy/ says it. Each is read or built once per session."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.deployment.cluster import cluster_processes
from support.deployment.compose import compose_processes, load_compose
from support.deployment.kustomize import Resource
from support.deployment.laptop import laptop_processes
from support.deployment.overlays import built
from support.deployment.process import Process

__all__ = ["built"]
Platform = Mapping[str, Process]


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    return load_compose()


@pytest.fixture(scope="session")
async def laptop(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return await laptop_processes(tmp_path_factory.mktemp("laptop"))


@pytest.fixture(scope="session")
def containers(compose: dict[str, Any]) -> Platform:
    return compose_processes(compose)


@pytest.fixture(scope="session")
def clusters(built: dict[str, list[Resource]]) -> dict[str, Platform]:
    return {name: cluster_processes(resources) for name, resources in built.items()}


@pytest.fixture(scope="session")
def platforms(laptop: Platform, containers: Platform, clusters: dict[str, Platform]) -> dict[str, Platform]:
    """Every place where the platform runs, by name."""
    return {"laptop": laptop, "compose": containers, **clusters}
