"""Our own engine behind the rule port: rule sets compiled to Python (`documents.adapters.schematron`).

Guarantees: it gives all findings of all rule sets, or none: whatever cannot be evaluated, a rule set that cannot be
compiled and a fault of the engine are `NotEvaluated`, with nothing of the document in it. Rule sets beyond `preload`
are compiled when the first document asks for them, and loaded once when several releases share them. Not for several
threads: a document is evaluated by one at a time.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, MutableMapping
from weakref import WeakValueDictionary

import structlog
from lxml import etree

from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.reported import reported
from documents.adapters.rules.rule_engine import COMMON_STYLESHEETS, COMPILED, FORCED, UNSUPPORTED, NotEvaluated
from documents.adapters.schematron.engine import Engine, EvaluationFailed
from documents.adapters.schematron.rule_set import RuleSet as CompiledRuleSet
from documents.adapters.schematron.store import NotCompiled, RuleSetStore
from documents.domain.findings import Finding, RuleSet

_log = structlog.get_logger(__name__)
_ERROR_CODE = re.compile(r"\b[A-Z]{4}\d{4}\b")
_SHAPE = "shape"
# A few hundred paths occur in invoices; a stranger who makes up names must not fill the memory with them.
_MAX_PATH_TYPES = 5_000


def store_of(files: RuleFiles) -> RuleSetStore:
    """Where compiled rule sets lie: beside the fetched ones, kept when the lock changes."""
    return RuleSetStore(files.root.parent / "compiled")


class CompiledEngine:
    """The rule sets of one release

    `left_to_reference` says of a rule set that the reference must judge by it, though we could. `loaded` are compiled
    rule sets by the SHA-256 of their stylesheets, which engines of several releases may share.
    """

    def __init__(
        self,
        files: RuleFiles,
        *,
        preload: Iterable[str] = COMMON_STYLESHEETS,
        left_to_reference: Callable[[RuleSet], bool] = lambda _: False,
        loaded: MutableMapping[str, CompiledRuleSet] | None = None,
    ) -> None:
        self._files = files
        self._loaded: MutableMapping[str, CompiledRuleSet] = WeakValueDictionary() if loaded is None else loaded
        self._store = store_of(files)
        self._left_to_reference = left_to_reference
        self._compiled: dict[str, CompiledRuleSet] = {}
        self._rule_sets: dict[str, RuleSet] = {}
        self._unsupported: dict[str, str] = {}
        self._engine = Engine(self._compiled, max_path_types=_MAX_PATH_TYPES)
        for name in preload:
            self._prepare(name)

    @property
    def unsupported(self) -> dict[str, str]:
        """The rule sets that were refused so far, each with construct and rule."""
        return dict(self._unsupported)

    def rule_set(self, name: str) -> RuleSet:
        self._prepare(name)
        if name in self._unsupported:
            raise NotEvaluated(self._unsupported[name], rule_set=name, reason=UNSUPPORTED)
        return self._rule_sets[name]

    def run(self, root: etree._Element, names: Iterable[str]) -> list[Finding]:
        names = tuple(names)
        for name in names:
            if self._left_to_reference(self._identified(name)[0]):
                raise NotEvaluated(rule_set=name, reason=FORCED)
            self.rule_set(name)
        try:
            raw = self._engine.findings(root, names)
        except EvaluationFailed as error:
            raise NotEvaluated(rule_set=error.rule_set, reason=_reason(error)) from error
        return [
            reported(
                rule_set=each.rule_set, rule_id=each.rule_id, flag=each.flag, location=each.location, text=each.text
            )
            for each in raw
        ]

    def _identified(self, name: str) -> tuple[RuleSet, bytes]:
        """Name a rule set by version and content; the content comes with it the first time."""
        if name in self._rule_sets:
            return self._rule_sets[name], b""
        stylesheet = self._files.stylesheet(name)
        content = stylesheet.path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        self._rule_sets[name] = RuleSet(name=name, version=stylesheet.version, sha256=sha256, engine=COMPILED)
        return self._rule_sets[name], content

    def _prepare(self, name: str) -> None:
        if name in self._compiled or name in self._unsupported:
            return
        rule_set, content = self._identified(name)
        compiled = self._loaded.get(rule_set.sha256)
        try:
            if compiled is None:
                compiled = self._store.load(name, content or self._files.stylesheet(name).path.read_bytes())
        except NotCompiled as error:
            self._unsupported[name] = str(error)
            _log.error("rule_set_not_compiled", rule_set=name, construct=error.construct, place=error.place)
            return
        self._compiled[name] = self._loaded[rule_set.sha256] = compiled


def compiled_engines(*, left_to_reference: Callable[[RuleSet], bool]) -> Callable[[RuleFiles], CompiledEngine]:
    """Return what opens the engine of a release; what the releases of a process share is loaded once."""
    loaded: WeakValueDictionary[str, CompiledRuleSet] = WeakValueDictionary()

    def open_engine(files: RuleFiles) -> CompiledEngine:
        return CompiledEngine(files, left_to_reference=left_to_reference, loaded=loaded)

    return open_engine


def _reason(error: EvaluationFailed) -> str:
    """One word without anything of the document: an error code of XPath, or the name of an exception."""
    if not error.rule_set:
        return _SHAPE
    code = _ERROR_CODE.match(getattr(error.__cause__, "code", ""))
    return code.group() if code else type(error.__cause__).__name__
