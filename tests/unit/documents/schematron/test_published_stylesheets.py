"""All of the published rule sets can be read: every rule, check, variable and function is in the model.

The rule sets are no part of this project; these tests are skipped where they have not been fetched.
"""

import re
from functools import cache

import pytest
from documents.adapters.rules.lock import default_directory, fetched, read_lock
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.model import Rule, Stylesheet
from documents.adapters.schematron.xpath.syntax import Expression, variables
from documents.domain.findings import RulesUnavailable

# Every stylesheet that is pinned: of the release in force, of the one before it and of the next.
NAMES = sorted(e.into for a in read_lock().artifacts for e in a.entries if e.into.startswith("stylesheets/"))
FOUND_ID = re.compile(rb'<svrl:failed-assert [^>]*>\s*<xsl:attribute name="id">([^<]*)<')


@cache
def content_of(name: str) -> bytes:
    try:
        return (fetched(default_directory()).root / name).read_bytes()
    except RulesUnavailable:
        return b""


@cache
def read(name: str) -> Stylesheet:
    return read_stylesheet(content_of(name))


@pytest.fixture(params=NAMES)
def name(request) -> str:
    if not content_of(request.param):
        pytest.skip("the rule sets have not been fetched")
    return request.param


def rules_of(name: str):
    return [rule for pattern in read(name).patterns for rule in pattern.rules]


def predicates_of(rule: Rule) -> list[Expression]:
    return [predicate for _, _, steps in rule.context for step in steps for predicate in step[3]]


def test_every_published_rule_and_check_is_in_the_model(name):
    content = content_of(name)
    checks = [check for rule in rules_of(name) for check in rule.checks]
    assert len(read(name).patterns) == content.count(b"<svrl:active-pattern>")
    assert len(rules_of(name)) == content.count(b"<svrl:fired-rule ")
    assert len(checks) == content.count(b"<svrl:failed-assert ") + content.count(b"<svrl:successful-report ")
    assert len(read(name).functions) == content.count(b"<xsl:function ")
    assert [check.number for check in checks] == list(range(len(checks)))


def test_every_published_check_has_its_id_flag_and_text(name):
    checks = [check for rule in rules_of(name) for check in rule.checks]
    written = [match.decode() for match in FOUND_ID.findall(content_of(name))]
    assert set(written) <= {check.id for check in checks}
    assert all(check.id and check.flag in {"fatal", "warning"} and check.text for check in checks)


def test_every_variable_of_a_published_rule_is_known_where_it_is_used(name):
    known = {let.name for let in read(name).lets}
    unknown = set()
    for rule in rules_of(name):
        for predicate in predicates_of(rule):
            unknown |= variables(predicate) - known
        inside = known | {let.name for let in rule.lets}
        for part in rule.body:
            unknown |= variables(getattr(part, "test", None) or part.value) - inside
    assert unknown == set()


def test_the_model_of_published_rules_is_the_same_each_time(name):
    assert read_stylesheet(content_of(name)) == read(name)
