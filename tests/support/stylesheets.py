"""Small stylesheets in the form of published ones, for tests of the rule engine's front end.

The templates that make locations are our own, shorter ones; `known_locations` makes the front end know them.
"""

import pytest
from documents.adapters.schematron.frontend import skeleton
from documents.adapters.schematron.frontend.elements import XSL, parse_xml
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.model import Check, Function, Rule, Stylesheet

NAMESPACES = {
    "xsl": "http://www.w3.org/1999/XSL/Transform",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "a": "urn:a",
    "f": "urn:f",
}
LOCATIONS = """
<xsl:template match="*" mode="schematron-select-full-path">
  <xsl:apply-templates select="." mode="schematron-get-full-path"/></xsl:template>
<xsl:template match="*" mode="schematron-get-full-path"><xsl:value-of select="name()"/></xsl:template>
<xsl:template match="@*" mode="schematron-get-full-path">@<xsl:value-of select="name()"/></xsl:template>"""
LOCATION = """<xsl:attribute name="location">
<xsl:apply-templates select="." mode="schematron-select-full-path"/></xsl:attribute>"""
OWN = """
<xsl:param name="archiveDirParameter"/>
<xsl:variable name="document-uri"><xsl:value-of select="document-uri(/)"/></xsl:variable>
<xsl:output method="xml" indent="yes"/>
<xsl:template match="*" mode="generate-id-2" priority="2">U</xsl:template>
<xsl:template match="text()" priority="-1"/>"""
WALKERS = """
<xsl:template match="text()" mode="{mode}" priority="-1"/>
<xsl:template match="@*|node()" mode="{mode}" priority="-2"><xsl:apply-templates mode="{mode}" select="@*|*"/>
</xsl:template>"""


def failed_assert(test: str = "b", *, about: str | None = None, text: str = "It must be so.") -> str:
    if about is None:
        about = '<xsl:attribute name="id">R-1</xsl:attribute><xsl:attribute name="flag">fatal</xsl:attribute>'
    finding = f'<svrl:failed-assert test="copy">{about}{LOCATION}<svrl:text>{text}</svrl:text></svrl:failed-assert>'
    return f'<xsl:choose><xsl:when test="{test}"/><xsl:otherwise>{finding}</xsl:otherwise></xsl:choose>'


def rule(match: str = "a:x", body: str = "", *, mode: str = "M1", priority: str = "1000") -> str:
    return (
        f'<xsl:template match="{match}" mode="{mode}" priority="{priority}"><svrl:fired-rule context="copy"/>{body}'
        f'<xsl:apply-templates mode="{mode}" select="@*|*"/></xsl:template>'
    )


def pattern(*rules: str, mode: str = "M1") -> str:
    return "".join(rules) + WALKERS.format(mode=mode)


def stylesheet(*patterns: str, modes: tuple[str, ...] = ("M1",), before: str = "", root: str = "") -> bytes:
    """A stylesheet with one rule and one check unless told otherwise."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    started = "".join(
        '<svrl:active-pattern><xsl:attribute name="document"><xsl:value-of select="document-uri(/)"/></xsl:attribute>'
        f'<xsl:apply-templates/></svrl:active-pattern><xsl:apply-templates mode="{mode}" select="/"/>'
        for mode in modes
    )
    output = f'<svrl:schematron-output schemaVersion="" title="T">{started}{root}</svrl:schematron-output>'
    rules = "".join(patterns) or pattern(rule(body=failed_assert()))
    return (
        f'<xsl:stylesheet version="2.0" {declared}>{OWN}{LOCATIONS}'
        f'<xsl:template match="/">{output}</xsl:template>{before}{rules}</xsl:stylesheet>'
    ).encode()


def read_rule(body: str, match: str = "a:x") -> Rule:
    return read_stylesheet(stylesheet(pattern(rule(match, body)))).patterns[0].rules[0]


def read_check(body: str) -> Check:
    (check,) = read_rule(body).checks
    return check


def read_function(text: str) -> Function:
    (function,) = read_stylesheet(stylesheet(before=text)).functions
    return function


def read_before(text: str) -> Stylesheet:
    return read_stylesheet(stylesheet(before=text))


def known_locations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the front end know the location templates above, as it knows the published ones."""
    templates = parse_xml(stylesheet()).iter(f"{XSL}template")
    located = {
        (template.get("mode"), template.get("match")): skeleton.digest_of(template)
        for template in templates
        if "full-path" in str(template.get("mode"))
    }
    monkeypatch.setattr(skeleton, "_LOCATION_TEMPLATES", located)
