"""The reference: the official stylesheets in SaxonC.

Guarantees: no stylesheet and no document can read a file or an address (no protocol is allowed, stylesheets are
compiled from text); an expression that the stylesheet cannot evaluate on a document is a fatal finding of its own,
and the other stylesheets still run. Not for several threads: SaxonC holds the GIL, and one process has one engine.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXdmNode, PyXsltExecutable

from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.rule_engine import COMMON_STYLESHEETS, REFERENCE
from documents.adapters.rules.svrl import findings_of
from documents.adapters.rules.volume import check_numbers
from documents.domain.findings import Artifact, Finding, RuleSet, Severity

_ALLOWED_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"
_ERROR_CODE = re.compile(r"\b[A-Z]{4}\d{4}\b")
_MAX_REASON = 500


@dataclass(kw_only=True)
class Executable:
    """A compiled stylesheet: about 30 MB and half a second."""

    run: PyXsltExecutable


class Saxon:
    """The processor of a process. Stylesheets that several releases share are compiled once, by SHA-256."""

    def __init__(self) -> None:
        self.processor = PySaxonProcessor(license=False)
        self.processor.set_configuration_property(_ALLOWED_PROTOCOLS, "")
        self._compiler = self.processor.new_xslt30_processor()
        self._executables: WeakValueDictionary[str, Executable] = WeakValueDictionary()

    def executable(self, content: bytes, sha256: str) -> Executable:
        executable = self._executables.get(sha256)
        if executable is None:
            executable = Executable(run=self._compiler.compile_stylesheet(stylesheet_text=content.decode()))
            self._executables[sha256] = executable
        return executable


class SaxonEngine:
    """The stylesheets of one release.

    `complaints` gives what SaxonC wrote to the error stream: its exceptions lack the code. Engines of one process share
    their `saxon`.
    """

    def __init__(
        self,
        files: RuleFiles,
        *,
        compiled: Iterable[str] = COMMON_STYLESHEETS,
        complaints: Callable[[], str] = str,
        saxon: Saxon | None = None,
    ) -> None:
        self._files = files
        self._complaints = complaints
        self._saxon = saxon or Saxon()
        self._executables: dict[str, Executable] = {}
        self._rule_sets: dict[str, RuleSet] = {}
        for name in compiled:
            self._executable(name)

    def rule_set(self, name: str) -> RuleSet:
        self._executable(name)
        return self._rule_sets[name]

    def run(self, root: etree._Element, names: Iterable[str]) -> list[Finding]:
        """Give the findings on a document; the engine gets the text that lxml writes, never the sender's bytes."""
        check_numbers(root)
        text = etree.tostring(root, encoding="unicode", with_tail=False)
        executables = [(name, self._executable(name)) for name in names]
        try:
            document = self._saxon.processor.parse_xml(xml_text=text)
        except PySaxonApiError as error:
            return [self._failure("the rule engine cannot read this document", error, rule_set="")]
        return [finding for name, executable in executables for finding in self._apply(name, executable, document)]

    def _apply(self, name: str, executable: Executable, document: PyXdmNode) -> list[Finding]:
        try:
            report = executable.run.transform_to_string(xdm_node=document)
        except PySaxonApiError as error:
            what = f"the rules {name} cannot be evaluated on this document"
            return [self._failure(what, error, rule_set=name)]
        return findings_of(report, stylesheet=name)

    def _failure(self, what: str, error: PySaxonApiError, *, rule_set: str) -> Finding:
        """Report that no verdict was possible: an assertion that cannot be evaluated was not satisfied."""
        reason = " ".join(str(error).split())
        code = _ERROR_CODE.search(self._complaints()) or _ERROR_CODE.search(reason)
        return Finding(
            rule_id=f"engine-{code.group() if code else 'failure'}",
            severity=Severity.FATAL,
            location="/",
            text=f"{what}: {reason[:_MAX_REASON]}",
            artifact=Artifact.BUSINESS_RULES,
            rule_set=rule_set,
        )

    def _executable(self, name: str) -> Executable:
        if name not in self._executables:
            stylesheet = self._files.stylesheet(name)
            content = stylesheet.path.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            self._executables[name] = self._saxon.executable(content, sha256)
            self._rule_sets[name] = RuleSet(name=name, version=stylesheet.version, sha256=sha256, engine=REFERENCE)
        return self._executables[name]
