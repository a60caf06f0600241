"""Compiled rule sets on disk: made once, read back as they were, made anew when anything is wrong with them."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from documents.adapters.schematron import store as store_module
from documents.adapters.schematron.engine import Engine
from documents.adapters.schematron.store import NotCompiled, RuleSetStore, fingerprint_of_sources
from lxml import etree
from support.stylesheets import failed_assert, known_locations, pattern, rule, stylesheet

SHEET = stylesheet(pattern(rule("x", failed_assert("b"))))
OTHER = stylesheet(pattern(rule("x", failed_assert("c"))))


@pytest.fixture(autouse=True)
def _locations(monkeypatch):
    known_locations(monkeypatch)


@pytest.fixture
def compilations(monkeypatch):
    """The stylesheets that were compiled, in order."""
    compiled = []
    compile_stylesheet = store_module.compile_stylesheet

    def counting(read):
        compiled.append(read.sha256)
        return compile_stylesheet(read)

    monkeypatch.setattr(store_module, "compile_stylesheet", counting)
    return compiled


def found_by(rule_set, document: str) -> list[str]:
    engine = Engine({rule_set.name: rule_set})
    return [finding.rule_id for finding in engine.findings(etree.fromstring(document), (rule_set.name,))]


def test_a_stylesheet_is_compiled_once_and_then_read_from_the_folder(tmp_path, compilations):
    made = RuleSetStore(tmp_path / "new" / "folder").load("set", SHEET)
    read = RuleSetStore(tmp_path / "new" / "folder").load("set", SHEET)
    assert len(compilations) == 1
    for rule_set in (made, read):
        assert found_by(rule_set, "<x/>") == ["R-1"]
        assert found_by(rule_set, "<x><b/></x>") == []


def test_another_stylesheet_is_another_rule_set(tmp_path, compilations):
    store = RuleSetStore(tmp_path)
    store.load("set", SHEET)
    assert found_by(store.load("set", OTHER), "<x><b/></x>") == ["R-1"]
    assert len(compilations) == 2
    assert store.path_of(SHEET).exists()
    assert store.path_of(OTHER).exists()


def test_what_another_version_made_is_not_used(tmp_path, compilations):
    RuleSetStore(tmp_path, fingerprint="before").load("set", SHEET)
    RuleSetStore(tmp_path).load("set", SHEET)
    assert len(compilations) == 2


def test_the_fingerprint_is_that_of_all_sources(monkeypatch, tmp_path):
    package = tmp_path / "schematron"
    (package / "runtime").mkdir(parents=True)
    (package / "store.py").write_text("a")
    (package / "runtime" / "numbers.py").write_text("b")
    monkeypatch.setattr(store_module, "__file__", str(package / "store.py"))
    first = fingerprint_of_sources.__wrapped__()
    assert fingerprint_of_sources.__wrapped__() == first
    (package / "runtime" / "numbers.py").write_text("c")
    assert fingerprint_of_sources.__wrapped__() != first


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:100],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: bytes(32) + content[32:],
        lambda content: content + b"more",
    ],
    ids=["empty", "cut off", "a bit", "another digest", "longer"],
)
def test_a_damaged_file_is_made_anew(tmp_path, compilations, damage):
    store = RuleSetStore(tmp_path)
    store.load("set", SHEET)
    path = store.path_of(SHEET)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert found_by(store.load("set", SHEET), "<x/>") == ["R-1"]
    assert len(compilations) == 2
    assert path.read_bytes() == whole


def test_code_that_is_no_rule_set_is_made_anew(tmp_path, compilations):
    store = RuleSetStore(tmp_path)
    code = compile("CHECKS = {}", "x", "exec")
    content = store_module.marshal.dumps(code)
    store.path_of(SHEET).write_bytes(store_module.hashlib.sha256(content).digest() + content)
    assert found_by(store.load("set", SHEET), "<x/>") == ["R-1"]
    assert len(compilations) == 1


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path, compilations):
    (tmp_path / "file").write_text("in the way")
    store = RuleSetStore(tmp_path / "file" / "folder")
    for _ in range(2):
        assert found_by(store.load("set", SHEET), "<x/>") == ["R-1"]
    assert len(compilations) == 2


def test_many_at_once_get_the_same_rule_set_and_leave_whole_files(tmp_path):
    with ThreadPoolExecutor(8) as executor:
        made = list(executor.map(lambda _: RuleSetStore(tmp_path).load("set", SHEET), range(16)))
    assert all(found_by(rule_set, "<x/>") == ["R-1"] for rule_set in made)
    stem = RuleSetStore(tmp_path).path_of(SHEET).stem
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{stem}.code", f"{stem}.py"]


def test_what_old_versions_made_goes_after_a_week(tmp_path):
    for fingerprint in ("old", "recent"):
        RuleSetStore(tmp_path, fingerprint=fingerprint).load("set", SHEET)
    RuleSetStore(tmp_path, fingerprint="old").load("set", OTHER)
    long_ago = time.time() - 8 * 86_400
    for path in tmp_path.glob("*-old.*"):
        os.utime(path, (long_ago, long_ago))
    RuleSetStore(tmp_path, fingerprint="new").load("set", SHEET)
    left = {
        version
        for version in ("old", "recent", "new")
        if RuleSetStore(tmp_path, fingerprint=version).path_of(SHEET).exists()
    }
    assert left == {"recent", "new"}
    assert RuleSetStore(tmp_path, fingerprint="old").path_of(OTHER).exists()


def test_the_source_lies_beside_the_code_for_who_reads_a_traceback(tmp_path):
    store = RuleSetStore(tmp_path)
    store.load("set", SHEET)
    code = store.path_of(SHEET)
    source = code.with_suffix(".py")
    assert "def r" in source.read_text()
    assert code.stat().st_mode & 0o044, "another user must be able to read it"


def test_an_unknown_construct_is_refused_by_name_and_rule(tmp_path):
    with pytest.raises(NotCompiled) as refused:
        RuleSetStore(tmp_path).load("set", stylesheet(pattern(rule("x", failed_assert("id('a')")))))
    assert refused.value.rule_set == "set"
    assert "id" in refused.value.construct
    assert "R-1" in refused.value.place
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"<html/>", b"not xml", SHEET[:-20]])
def test_what_is_no_stylesheet_is_refused(tmp_path, content):
    with pytest.raises(NotCompiled, match="set"):
        RuleSetStore(tmp_path).load("set", content)


def test_an_expression_that_is_no_xpath_is_refused(tmp_path):
    with pytest.raises(NotCompiled) as refused:
        RuleSetStore(tmp_path).load("set", stylesheet(pattern(rule("x", failed_assert("b (")))))
    assert refused.value.construct
