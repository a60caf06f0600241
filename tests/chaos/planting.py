"""Ways to plant a fault in a piece of evidence: a row that is lost, doubled or changed; other orders, other answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from chaos.evidence import Evidence, Read, Record, Row
from chaos.small_world import BUYER

Plant = Callable[[Evidence], Any]


def rows(evidence: Evidence, table: str, **values: Any) -> list[Row]:
    return [row for row in evidence.rows[table] if all(row[name] == value for name, value in values.items())]


def drop(table: str, **values: Any) -> Plant:
    def plant(evidence: Evidence) -> None:
        (row,) = rows(evidence, table, **values)
        evidence.rows[table].remove(row)

    return plant


def change(table: str, changes: Row, **values: Any) -> Plant:
    def plant(evidence: Evidence) -> None:
        (row,) = rows(evidence, table, **values)
        row.update(changes)

    return plant


def again(table: str, changes: Row, **values: Any) -> Plant:
    def plant(evidence: Evidence) -> None:
        (row,) = rows(evidence, table, **values)
        evidence.rows[table].append(row | changes)

    return plant


def topic(topic: str, change: Callable[[list[Record]], list[Record]]) -> Plant:
    def plant(evidence: Evidence) -> None:
        evidence.topics[topic] = change(evidence.topics[topic])

    return plant


def swapped(records: list[Record]) -> list[Record]:
    """Let the first two events of an aggregate arrive the other way round."""
    first, second, *rest = records
    return [replace(second, offset=0), replace(first, offset=1), *rest]


def read(path: str, body: Any, *, reader: str = "buyer", environment: UUID = BUYER) -> Plant:
    read = Read(reader=reader, environment=environment, path=path, status=200, body=body)
    return lambda evidence: evidence.reads.append(read)


def asked(kind: str, **changes: Any) -> Plant:
    """Change the first exchange of a kind."""

    def plant(evidence: Evidence) -> None:
        position = next(n for n, exchange in enumerate(evidence.history) if exchange.kind == kind)
        evidence.history[position] = replace(evidence.history[position], **changes)

    return plant


def also_asked(like: str, **changes: Any) -> Plant:
    def plant(evidence: Evidence) -> None:
        exchange = next(exchange for exchange in evidence.history if exchange.kind == like)
        evidence.history.append(replace(exchange, **changes))

    return plant
