"""Lets aiokafka notice a connection that broke, also on uvloop.

Where writing fails aiokafka expects an OSError. Of a transport that was closed meanwhile uvloop tells by a RuntimeError
(aio-libs/aiokafka#1038), which ends the task that keeps the cluster's metadata. What waits for metadata then waits for
ever, without a word: a consumer that has to look for its coordinator neither commits nor reads any more.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError

_WRITING = ("send", "_send_sasl_token")


def notice_broken_connections() -> None:
    """Make aiokafka's connections raise `KafkaConnectionError` where they cannot write; once is enough."""
    for name in _WRITING:
        method = getattr(AIOKafkaConnection, name)
        if not hasattr(method, "__wrapped__"):
            setattr(AIOKafkaConnection, name, _noticing(method))


def _noticing(write: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(write)
    def write_or_tell(self: AIOKafkaConnection, *arguments: Any, **names: Any) -> Any:
        try:
            return write(self, *arguments, **names)
        except KafkaError:  # one of these is a RuntimeError too
            raise
        except RuntimeError as error:
            self.close(reason=CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {error}") from error

    return write_or_tell
