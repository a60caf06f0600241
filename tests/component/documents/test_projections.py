"""What documents keeps of other services' facts: only newer versions, nothing personal, also from unknown events."""

import pytest
from documents.entrypoints.kafka.consumers import build_consumers
from shared.contracts import topics
from shared.ids import new_id
from support.documents import World
from support.documents_facts import TYPES, account_fact, member_fact, new_company, organization_fact, user_fact
from support.events import record_of


async def test_an_older_version_changes_nothing(world: World) -> None:
    company = new_company()
    await world.learn(organization_fact(company, status="active", receiving=True), sequence=5)
    await world.learn(organization_fact(company, status="created"), sequence=4)
    assert await world.pool.fetchval("select status from organizations where id = $1", company.id) == "active"
    assert await world.pool.fetchval("select bool_and(receiving) from parties") is True


async def test_identifiers_are_kept_canonical_and_replaced_as_a_whole(world: World) -> None:
    company = new_company()
    await world.learn(organization_fact(company), sequence=1)
    parties = await world.pool.fetch("select party from parties order by party")
    assert [row["party"] for row in parties] == [company.party, f"9944:nl{company.number}0b01"]
    renamed = new_company()
    moved = organization_fact(renamed)
    await world.pool.execute("update organizations set id = id")
    record = record_of(moved.event, subject=renamed.id, environment=renamed.environment, sequence=2)
    consumer = next(c for c in build_consumers(world.application) if c.topic == topics.ORGANIZATIONS_ORGANIZATIONS)
    await consumer.apply([record])
    assert await world.pool.fetchval("select count(*) from parties where organization_id = $1", company.id) == 2


async def test_receiving_that_ends_ends_here(world: World) -> None:
    company = new_company()
    await world.learn(organization_fact(company, receiving=True), sequence=1)
    async with world.application.uow() as tx:
        found = await tx.parties.find_receiver(company.party, mode="live")
    assert found is not None
    assert found.receives(TYPES[0])
    await world.learn(organization_fact(company, receiving=False), sequence=2)
    async with world.application.uow() as tx:
        found = await tx.parties.find_receiver(company.party, mode="live")
    assert found is not None
    assert not found.receives(TYPES[0])


async def test_no_name_and_no_address_is_kept(world: World) -> None:
    user, environment = new_id(), new_id()
    await world.learn(user_fact(user, environment))
    columns = await world.pool.fetch(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    )
    assert not [row for row in columns if "name" in row["column_name"] and row["table_name"] == "users"]
    assert "Piet" not in str(dict(await world.pool.fetchrow("select * from users")))


async def test_the_state_of_an_event_that_nobody_here_knows_is_applied(world: World) -> None:
    environment = new_id()
    fact = account_fact(environment, depleted=False)
    record = record_of(
        fact.event,
        subject=environment,
        environment=environment,
        headers={"ce_type": b"billing.something-new.v1"},
    )
    consumer = next(c for c in build_consumers(world.application) if c.topic == topics.BILLING_ACCOUNTS)
    await consumer.apply([record])
    assert await world.pool.fetchval("select depleted from accounts where environment_id = $1", environment) is False


@pytest.mark.parametrize(
    ("headers", "value", "code"),
    [
        ({"ce_type": b"identity.user-changed.v9"}, None, "unknown_version"),
        ({}, b"{", "malformed_data"),
        ({}, b'{"state": {}}', "malformed_data"),
        ({"ce_sequence": None}, None, "missing_attribute"),
    ],
)
async def test_an_event_that_cannot_be_read_is_parked_and_the_next_one_applied(
    world: World, headers: dict[str, bytes | None], value: bytes | None, code: str
) -> None:
    bad, good = user_fact(new_id(), new_id()), user_fact(new_id(), new_id())
    consumer = next(c for c in build_consumers(world.application) if c.topic == topics.IDENTITY_USERS)
    await consumer.apply(
        [
            record_of(bad.event, subject=bad.subject, environment=bad.environment, headers=headers, value=value),
            record_of(good.event, subject=good.subject, environment=good.environment),
        ]
    )
    assert await world.pool.fetchval("select error_code from dead_letters") == code
    assert await world.pool.fetchval("select count(*) from users where id = $1", good.subject) == 1
    await world.pool.execute("delete from dead_letters")


async def test_a_membership_event_may_come_before_its_organization(world: World) -> None:
    company = new_company()
    await world.learn(member_fact(company, company.administrator))
    await world.learn(organization_fact(company))
    await world.learn(user_fact(company.administrator, company.environment))
    answer = await world.http.get(f"/api/v1/{company.party}/hook", headers=company.by_person)
    assert answer.status_code == 200
