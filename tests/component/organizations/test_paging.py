"""Lists come in pages."""

from support.organizations import World

PATH = "/organizations/v1/organizations"


async def test_the_list_of_organizations_is_paged(world: World):
    admin = await world.administrator()
    await world.account(admin.environment)
    added = [(await world.add(admin, f"Nummer {number} B.V."))["id"] for number in range(5)]

    first = (await world.http.get(PATH, params={"limit": 3}, headers=admin.headers)).json()
    rest = (await world.http.get(PATH, params={"limit": 3, "cursor": first["next"]}, headers=admin.headers)).json()

    assert [item["id"] for item in (*first["items"], *rest["items"])] == added
    assert rest["next"] is None


async def test_the_list_of_members_is_paged(world: World):
    admin = await world.administrator()
    members = f"{PATH}/{(await world.active(admin))['id']}/members"
    people = [await world.person(admin.environment) for _ in range(4)]
    for person in people:
        await world.http.post(members, json={"userId": str(person.id)}, headers=admin.headers)

    first = (await world.http.get(members, params={"limit": 3}, headers=admin.headers)).json()
    rest = (await world.http.get(members, params={"limit": 3, "cursor": first["next"]}, headers=admin.headers)).json()

    listed = [item["userId"] for item in (*first["items"], *rest["items"])]
    assert listed == [str(person.id) for person in (admin, *people)]
    assert rest["next"] is None
