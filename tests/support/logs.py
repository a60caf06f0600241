"""Logs of tests: readable, and quick where many failures are expected."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> Iterator[None]:
    """Print tracebacks without local variables: rendering those takes seconds where many failures are expected."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])
    yield
    structlog.reset_defaults()
