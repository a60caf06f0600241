"""Step 9: the connection key is revoked; within a second its token is refused by documents."""

import time

from koerier.demo.narrator import Narrator
from koerier.demo.platform import Platform, eventually
from koerier.demo.story import Story

LIMIT = 1.0


async def revoke(story: Story, platform: Platform, narrator: Narrator) -> None:
    path = f"/identity/v1/connection-keys/{story.key_id}"
    active = await platform.call("DELETE", path, token=story.supplier.administrator.token)
    narrator.check("an active key cannot be deleted", active.status == 409, active.body)  # noqa: PLR2004
    await platform.expect(200, "POST", f"{path}/revocation", token=story.supplier.administrator.token)
    started = time.perf_counter()

    async def refused() -> float | None:
        status = f"/api/v1/{story.supplier.party}/salesInvoice/{story.documents['sent']}/status"
        answer = await platform.call("GET", status, token=story.api_token)
        return time.perf_counter() - started if answer.status in {401, 403} else None

    seconds = await eventually(refused, "documents to refuse the revoked key")
    narrator.check("documents refuses its token within a second", seconds < LIMIT, f"{seconds:.2f} s")
    narrator.measures["revoked to refused"] = f"{seconds * 1000:,.0f} ms"
    form = {"grant_type": "client_credentials", "client_id": story.client_id, "client_secret": story.client_secret}
    denied = await platform.call("POST", "/connect/token", data=form)
    narrator.check("identity gives no new token", denied.status in {400, 401}, denied.body)
