"""What the platform and its rule processes say to each other: length-prefixed frames, JSON in the answers.

JSON and not pickle, because a rule process reads what strangers wrote: whatever happens in it, its answers are only
data.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from shared.errors import DomainError

from documents.adapters.rules.rule_engine import NotEvaluated
from documents.domain import findings
from documents.domain.explanations.wording import Explanation, Wording
from documents.domain.findings import (
    Artifact,
    DocumentFamily,
    DocumentType,
    Finding,
    RuleSet,
    Severity,
    Syntax,
    Verdict,
)

HEADER = struct.Struct(">I")
MAX_ANSWER = 16_000_000
_ERRORS: dict[str, type[DomainError]] = {
    error.__name__: error
    for error in (
        findings.MalformedXml,
        findings.DoctypeForbidden,
        findings.DocumentTooLarge,
        findings.DocumentTooComplex,
        findings.UnknownDocumentType,
        findings.ValidationCrashed,
        findings.RulesUnavailable,
        NotEvaluated,
    )
}


def write_frame(stream: BinaryIO, content: bytes) -> None:
    stream.write(HEADER.pack(len(content)) + content)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read the next frame, or nothing when the other side is gone."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    content = stream.read(length)
    return content if len(content) == length else None


def encode_ready(*, rss_mb: float) -> bytes:
    return json.dumps({"rss_mb": rss_mb}).encode()


def encode_verdict(verdict: Verdict, *, rss_mb: float) -> bytes:
    return json.dumps({"verdict": asdict(verdict), "rss_mb": rss_mb}).encode()


def encode_error(error: DomainError, *, rss_mb: float) -> bytes:
    described = {"name": type(error).__name__, "detail": error.detail, "extra": error.extra}
    return json.dumps({"error": described, "rss_mb": rss_mb}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rule process said; neither `verdict` nor `error` means that it is ready."""

    rss_mb: float
    verdict: Verdict | None = None
    error: DomainError | None = None


def decode_answer(content: bytes) -> Answer:
    """Read an answer; raises ValueError for what is none."""
    try:
        table = json.loads(content)
        return Answer(
            rss_mb=float(table["rss_mb"]),
            verdict=_verdict(table["verdict"]) if "verdict" in table else None,
            error=_error(table["error"]) if "error" in table else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an answer of a rule process") from error


def _error(described: dict[str, Any]) -> DomainError:
    return _ERRORS[described["name"]](described["detail"], **described["extra"])


def _verdict(table: dict[str, Any]) -> Verdict:
    kind = table["document_type"]
    return Verdict(
        document_type=DocumentType(
            **{**kind, "family": DocumentFamily(kind["family"]), "syntax": Syntax(kind["syntax"])}
        ),
        rule_sets=tuple(RuleSet(**rule_set) for rule_set in table["rule_sets"]),
        findings=tuple(_finding(finding) for finding in table["findings"]),
        omitted=table["omitted"],
        release=table["release"],
    )


def _finding(table: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **table,
            "severity": Severity(table["severity"]),
            "artifact": Artifact(table["artifact"]),
            "explanation": _explanation(table["explanation"]),
        }
    )


def _explanation(table: dict[str, Any] | None) -> Explanation | None:
    return None if table is None else Explanation(nl=Wording(**table["nl"]), en=Wording(**table["en"]))
