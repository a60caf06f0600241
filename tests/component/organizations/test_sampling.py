"""What a worker reads for the metrics: who waits for an operator."""

from organizations.bootstrap import SERVICE
from support.figures import figure
from support.organizations import World


async def test_reviews_that_wait_are_counted_until_they_are_decided(world: World):
    (sample,) = SERVICE.build_samples(world.application)
    await sample()
    before = figure("platform_reviews_open")
    admin, operator = await world.administrator(), await world.operator()
    added = await world.add(admin, "Wachtend B.V.")
    await world.settled(await world.start_activation(admin, added["id"]), holder="J. de Betaler")
    await world.pool.execute("update reviews set opened_at = now() - interval '2 days' where decided_at is null")
    await sample()
    assert figure("platform_reviews_open") == before + 1
    assert figure("platform_reviews_open_oldest_seconds") >= 2 * 86_400

    path = f"/organizations/v1/operator/reviews/{added['id']}/approval"
    decided = await world.http.post(path, json={"reason": "The same person"}, headers=operator.headers)
    assert decided.is_success, decided.text
    await sample()

    assert figure("platform_reviews_open") == before
