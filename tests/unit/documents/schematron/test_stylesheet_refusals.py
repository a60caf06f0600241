"""Nothing in a stylesheet is skipped silently: what is not known is refused with its name and its place."""

import pytest
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError
from support.stylesheets import (
    LOCATION,
    LOCATIONS,
    WALKERS,
    failed_assert,
    known_locations,
    pattern,
    read_before,
    read_check,
    read_function,
    read_rule,
    rule,
    stylesheet,
)

CHECK = failed_assert()
TEXT = "<svrl:text>It must be so.</svrl:text>"


@pytest.fixture(autouse=True)
def _locations(monkeypatch):
    known_locations(monkeypatch)


def changed(old: str, new: str) -> bytes:
    sheet = stylesheet()
    assert old.encode() in sheet
    return sheet.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("old", "new", "construct"),
    [
        ('version="2.0"', 'version="1.0"', "stylesheet other than XSLT 2.0"),
        ('version="2.0"', 'version="2.0" xpath-default-namespace="urn:a"', "attribute xpath-default-namespace of xsl:"),
        ('xmlns:a="urn:a"', 'xmlns:a="urn:a" xmlns="urn:a"', "default namespace"),
        ("<xsl:choose>", '<xsl:choose xmlns:a="urn:other">', "namespace declared below the root"),
        ("<xsl:choose>", '<xsl:choose xmlns:new="urn:new">', "namespace declared below the root"),
        ("<xsl:choose>", '<xsl:choose xml:space="preserve">', "space of xsl:choose"),
        ("<xsl:choose>", "<xsl:choose>text", "text in xsl:choose"),
        ("</xsl:choose>", '<xsl:when test="c"/></xsl:choose>', "xsl:choose other than when and otherwise"),
        ('<xsl:when test="b"/>', '<xsl:when test="b">x</xsl:when>', "content of xsl:when"),
        ('<xsl:when test="b"/>', '<xsl:when test="b" use-when="a"/>', "attribute use-when of xsl:when"),
        ("</svrl:failed-assert>", "</svrl:failed-assert><svrl:text/>", "content of xsl:otherwise"),
        (TEXT, f"{TEXT}<svrl:diagnostic-reference/>", "svrl:text in svrl:failed-assert"),
        (TEXT, "", "finding without a location"),
        (TEXT, "<svrl:text>a<svrl:emph>b</svrl:emph></svrl:text>", "svrl:emph in svrl:text"),
        (TEXT, '<svrl:text><xsl:value-of select="a" separator=","/></svrl:text>', "attribute separator of"),
        (TEXT, '<svrl:text xml:lang="en">x</svrl:text>', "lang of svrl:text"),
        ('<xsl:attribute name="flag">', '<xsl:attribute name="role">', "attribute role of a finding"),
        ('<xsl:attribute name="flag">', '<xsl:attribute name="id">', "attribute id of a finding"),
        ('<svrl:fired-rule context="copy"/>', "", "0 svrl:fired-rule"),
        ('<svrl:fired-rule context="copy"/>', '<svrl:fired-rule context="c" role="x"/>', "attribute role of"),
        ('match="a:x" mode="M1"', 'match="a:x" mode="M1" name="n"', "attribute name of xsl:template"),
        ('mode="M1" select="/"', 'mode="M1" select="/*"', "start of a pattern"),
        ("<xsl:apply-templates/>", '<xsl:apply-templates select="a"/>', "xsl:apply-templates in svrl:active-pattern"),
        ("</svrl:schematron-output>", "<xsl:if test='a'/></svrl:schematron-output>", "xsl:if in svrl:"),
        ('match="text()" priority="-1"/>', 'match="text()" priority="-1">x</xsl:template>', "content of xsl:template"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(old, new, construct):
    with pytest.raises(UnsupportedConstruct, match=construct):
        read_stylesheet(changed(old, new))


@pytest.mark.parametrize(
    "declaration",
    [
        '<xsl:key name="k" match="a" use="b"/>',
        '<xsl:import href="x.xsl"/>',
        '<xsl:include href="x.xsl"/>',
        '<xsl:strip-space elements="*"/>',
        '<xsl:decimal-format name="d"/>',
        '<a:data xmlns:z="urn:z"/>',
        "<a:data/>",
        '<xsl:template name="named"/>',
        '<xsl:template match="a"/>',
        '<xsl:template match="a" mode="#all" priority="1"/>',
        '<xsl:template match="a" mode="M1 M2" priority="1"/>',
        '<xsl:template match="a" mode="M9" priority="1"/>',
        '<xsl:template match="/"><svrl:schematron-output schemaVersion="" title=""/></xsl:template>',
        '<xsl:output method="xml" use-character-maps="m"/>',
        "stray text",
        '<xsl:param name="archiveDirParameter" select="a"/><xsl:param name="archiveDirParameter"/>',
        '<xsl:variable name="x" select="1"/><xsl:param name="x" select="2"/>',
        '<xsl:variable name="a:x" select="1"/>',
        '<xsl:variable name="x"><xsl:value-of select="a"/></xsl:variable>',
        '<xsl:variable name="x"><xsl:sequence select="a"/></xsl:variable>',
        '<xsl:variable name="x" as="xs:string">text</xsl:variable>',
        '<xsl:variable name="x" as="xs:string"><xsl:value-of select="a"/></xsl:variable>',
        '<xsl:variable name="x" select="1">2</xsl:variable>',
        '<xsl:variable name="x" select="1" as="element()"/>',
        '<xsl:variable name="x" select="1" as="a:money"/>',
        '<xsl:param name="x" select="1" required="yes"/>',
    ],
)
def test_a_declaration_without_a_meaning_here_is_refused(declaration):
    with pytest.raises(UnsupportedConstruct):
        read_before(declaration)


@pytest.mark.parametrize(
    "content",
    [
        '<xsl:param name="p" select="1"/><xsl:sequence select="1"/>',
        '<xsl:param name="p">text</xsl:param><xsl:sequence select="1"/>',
        '<xsl:sequence select="1"/><xsl:sequence select="2"/>',
        '<xsl:sequence select="1"/><xsl:param name="p"/>',
        '<xsl:value-of select="1"/>',
        "text",
        '<xsl:sequence select="1"><xsl:fallback/></xsl:sequence>',
        "<xsl:choose><xsl:otherwise/></xsl:choose>",
        '<xsl:choose><xsl:otherwise/><xsl:when test="a"/></xsl:choose>',
        '<xsl:for-each select="a"/>',
    ],
)
def test_a_function_of_another_form_is_refused(content):
    with pytest.raises(UnsupportedConstruct):
        read_function(f'<xsl:function name="f:g">{content}</xsl:function>')


@pytest.mark.parametrize("name", ["g", "nope:g"])
def test_a_function_needs_a_namespace(name):
    with pytest.raises(UnsupportedConstruct, match="function without a namespace"):
        read_function(f'<xsl:function name="{name}"><xsl:sequence select="1"/></xsl:function>')


def test_two_functions_of_one_name_are_refused():
    function = '<xsl:function name="f:g"><xsl:sequence select="1"/></xsl:function>'
    with pytest.raises(UnsupportedConstruct, match="two functions"):
        read_before(function * 2)


@pytest.mark.parametrize("priorities", [("1000", "1000"), ("1000", "1000.0"), ("-1", "5"), ("high", "5"), ("1e3", "5")])
def test_rules_need_priorities_that_order_them_before_the_walkers(priorities):
    rules = [rule(match, priority=priority) for match, priority in zip("cd", priorities, strict=True)]
    with pytest.raises(UnsupportedConstruct, match="priorit"):
        read_stylesheet(stylesheet(pattern(*rules)))


@pytest.mark.parametrize(
    "descent",
    [
        "",
        '<xsl:apply-templates mode="M1" select="*"/>',
        '<xsl:apply-templates mode="M2" select="@*|*"/>',
        '<xsl:apply-templates select="@*|*"/>',
        '<xsl:apply-templates mode="M1" select="@*|*"><xsl:sort/></xsl:apply-templates>',
        '<xsl:apply-templates mode="M1" select="@*|*"/>' + CHECK,
    ],
)
def test_a_rule_must_descend_to_everything_inside_as_its_last_act(descent):
    template = f'<xsl:template match="a" mode="M1" priority="1"><svrl:fired-rule context="a"/>{descent}</xsl:template>'
    with pytest.raises(UnsupportedConstruct):
        read_stylesheet(stylesheet(pattern(template)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('priority="-2"', 'priority="-3"'),
        ('priority="-1"', 'priority="2000"'),
        ('match="@*|node()"', 'match="node()"'),
        ('select="@*|*"', 'select="*"'),
        ('match="text()" mode="{mode}" priority="-1"/>', 'match="text()" mode="{mode}" priority="-1">x</xsl:template>'),
    ],
)
def test_the_two_walking_templates_must_be_the_usual_ones(old, new):
    assert old in WALKERS
    walkers = WALKERS.replace(old, new).format(mode="M1")
    with pytest.raises(UnsupportedConstruct):
        read_stylesheet(stylesheet(rule() + walkers))


def test_a_pattern_without_walking_templates_is_refused():
    with pytest.raises(UnsupportedConstruct, match="walking templates"):
        read_stylesheet(stylesheet(rule()))


def test_a_mode_that_is_applied_must_have_templates():
    with pytest.raises(UnsupportedConstruct, match="applied and filled"):
        read_stylesheet(stylesheet(modes=("M1", "M2")))


def test_a_pattern_is_applied_once():
    with pytest.raises(UnsupportedConstruct, match="start of a pattern"):
        read_stylesheet(stylesheet(modes=("M1", "M1")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('select="name()"', 'select="local-name()"'),
        ('mode="schematron-get-full-path">@', 'mode="schematron-get-full-path">'),
        ('match="@*" mode="schematron-get-full-path"', 'match="text()" mode="schematron-get-full-path"'),
        ('match="*" mode="schematron-select-full-path"', 'match="*" mode="schematron-get-full-path"'),
    ],
)
def test_another_way_of_making_locations_is_refused(old, new):
    assert old in LOCATIONS
    with pytest.raises(UnsupportedConstruct, match="way of making locations"):
        read_stylesheet(changed(old, new))


def test_a_stylesheet_that_makes_no_locations_is_refused():
    with pytest.raises(UnsupportedConstruct, match="way of making locations"):
        read_stylesheet(changed(LOCATIONS, ""))


@pytest.mark.parametrize(
    "location",
    [
        "",
        '<xsl:attribute name="location">/</xsl:attribute>',
        LOCATION.replace('select="."', 'select=".."'),
        LOCATION.replace("select-full-path", "get-full-path-2"),
        LOCATION * 2,
    ],
)
def test_a_finding_needs_the_usual_location(location):
    with pytest.raises(UnsupportedConstruct):
        read_check(CHECK.replace(LOCATION, location))


def test_an_unknown_construct_is_told_with_its_rule_and_check():
    with pytest.raises(UnsupportedConstruct) as refused:
        read_rule(failed_assert("a instance of xs:string"), match="a:x/b")
    assert (refused.value.construct, refused.value.text) == ("operator instance", "a instance of xs:string")
    assert refused.value.place == "check R-1 in rule a:x/b"


def test_a_broken_context_is_told_with_its_rule_and_mode():
    with pytest.raises(XPathSyntaxError) as refused:
        read_rule(CHECK, match="a[")
    assert refused.value.place == "rule a[ (mode M1)"


def test_an_instruction_that_is_no_check_is_refused():
    with pytest.raises(UnsupportedConstruct, match="xsl:message in xsl:template"):
        read_rule("<xsl:message/>")


@pytest.mark.parametrize(
    ("content", "construct"),
    [
        (b"", "not well-formed XML"),
        (b"<xsl:stylesheet", "not well-formed XML"),
        (b"<a/>", "stylesheet other than XSLT 2.0"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "DOCTYPE"),
    ],
)
def test_bytes_that_are_no_stylesheet_are_refused(content, construct):
    with pytest.raises(UnsupportedConstruct, match=construct):
        read_stylesheet(content)
