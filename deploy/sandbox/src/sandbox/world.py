"""Everything that the sandbox simulates, put together once per process."""

import ssl
from typing import Annotated

import httpx2
from fastapi import Depends, Request

from sandbox.background import Background
from sandbox.faults import FaultSwitch
from sandbox.journal import Journal
from sandbox.kvk.register import CompanyRegister
from sandbox.mail.mailbox import Mailbox
from sandbox.mollie.calls import WebhookCaller
from sandbox.mollie.lifecycle import Lifecycle
from sandbox.mollie.model import Provider
from sandbox.peppol.access_point import AccessPoint
from sandbox.peppol.delivery import Deliverer
from sandbox.peppol.dns import NameServer
from sandbox.peppol.network import Network
from sandbox.peppol.outside import OutsideWorld
from sandbox.settings import Settings
from sandbox.trust import trust_when_there
from sandbox.webhooks.receivers import Receivers


class World:
    """State and behaviour of all stand-ins; routes reach it through `TheWorld`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base_url = settings.http.base_url
        self.background = Background()
        self._trust = ssl.create_default_context()
        self.client = httpx2.AsyncClient(verify=self._trust, follow_redirects=False)
        self.journal = Journal(settings.state.file)
        self.register = CompanyRegister()
        self.register_fault = FaultSwitch()
        self.provider = Provider(settings.mollie, self.journal)
        self.webhook_calls = WebhookCaller(self.provider, self.background, self.client)
        self.lifecycle = Lifecycle(self.provider, self.webhook_calls, self.background)
        self.mailbox = Mailbox(settings.smtp.keep, settings.smtp.keep_bytes)
        self.receivers = Receivers(settings.webhooks)
        self.network = Network(settings.peppol, self.base_url, self.journal)
        self.name_server = NameServer(self.network.directory, zone=settings.peppol.zone, smp_url=self.network.smp_url)
        deliverer = Deliverer(settings.peppol, self.client, self.network.own_as4_address)
        self.access_point = AccessPoint(self.network, deliverer, background=self.background, client=self.client)
        self.outside = OutsideWorld(self.network, deliverer, self.background)
        self.ports: dict[str, int] = {}

    def begin(self) -> None:
        """Start what runs beside the requests, with what an earlier run left to do; needs a running loop."""
        if self.settings.outgoing.ca_file is not None:
            self.background.start(trust_when_there(self._trust, self.settings.outgoing.ca_file))
        self.lifecycle.resume()

    async def close(self) -> None:
        await self.background.stop()
        await self.client.aclose()
        self.journal.close()


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


TheWorld = Annotated[World, Depends(_world)]
