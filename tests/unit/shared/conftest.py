"""Fixtures of the kit's unit tests."""

from support.logs import plain_logs

__all__ = ["plain_logs"]
