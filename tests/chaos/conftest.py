"""One platform under test for the chaos tests of a module, with its cast ready; gone when the last of them is done."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chaos.opening import clear, make_root, opened
from chaos.rounds import Known
from chaos.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and "opening" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
async def opening() -> AsyncIterator[tuple[World, Known]]:
    root = make_root()
    try:
        async with opened(root, seed="short", with_small_disk=False) as made:
            yield made
    finally:
        clear(root)
