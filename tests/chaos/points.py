"""Every process killed at every point of the demo's path: each story reaches its end, each document and charge is once.

A story is the demo's, told by a patient client. During each of its steps one process is killed, at a request that the
seed chooses; before the next step it must be back. Story number n kills, in its step s, process number n + s: so as
many stories as there are processes meet every pair of step and process.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from koerier.demo.narrator import Narrator
from koerier.demo.platform import DemoStoppedError, Platform
from koerier.demo.steps.activate import activate
from koerier.demo.steps.add_organization import add_organizations
from koerier.demo.steps.announce import announced, set_hook
from koerier.demo.steps.credit import buy_credit
from koerier.demo.steps.exchange import exchange, issue_key
from koerier.demo.steps.members import add_member
from koerier.demo.steps.receiving import enable, refuse_without_credit, refuse_without_receiving
from koerier.demo.steps.register import register
from koerier.demo.steps.revoke import revoke
from koerier.demo.story import Story, new_story
from koerier.supervisor.spec import Health
from rich.console import Console

from chaos.evidence import Evidence, Violation
from chaos.faults import processes
from chaos.history import History, RecordingTransport
from chaos.patient import PatientTransport
from chaos.stage import RunningStage

Step = Callable[[Story, Platform, Narrator], Awaitable[None]]
Say = Callable[[str], None]
STEPS: dict[str, Step] = {
    "register": register,
    "add organizations": add_organizations,
    "add a member": add_member,
    "be refused without credit": refuse_without_credit,
    "buy credit": buy_credit,
    "issue a key": issue_key,
    "be refused without receiving": refuse_without_receiving,
    "enable receiving": enable,
    "set a hook": set_hook,
    "exchange": exchange,
    "hear of it": announced,
    "revoke the key": revoke,
}
ACTIVATE = "activate"
POINTS = (*list(STEPS)[:2], ACTIVATE, *list(STEPS)[2:])
VICTIMS = (*processes.NAMED, processes.RULE_PROCESS, processes.RELAY_LEADER, processes.BACKEND)
REMEMBERED_BY_SANDBOX = frozenset({"set a hook", "exchange", "hear of it"})
"""Points whose other side is the sandbox, which forgets calls and messages when it ends: no fault of the platform."""

WITHIN_A_SECOND = frozenset({"documents refuses its token within a second"})
"""Checks of the demo that a restart of a process may take longer than."""

FIRST_REQUESTS, HESITATION = 6, 0.05
BACK_SECONDS = 120.0
DOCUMENTS = {"2026-000": 1, "2026-001": 2, "2026-002": 1, "2026-003": 1, "OUT-77": 1}
"""How many documents carry each invoice number in the end: both sides of what was delivered on the platform."""

CHARGES = {"send_einvoice": 2, "receive_einvoice": 2}


@dataclass(slots=True)
class Saboteur:
    """Kills one process during a step: at its n-th request, or at its end when it has fewer."""

    stage: RunningStage
    chance: random.Random
    victim: str = ""
    requests_left: int = 0
    kills: list[str] = field(default_factory=list)
    _strike: asyncio.Task[None] | None = None

    def lie_in_wait(self, victim: str) -> None:
        self.victim, self.requests_left = victim, self.chance.randrange(FIRST_REQUESTS)

    async def before_request(self) -> None:
        if not self.victim:
            return
        if self.requests_left:
            self.requests_left -= 1
            return
        self._strike = asyncio.create_task(self._kill(self.victim, self.chance.uniform(0, HESITATION)))
        self.victim = ""

    async def end_of_step(self) -> None:
        if self.victim:
            await self._kill(self.victim, 0)
            self.victim = ""
        if self._strike is not None:
            await self._strike
            self._strike = None

    async def _kill(self, victim: str, after: float) -> None:
        await asyncio.sleep(after)
        if await processes.kill(self.stage, victim, self.chance):
            self.kills.append(victim)


async def tell(
    stage: RunningStage, history: History, number: int, victims: Sequence[str | None], *, seed: str, say: Say
) -> tuple[Story, list[Violation], int]:
    """Tell one story with a victim for each point (or none); return it, what went wrong, and the number of kills."""
    demo = stage.demo
    saboteur = Saboteur(stage, random.Random(f"{seed} {number}"))  # noqa: S311 - repeatable, not secret

    def through(way: RecordingTransport) -> PatientTransport:
        recording = RecordingTransport(way, history, apart_from=demo.sandbox_url)
        return PatientTransport(recording, saboteur.before_request)

    platform = Platform(
        base_url=demo.base_url,
        ca_file=demo.ca_file,
        sandbox_url=demo.sandbox_url,
        through=through,  # type: ignore[arg-type]
    )
    story, narrator = new_story(number, examples=demo.examples), Narrator(console=Console(quiet=True))
    operator = await demo.create_operator(story.operator.email)

    async def activated(story: Story, platform: Platform, narrator: Narrator) -> None:
        await activate(story, platform, narrator, operator=operator)

    wrong: list[Violation] = []
    try:
        for point, victim in zip(POINTS, victims, strict=True):
            if victim is not None and not (victim == "sandbox" and point in REMEMBERED_BY_SANDBOX):
                say(f"  story {number}: {victim} is killed while they {point}")
                saboteur.lie_in_wait(victim)
            await STEPS.get(point, activated)(story, platform, narrator)
            await saboteur.end_of_step()
            await _all_back(stage)
    except (DemoStoppedError, TimeoutError) as error:
        wrong.append(_violation("story stopped", number, f"{point}, with {victim} killed: {error}"))
    finally:
        await platform.close()
    wrong += [
        _violation("story went wrong", number, f"{check.step}: {check.text}: {check.found}")
        for check in narrator.checks
        if not check.held and check.text not in WITHIN_A_SECOND
    ]
    return story, wrong, len(saboteur.kills)


async def _all_back(stage: RunningStage) -> None:
    async with asyncio.timeout(BACK_SECONDS):
        while any(each.health not in {Health.READY, Health.DONE} for each in stage.status().processes):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def victims_of(number: int) -> list[str]:
    """Return whom story `number` kills at each point; as many stories as victims meet every pair."""
    return [VICTIMS[(number + step) % len(VICTIMS)] for step in range(len(POINTS))]


def told_once(story: Story, evidence: Evidence) -> list[Violation]:
    """Each document of the story is delivered once, and each charge is booked once."""
    environments = {UUID(company.administrator.environment_id) for company in (story.supplier, story.buyer)}
    documents = [row for row in evidence.rows["documents.documents"] if row["environment_id"] in environments]
    charges = [
        row
        for row in evidence.rows["billing.ledger_transactions"]
        if row["environment_id"] in environments and row["kind"] == "charge"
    ]
    found = {number: sum(row["number"] == number for row in documents) for number in DOCUMENTS}
    booked = {service: sum(row["service"] == service for row in charges) for service in CHARGES}
    wrong = []
    if found != DOCUMENTS or len(documents) != sum(DOCUMENTS.values()):
        wrong.append(_violation("not once", story.run, f"documents {found} of {len(documents)}"))
    if booked != CHARGES or len(charges) != sum(CHARGES.values()):
        wrong.append(_violation("not once", story.run, f"charges {booked} of {len(charges)}"))
    return wrong


def _violation(check: str, about: object, what: str) -> Violation:
    return Violation(check=check, about=f"story {about}", what=what)
