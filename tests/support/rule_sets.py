"""Small rule sets for tests of the rule engine, written shortly, and what the engine finds with them.

The locations are made by templates of our own that give the same text as those of published stylesheets;
`locations_known` lets the front end take them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from xml.sax.saxutils import escape

from documents.adapters.schematron.compiler.stylesheet import compile_stylesheet
from documents.adapters.schematron.engine import Engine, EvaluationFailed, RawFinding
from documents.adapters.schematron.frontend import skeleton
from documents.adapters.schematron.frontend.elements import XSL, parse_xml
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.rule_set import RuleSet
from lxml import etree

from support import stylesheets
from support.stylesheets import LOCATION

FAILED = "evaluation failed"
PATH_MODE = "schematron-get-full-path"
LOCATIONS = f"""
<xsl:template match="*" mode="schematron-select-full-path">
  <xsl:apply-templates select="." mode="{PATH_MODE}"/></xsl:template>
<xsl:template match="*" mode="{PATH_MODE}"><xsl:apply-templates select="parent::*" mode="{PATH_MODE}"/>
  <xsl:value-of select="concat('/', if (namespace-uri() = '') then local-name()
      else concat('*:', local-name(), '[namespace-uri()=''', namespace-uri(), ''']'))"/>
  <xsl:value-of select="concat('[',
      1 + count(preceding-sibling::*[node-name(.) = node-name(current())]), ']')"/></xsl:template>
<xsl:template match="@*" mode="{PATH_MODE}">@<xsl:value-of select="name()"/></xsl:template>"""

Found = tuple[str, str, str, str]
Findings = list[Found] | str
Rule = tuple[str, str]


def attribute(name: str, value: str) -> str:
    return f"{name}=" + '"' + escape(value, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}) + '"'


def _about(rule_id: str, flag: str) -> str:
    named = {"id": rule_id, "flag": flag}
    return "".join(f'<xsl:attribute name="{name}">{value}</xsl:attribute>' for name, value in named.items() if value)


def check(test: str, rule_id: str = "R", *, flag: str = "fatal", text: str = "Text.") -> str:
    """An assert."""
    finding = (
        f'<svrl:failed-assert test="copy">{_about(rule_id, flag)}{LOCATION}<svrl:text>{text}</svrl:text>'
        "</svrl:failed-assert>"
    )
    return f"<xsl:choose><xsl:when {attribute('test', test)}/><xsl:otherwise>{finding}</xsl:otherwise></xsl:choose>"


def report(test: str, rule_id: str = "R", *, flag: str = "fatal", text: str = "Text.") -> str:
    return (
        f'<xsl:if {attribute("test", test)}><svrl:successful-report test="copy">{_about(rule_id, flag)}{LOCATION}'
        f"<svrl:text>{text}</svrl:text></svrl:successful-report></xsl:if>"
    )


def let(name: str, select: str) -> str:
    return f'<xsl:variable name="{name}" {attribute("select", select)}/>'


def value_of(select: str) -> str:
    return f"<xsl:value-of {attribute('select', select)}/>"


def function(name: str, parameters: str, body: str, result: str = "") -> str:
    """`parameters`: `x as xs:string, y`."""
    typed = (part.strip().partition(" as ") for part in parameters.split(",") if part.strip())
    listed = "".join(f'<xsl:param name="{n}"' + (f' as="{t}"' if t else "") + "/>" for n, _, t in typed)
    declared = f' as="{result}"' if result else ""
    return f'<xsl:function name="f:{name}"{declared}>{listed}{body}</xsl:function>'


def result(select: str) -> str:
    return f"<xsl:sequence {attribute('select', select)}/>"


def rule_set(*patterns: Sequence[Rule], before: str = "", prefixes: str = "") -> bytes:
    """A stylesheet of patterns, which consist of rules: (context, checks)."""
    modes = tuple(f"M{number}" for number in range(len(patterns)))
    written = []
    for mode, rules in zip(modes, patterns, strict=True):
        rows = [
            stylesheets.rule(escape(match, {'"': "&quot;"}), body, mode=mode, priority=str(1000 - place))
            for place, (match, body) in enumerate(rules)
        ]
        written.append(stylesheets.pattern(*rows, mode=mode))
    content = stylesheets.stylesheet(*written, modes=modes, before=before).decode()
    content = content.replace(stylesheets.LOCATIONS, LOCATIONS)
    return content.replace("<xsl:stylesheet ", f"<xsl:stylesheet {prefixes} ", 1).encode()


def root_rule_set(*checks: str, match: str = "/a:r", before: str = "") -> bytes:
    """A rule set of one rule."""
    return rule_set([(match, "".join(checks))], before=before)


@contextmanager
def locations_known() -> Iterator[None]:
    """Let the front end know the location templates above, as it knows the published ones."""
    published = skeleton._LOCATION_TEMPLATES
    skeleton._LOCATION_TEMPLATES = {  # type: ignore[misc]
        (template.get("mode"), template.get("match")): skeleton.digest_of(template)
        for template in parse_xml(root_rule_set(check("true()"))).iter(f"{XSL}template")
        if "full-path" in str(template.get("mode"))
    }
    try:
        yield
    finally:
        skeleton._LOCATION_TEMPLATES = published  # type: ignore[misc]


def source_of(content: bytes) -> str:
    with locations_known():
        return compile_stylesheet(read_stylesheet(content))


def compiled(content: bytes, name: str = "set") -> RuleSet:
    module: dict[str, object] = {}
    exec(compile(source_of(content), f"<{name}>", "exec"), module)  # noqa: S102 - our compiler wrote it
    return RuleSet(name, module)


def engine_of(*contents: bytes, max_path_types: int = 20_000) -> Engine:
    """An engine with rule sets named 0, 1, ..."""
    sets = {str(number): compiled(content, str(number)) for number, content in enumerate(contents)}
    return Engine(sets, max_path_types=max_path_types)


def parsed(document: str) -> etree._Element:
    return etree.fromstring(document.encode())


def findings(engine: Engine, document: str, *names: str) -> Findings:
    """(rule id, flag, location, text) of each finding, or FAILED."""
    try:
        return list(map(_row, engine.findings(parsed(document), names or sorted(engine.names))))
    except EvaluationFailed:
        return FAILED


def _row(found: RawFinding) -> Found:
    return found.rule_id, found.flag, found.location, " ".join(found.text.split())


def found(content: bytes, document: str) -> Findings:
    """What a fresh engine finds."""
    return findings(engine_of(content), document)


def ids(rows: Findings) -> list[str] | str:
    return rows if isinstance(rows, str) else [row[0] for row in rows]


NAMED: Final = re.compile(r"\*:([^\[]+)\[namespace-uri\(\)='urn:a'\]")
NAME: Final = r"a:\1"


def short(rows: Findings) -> tuple[str, ...] | str:
    """Findings as they are written in the table."""
    if isinstance(rows, str):
        return rows
    return tuple(f"{rule_id} {NAMED.sub(NAME, location)}" for rule_id, _, location, _ in rows)


def document(inside: str, attributes: str = "") -> str:
    return f'<a:r xmlns:a="urn:a" {attributes}>{inside}</a:r>'


def rule(context: str, rule_id: str) -> tuple[str, str]:
    """A rule that finds every element it is given."""
    return context, report("true()", rule_id)


def choose(*branches: tuple[str, str], otherwise: str) -> str:
    whens = "".join(f'<xsl:when test="{test}">{result(value)}</xsl:when>' for test, value in branches)
    return f"<xsl:choose>{whens}<xsl:otherwise>{result(otherwise)}</xsl:otherwise></xsl:choose>"
