"""The overlays of deploy/k8s as Kustomize builds them, once per session, for all folders of tests."""

from functools import cache

import pytest

from support.deployment.kustomize import OVERLAYS, Resource, build, overlay
from support.deployment.tools import Lacking


@cache
def _built() -> dict[str, list[Resource]]:
    return dict(zip(OVERLAYS, build(*map(overlay, OVERLAYS)), strict=True))


@pytest.fixture(scope="session")
def built() -> dict[str, list[Resource]]:
    """The resources of each overlay, by its name."""
    try:
        return _built()
    except Lacking as lacking:
        pytest.skip(str(lacking))
