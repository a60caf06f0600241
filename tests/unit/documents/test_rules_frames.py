"""What passes between the service and its rule processes arrives as it was sent."""

import io
from dataclasses import replace

import pytest
from documents.adapters.rules import frames
from documents.adapters.rules.configuration import RuleProcessesConfiguration
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
from shared.errors import Unavailable


def finding(severity: Severity) -> Finding:
    return Finding(
        rule_id="BR-01", severity=severity, location="/ubl:Invoice", text="é 😀", artifact=Artifact.BUSINESS_RULES
    )


def verdict(*found: Finding) -> Verdict:
    return Verdict(
        document_type=DocumentType(
            family=DocumentFamily.INVOICE,
            syntax=Syntax.UBL,
            specification="NLCIUS",
            customization_id="c",
            document_type_id="d",
            process_id="p",
        ),
        rule_sets=(RuleSet(name="nlcius-ubl", version="2.0.3.12", sha256="0" * 64, engine="saxonc"),),
        findings=found,
        omitted=3,
    )


def test_a_verdict_arrives_as_it_was_sent():
    sent = verdict(finding(Severity.FATAL), finding(Severity.WARNING))
    answer = frames.decode_answer(frames.encode_verdict(sent, rss_mb=250.5))
    received = answer.verdict
    assert received == sent
    assert received.findings[0].severity is Severity.FATAL
    assert received.document_type.syntax is Syntax.UBL
    assert answer.rss_mb == 250.5


def test_an_explanation_arrives_with_its_finding():
    explanation = Explanation(nl=Wording(found="é", expected="ë"), en=Wording(found="a", expected="b"))
    sent = verdict(replace(finding(Severity.FATAL), explanation=explanation), finding(Severity.WARNING))
    received = frames.decode_answer(frames.encode_verdict(sent, rss_mb=1)).verdict
    assert [found.explanation for found in received.findings] == [explanation, None]


@pytest.mark.parametrize(
    "error",
    [
        findings.MalformedXml("line 3", line=3),
        findings.DoctypeForbidden(),
        findings.DocumentTooLarge(),
        findings.DocumentTooComplex(),
        findings.UnknownDocumentType("of no type", customization_id="x"),
        findings.RulesUnavailable(),
        findings.ValidationCrashed(),
    ],
)
def test_an_error_arrives_as_it_was_raised(error):
    received = frames.decode_answer(frames.encode_error(error, rss_mb=1)).error
    assert type(received) is type(error)
    assert (received.detail, received.extra) == (error.detail, error.extra)


def test_a_process_that_is_ready_says_neither():
    answer = frames.decode_answer(frames.encode_ready(rss_mb=240))
    assert (answer.verdict, answer.error, answer.rss_mb) == (None, None, 240)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"{}", b'{"rss_mb": 1, "verdict": {}}', b'{"rss_mb": 1, "error": {"name": "SystemExit"}}'],
)
def test_anything_else_is_no_answer(content):
    with pytest.raises(ValueError, match=r"not an answer|Expecting value"):
        frames.decode_answer(content)


def test_frames_are_read_back_one_by_one():
    stream = io.BytesIO()
    for content in (b"", b"first", b"x" * 100_000):
        frames.write_frame(stream, content)
    stream.seek(0)
    assert [frames.read_frame(stream) for _ in range(4)] == [b"", b"first", b"x" * 100_000, None]


def test_half_a_frame_is_the_end():
    assert frames.read_frame(io.BytesIO(frames.HEADER.pack(10) + b"12345")) is None


def test_only_fatal_findings_make_a_document_invalid():
    assert verdict().valid
    assert verdict(finding(Severity.WARNING)).valid
    assert not verdict(finding(Severity.WARNING), finding(Severity.FATAL)).valid


def test_configuration_reaches_the_process_unchanged(tmp_path):
    configuration = RuleProcessesConfiguration(directory=tmp_path, workers=3, deadline=1.5)
    assert RuleProcessesConfiguration.from_json(configuration.to_json()) == configuration


@pytest.mark.parametrize(
    "error",
    [findings.ValidationTimedOut, findings.ValidationCrashed, findings.ValidationBusy, findings.RulesUnavailable],
)
def test_what_says_nothing_about_the_document_may_be_tried_again(error):
    assert issubclass(error, Unavailable)
