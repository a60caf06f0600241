"""What the property tests share: quick logs."""

from support.logs import plain_logs

__all__ = ["plain_logs"]
