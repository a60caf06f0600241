"""Domains of mail providers: who registers with one gets an environment of their own, never somebody else's.

This is the default of the setting `IDENTITY_REGISTRATION__GENERIC_DOMAINS`.
"""

GENERIC_DOMAINS: frozenset[str] = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.nl outlook.be hotmail.com hotmail.nl hotmail.be live.com live.nl
    live.be msn.com icloud.com me.com mac.com yahoo.com yahoo.nl ymail.com aol.com gmx.com gmx.net gmx.de web.de
    mail.com proton.me protonmail.com pm.me fastmail.com tutanota.com zoho.com
    ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl casema.nl chello.nl upcmail.nl quicknet.nl
    zeelandnet.nl xs4all.nl telfort.nl tele2.nl online.nl solcon.nl caiway.nl kabelfoon.nl wxs.nl freeler.nl
    telenet.be skynet.be proximus.be scarlet.be pandora.be belgacom.net
    """.split()  # noqa: SIM905 - a list of sixty quoted strings reads worse
)
