"""The whole validation of one document, in one process and one thread: bytes in, verdict out.

Order: size, DOCTYPE, parse, type, volume, schema, rules. A document that fails its schema is not shown to the rules,
which are written for valid ones.
"""

from collections.abc import Iterable

from lxml import etree

from documents.adapters.rules.document_types import document_type_of, stylesheets_for
from documents.adapters.rules.explanations import explained
from documents.adapters.rules.lock import RuleFiles
from documents.adapters.rules.parsing import DEFAULT_LIMITS, ParsingLimits, parse_document
from documents.adapters.rules.rule_engine import RuleEngine
from documents.adapters.rules.schemas import Schemas
from documents.adapters.rules.volume import check_volume, without_attachments
from documents.domain.findings import DocumentType, Finding, Verdict

MAX_FINDINGS = 1000


class Validator:
    """Schemas, and the rules of one release, compiled."""

    def __init__(
        self,
        files: RuleFiles,
        engine: RuleEngine,
        *,
        limits: ParsingLimits = DEFAULT_LIMITS,
        schemas: Schemas | None = None,
    ) -> None:
        self._release = files.release.name
        self._schemas = schemas or Schemas(files)
        self._engine = engine
        self._limits = limits

    def validate(self, document: bytes) -> Verdict:
        root = parse_document(document, self._limits)
        document_type = document_type_of(root)
        check_volume(root, len(document), self._limits)
        if errors := self._schemas.findings(root, document_type.syntax):
            return self._verdict(root, document_type, errors, stylesheets=())
        without_attachments(root)
        stylesheets = stylesheets_for(document_type)
        return self._verdict(root, document_type, self._engine.run(root, stylesheets), stylesheets=stylesheets)

    def _verdict(
        self, root: etree._Element, document_type: DocumentType, findings: list[Finding], *, stylesheets: Iterable[str]
    ) -> Verdict:
        # Fatal ones first, so that the limit never hides why a document is refused.
        ordered = sorted(findings, key=lambda finding: finding.severity != "fatal")
        return Verdict(
            document_type=document_type,
            release=self._release,
            rule_sets=tuple(self._engine.rule_set(name) for name in stylesheets),
            findings=tuple(explained(ordered[:MAX_FINDINGS], root, document_type.syntax)),
            omitted=max(0, len(ordered) - MAX_FINDINGS),
        )
