"""Scenario `tokens`: verify and authorize, as every request of the message bus does, and the queries that it takes.

Ours is the service's own verifier and access check, one request after the other, with tokens that were seen before. The
floor is the same query by the bare driver: rights are never remembered, so that a revoked key stops at once, and no
check can cost less than asking. Beside it: what the first sight of a token costs, its signature included.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from documents.adapters.postgres.access import PostgresRights, _queries
from documents.application.access import Patience, authorize
from documents.application.values import Caller
from documents.bootstrap import MIGRATIONS
from koerier.servers.databases import ServiceDatabase
from shared.database.pool import open_pool
from shared.http.security import TokenVerifier
from shared.settings import TokenSettings

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.documents_service import ISSUER, Company, introduce, published_keys
from bench.figures import per_second
from bench.report import BenchFailed, Options, Outcome, Table
from bench.servers import pool_settings, run_as_service, running_servers

_REQUESTS, _QUICK_REQUESTS = 5_000, 500
_COMPANIES = 200
QUERIES = 1


def run(options: Options) -> Outcome:
    with running_servers() as servers:
        database = servers.database("documents", MIGRATIONS)
        comparison, queries, first_us = run_as_service(_measure(options, database))
    met = "met" if queries == QUERIES else "MISSED"
    extra = Table(
        title="Tokens, per request",
        head=("what", "measured", "target"),
        rows=[
            ["queries to verify and authorize", f"{queries:g}", f"{QUERIES}: {met}"],
            ["a token's first sight, signature included", f"{first_us:.0f} us of processor time", "-"],
        ],
    )
    notes = [f"{_COMPANIES} keys in turn, one request after the other", *quick_note(options)]
    figures = {**comparison_figures([comparison]), "queries_per_request": queries, "first_sight_us": first_us}
    return Outcome(
        tables=[comparison_table("Tokens, verify and authorize", [comparison]), extra], notes=notes, figures=figures
    )


async def _measure(options: Options, database: ServiceDatabase) -> tuple[Comparison, float, float]:
    companies = [Company(party=f"0106:{10_000_000 + number}") for number in range(_COMPANIES)]
    verifier = TokenVerifier(TokenSettings(issuer=ISSUER), fetch=published_keys)
    await verifier.refresh()
    count = _QUICK_REQUESTS if options.quick else _REQUESTS
    async with open_pool(pool_settings(database, connections=4), application_name="bench tokens") as pool:
        for company in companies:
            await introduce(pool, company, receiving=False)
        callers = [(company, company.token()) for company in companies]
        started = time.process_time()
        for _, token in callers:
            verifier.verify(token)
        first_us = (time.process_time() - started) / len(callers) * 1e6
        rights = PostgresRights(pool)
        queries = await _queries_of(pool, lambda: _request(verifier, rights, *callers[0]))
        comparison = Comparison(name="requests authorized", unit="requests/s")
        await comparison.measure(
            options,
            floor=partial(_floor, pool, companies, count),
            ours=partial(_ours, verifier, rights, callers, count),
        )
    return comparison, queries, first_us


async def _request(verifier: TokenVerifier, rights: PostgresRights, company: Company, token: str) -> None:
    principal = verifier.verify(token)
    principal.require("ap")
    caller = Caller(subject=principal.subject, environment=principal.environment, key=principal.connection_key)
    grant = await authorize(caller, company.party, rights=rights, patience=Patience())
    if grant.organization_id != company.organization:
        raise BenchFailed("somebody was let in for another company")


async def _ours(
    verifier: TokenVerifier, rights: PostgresRights, callers: Sequence[tuple[Company, str]], count: int
) -> float:
    started = time.perf_counter()
    for number in range(count):
        await _request(verifier, rights, *callers[number % len(callers)])
    return per_second(count, time.perf_counter() - started)


async def _floor(pool: Any, companies: Sequence[Company], count: int) -> float:
    statement = _queries.find_standing.sql
    async with pool.acquire() as connection:
        started = time.perf_counter()
        for number in range(count):
            company = companies[number % len(companies)]
            await connection.fetchrow(statement, company.administrator, company.key, company.party, company.environment)
        return per_second(count, time.perf_counter() - started)


async def _queries_of(pool: Any, act: Any) -> float:
    """Count the statements that reach PostgreSQL, on any connection of the pool."""
    seen: list[str] = []

    def note(query: Any) -> None:
        seen.append(query.query)

    await _on_all(pool, lambda connection: connection.add_query_logger(note))
    await act()
    await _on_all(pool, lambda connection: connection.remove_query_logger(note))
    return float(len(seen))


async def _on_all(pool: Any, act: Callable[[Any], None]) -> None:
    connections = [await pool.acquire() for _ in range(pool.get_max_size())]
    for connection in connections:
        act(connection)
    for connection in connections:
        await pool.release(connection)
