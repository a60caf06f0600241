"""The words and icons for states and channels: a stable code, and a label in Dutch (default) or English.

An icon is derived from what happened. The channel's icon appears only once the document was delivered by that channel.
"""

from dataclasses import dataclass
from datetime import date

from documents.domain.document import Channel, Step

DEFAULT_LOCALE = "nl"
LOCALES = ("nl", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`bus_name` is the status as existing integrations of the message-bus API know it."""

    nl: str
    en: str
    icon: str
    bus_name: str

    def label(self, locale: str) -> str:
        return self.en if locale == "en" else self.nl


CHANNELS = {
    Channel.SCAN_RECOGNISE: Words(nl="Scan & Herken", en="Scan & Recognise", icon="scan_recognise", bus_name="scan"),
    Channel.EMAIL: Words(nl="E-mail", en="Email", icon="email", bus_name="mail"),
    Channel.PLATFORM: Words(nl="Binnen het platform", en="Within the platform", icon="platform", bus_name="platform"),
    Channel.PEPPOL: Words(nl="Peppol", en="Peppol", icon="peppol", bus_name="peppol"),
}

STATUSES = {
    "accepted": Words(nl="Aangenomen", en="Accepted", icon="accepted", bus_name="Pending"),
    "validated": Words(nl="Gecontroleerd", en="Validated", icon="validated", bus_name="Validated"),
    "routed": Words(nl="Route bepaald", en="Routed", icon="routed", bus_name="Routed"),
    "retry": Words(nl="Wordt opnieuw geprobeerd", en="Will be tried again", icon="retry", bus_name="Retry"),
    "transmitted": Words(nl="Onderweg", en="In transit", icon="in_transit", bus_name="Transmitted"),
    "delivered": Words(nl="Afgeleverd", en="Delivered", icon="delivered", bus_name="Delivered"),
    "rejected": Words(nl="Geweigerd", en="Rejected", icon="rejected", bus_name="Rejected"),
    "failed": Words(nl="Niet afgeleverd", en="Failed", icon="failed", bus_name="Failed"),
    "received": Words(nl="Ontvangen", en="Received", icon="received", bus_name="Received"),
    "duplicate": Words(nl="Dubbel", en="Duplicate", icon="duplicate", bus_name="Duplicate"),
    "available": Words(nl="Beschikbaar", en="Available", icon="available", bus_name="Available"),
    "downloaded": Words(nl="Gedownload", en="Downloaded", icon="downloaded", bus_name="Downloaded"),
    "expired": Words(nl="Verlopen", en="Expired", icon="expired", bus_name="Expired"),
}


def next_release_label(name: str, in_force_from: date, *, passes: bool, locale: str) -> str:
    """Return what the next release of the rules changes for a document."""
    if locale == "en":
        change = "Fails now, passes" if passes else "Passes now, fails"
        return f"{change} from {in_force_from:%Y-%m-%d} (rules {name})"
    change = "Voldoet nu niet, wel" if passes else "Voldoet nu, niet meer"
    return f"{change} vanaf {in_force_from:%d-%m-%Y} (regels {name})"


def icon_of(step: Step) -> str:
    """Return the channel's icon for a step that delivered by one, else the status's own."""
    return CHANNELS[step.channel].icon if step.channel else STATUSES[step.status].icon


def icon_label(step: Step, locale: str) -> str:
    """Return what the icon means."""
    words = CHANNELS[step.channel] if step.channel else STATUSES[step.status]
    return words.label(locale)
