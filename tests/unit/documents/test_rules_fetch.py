"""Fetching: pinned, whole or not at all, repeatable, and clear when there is no connection."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import stamina
from documents import rules_command
from documents.adapters.rules.fetch import fetch_rules, verify_rules
from documents.adapters.rules.lock import (
    Entry,
    MavenArtifact,
    RulesLock,
    default_directory,
    fetched,
    locate,
    lock_path,
    read_lock,
)
from documents.domain.findings import RulesUnavailable
from documents.domain.releases import Release
from documents.rules_command import rules
from support.releases import DAY, NEW_DAY
from typer.testing import CliRunner

RULES = b"<xsl:stylesheet/>"
RELEASE = Release(name="7", in_force_from=date(2026, 1, 1), rule_sets={"cen-ubl": "7"})


def archive(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        for name, content in members.items():
            writer.writestr(name, content)
    return buffer.getvalue()


class Repository:
    """A Maven repository with one artifact, which counts what is asked of it."""

    def __init__(self, content: bytes, failures: int = 0) -> None:
        self.content = content
        self.failures = failures
        self.downloads = 0

    def download(self, artifact: MavenArtifact, cache: Path, _report) -> Path:
        self.downloads += 1
        path = cache / artifact.file_name
        if self.downloads <= self.failures:
            path.write_bytes(self.content[:10])
            raise ConnectionError("no route to host")
        path.write_bytes(self.content)
        return path


def lock_for(content: bytes, *entries: Entry) -> RulesLock:
    artifact = MavenArtifact(
        group="org.example",
        name="rules",
        version="1.0",
        sha256=hashlib.sha256(content).hexdigest(),
        entries=entries or (Entry(path="a/rules.xslt", into="stylesheets/cen-ubl/7.xslt"),),
    )
    return RulesLock(artifacts=(artifact,), releases=(RELEASE,), digest="0123456789abcdef")


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def content() -> bytes:
    return archive({"a/rules.xslt": RULES, "a/x.xsd": b"<x/>", "a/y.xsd": b"<y/>", "b/z.xsd": b"<z/>"})


@pytest.fixture
def lines() -> list[str]:
    return []


def test_pinned_files_are_extracted(tmp_path, content, lines):
    lock = lock_for(
        content,
        Entry(path="a/rules.xslt", into="stylesheets/cen-ubl/7.xslt"),
        Entry(path="a/*.xsd", into="schemas/"),
    )
    files = fetch_rules(tmp_path, lock, report=lines.append, download=Repository(content).download)
    assert files.stylesheet("cen-ubl").path.read_bytes() == RULES
    assert files.stylesheet("cen-ubl").version == "7"
    assert sorted(path.name for path in files.schemas.iterdir()) == ["x.xsd", "y.xsd"]
    assert fetched(tmp_path, lock) == files
    assert any("1/1: rules-1.0.jar" in line for line in lines)


def test_what_is_present_is_not_fetched_again(tmp_path, content, lines):
    repository = Repository(content)
    for _ in range(2):
        fetch_rules(tmp_path, lock_for(content), report=lines.append, download=repository.download)
    assert repository.downloads == 1


def test_another_release_in_an_artifact_that_is_here_needs_no_download(tmp_path, content, lines):
    repository = Repository(content)
    fetch_rules(tmp_path, lock_for(content), report=lines.append, download=repository.download)
    entries = [Entry(path="a/rules.xslt", into=f"stylesheets/cen-ubl/{version}.xslt") for version in ("7", "8")]
    newer = Release(name="8", in_force_from=date(2026, 7, 1), rule_sets={"cen-ubl": "8"})
    lock = replace(lock_for(content, *entries), releases=(RELEASE, newer), digest="fedcba9876543210")
    files = fetch_rules(tmp_path, lock, report=lines.append, download=repository.download)
    assert repository.downloads == 1
    assert verify_rules(files) == []
    assert files.stylesheet("cen-ubl").version == "8"
    assert files.of("7").stylesheet("cen-ubl").path.name == "7.xslt"
    with pytest.raises(RulesUnavailable, match="no release 9"):
        files.of("9")


def test_an_archive_that_somebody_changed_is_downloaded_again(tmp_path, content, lines):
    repository = Repository(content)
    first = fetch_rules(tmp_path, lock_for(content), report=lines.append, download=repository.download)
    (first.archives / "rules-1.0.jar").write_bytes(b"changed")
    lock = replace(lock_for(content), digest="fedcba9876543210")
    assert verify_rules(fetch_rules(tmp_path, lock, report=lines.append, download=repository.download)) == []
    assert repository.downloads == 2


@pytest.mark.parametrize(("now", "releases"), [(DAY, ["2025.11", "2026.5"]), (NEW_DAY, ["2026.5"])])
def test_a_release_that_is_over_is_neither_compiled_nor_gated(monkeypatch, tmp_path, now, releases):
    monkeypatch.setattr(rules_command, "utc_now", lambda: now)
    assert [files.release.name for files in rules_command.living(locate(tmp_path, read_lock()))] == releases


def test_an_artifact_that_is_not_the_pinned_one_is_refused(tmp_path, content, lines):
    other = Repository(archive({"a/rules.xslt": b"<evil/>"}))
    with pytest.raises(RulesUnavailable, match=r"SHA-256 .* refused"):
        fetch_rules(tmp_path, lock_for(content), report=lines.append, download=other.download)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_download_is_tried_again(tmp_path, content, lines):
    repository = Repository(content, failures=2)
    files = fetch_rules(tmp_path, lock_for(content), report=lines.append, download=repository.download)
    assert repository.downloads == 3
    assert verify_rules(files) == []


def test_without_connection_the_error_says_what_to_do(tmp_path, content, lines):
    with pytest.raises(RulesUnavailable, match=r"org\.example:rules:1\.0 .*no route to host.*connect this machine"):
        fetch_rules(tmp_path, lock_for(content), report=lines.append, download=Repository(content, failures=9).download)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_entry_leaves_nothing_behind(tmp_path, content, lines):
    lock = lock_for(content, Entry(path="a/other.xslt", into="stylesheets/cen-ubl/7.xslt"))
    with pytest.raises(RulesUnavailable, match=r"has no a/other\.xslt"):
        fetch_rules(tmp_path, lock, report=lines.append, download=Repository(content).download)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_cannot_write_outside_its_folder(tmp_path, lines):
    hostile = archive({"a/../../../evil.xsd": b"<x/>"})
    lock = lock_for(hostile, Entry(path="a/*", into="schemas/"))
    files = fetch_rules(tmp_path / "rules", lock, report=lines.append, download=Repository(hostile).download)
    assert (files.schemas / "evil.xsd").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["rules"]


def test_the_slower_of_two_fetches_accepts_the_files_of_the_faster(tmp_path, content, lines):
    lock = lock_for(content)
    repository = Repository(content)

    def overtaken(artifact, cache, report):
        if repository.downloads == 0:
            fetch_rules(tmp_path, lock, report=lines.append, download=repository.download)
        return repository.download(artifact, cache, report)

    files = fetch_rules(tmp_path, lock, report=lines.append, download=overtaken)
    assert verify_rules(files) == []
    assert [path.name for path in tmp_path.iterdir()] == [lock.digest]


@pytest.mark.parametrize("victim", ["stylesheets/cen-ubl/7.xslt", "archives/rules-1.0.jar"])
@pytest.mark.parametrize("harm", ["change", "remove"])
def test_verify_finds_a_harmed_file(tmp_path, content, lines, victim, harm):
    files = fetch_rules(tmp_path, lock_for(content), report=lines.append, download=Repository(content).download)
    assert verify_rules(files) == []
    if harm == "change":
        (files.root / victim).write_bytes(b"changed")
    else:
        (files.root / victim).unlink()
    (difference,) = verify_rules(files)
    assert victim in difference


def test_rules_that_were_not_fetched_are_reported_with_the_command(tmp_path):
    with pytest.raises(RulesUnavailable, match="rules_command fetch"):
        fetched(tmp_path, read_lock())


def test_another_lock_means_another_directory(tmp_path):
    text = lock_path().read_text(encoding="utf-8")
    other, remarked = tmp_path / "other.lock", tmp_path / "remarked.lock"
    other.write_text(text.replace("2026.5", "2026.11"), encoding="utf-8")
    remarked.write_text(f"{text}# a remark\n", encoding="utf-8")
    assert read_lock(other).digest != read_lock().digest
    assert read_lock(remarked) == read_lock()


def test_every_artifact_of_the_lock_is_pinned():
    lock = read_lock()
    assert len(lock.artifacts) == 9
    assert all(re.fullmatch(r"[0-9a-f]{64}", artifact.sha256) for artifact in lock.artifacts)


def test_rules_lie_in_the_repository_by_default():
    assert default_directory() == lock_path().parents[2] / ".local" / "rules"


def test_verify_fails_where_nothing_was_fetched(tmp_path):
    result = CliRunner().invoke(rules, ["verify", "--directory", str(tmp_path)])
    assert result.exit_code == 1
    assert "rules_command fetch" in result.output


def test_the_directory_comes_from_the_environment(tmp_path):
    result = CliRunner().invoke(rules, ["verify"], env={"DOCUMENTS_RULES__DIRECTORY": str(tmp_path)})
    assert result.exit_code == 1
    assert tmp_path.name in result.output.replace("\n", "")
