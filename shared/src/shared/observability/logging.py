"""Structured logs: a JSON object a line (or colours on a terminal), with the trace id, never personal data or secrets.

Event names are snake_case; values are bound by name. What the standard library logs comes out in the same shape. Of a
foreign error only the first line is said: what follows quotes rows (PostgreSQL's DETAIL) and input (validation). On a
terminal, where a developer reads along, tracebacks are whole.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace

from shared.settings import LogSettings

_SECRET_WORDS = ("password", "secret", "token", "authorization", "api_key", "dsn")
_OF_MANY_LINES = frozenset({"event", "stack"})
"""Where only our own words and code stand."""

# Without the local variables of each frame: they hold personal data and secrets.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def _add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
    return event


def _hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if any(word in name.lower() for word in _SECRET_WORDS):
            event[name] = "***"
    return event


def _keep_first_lines(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name not in _OF_MANY_LINES:
            event[name] = _first_line(value)
    _shorten(event.get("exception"))
    return event


def _shorten(raised: Any) -> None:
    """Do it in an exception, those that it was raised from, and those of a group."""
    for each in raised if isinstance(raised, list) else ():
        each["exc_value"] = _first_line(each["exc_value"])
        each["exc_notes"] = [_first_line(note) for note in each["exc_notes"]]
        for group in each["exceptions"]:
            _shorten(group)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def configure_logging(settings: LogSettings, *, service: str) -> None:
    """Configure structlog and the standard library's loggers for this process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        _hide_secrets,
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if settings.format == "console"
        else structlog.processors.JSONRenderer(default=str)
    )
    exceptions: list[Any] = [] if settings.format == "console" else [_TRACEBACKS, _keep_first_lines]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level)
    for noisy in ("uvicorn.access", "aiokafka", "alembic", "httpx", "httpx2", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
