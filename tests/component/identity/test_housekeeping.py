"""What has served its time is deleted; what has not stays."""

from datetime import timedelta

from support.identity import Identity, new_domain


async def _counts(identity: Identity) -> dict[str, int]:
    tables = ("links", "sessions", "refresh_tokens", "throttles", "users", "connection_keys")
    return {table: await identity.pool.fetchval(f"select count(*) from {table}") for table in tables}  # noqa: S608


async def test_links_sessions_and_counters_go_a_month_after_their_end(identity: Identity) -> None:
    await identity.join(f"jan@{new_domain()}")
    await identity.application.keep_house()
    before = await _counts(identity)
    assert before["links"] == before["sessions"] == before["refresh_tokens"] == 1
    identity.clock.shift = timedelta(days=200)
    await identity.pool.execute("update throttles set ends_at = now() - interval '1 second'")
    await identity.application.keep_house()
    after = await _counts(identity)
    assert after == {**before, "links": 0, "sessions": 0, "refresh_tokens": 0, "throttles": 0}
