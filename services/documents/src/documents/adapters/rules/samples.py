"""Documents of our own with known verdicts: a machine uses the rule sets that it fetched only once these agree."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from documents.adapters.rules.rule_engine import LEFT_TO_REFERENCE, NotEvaluated
from documents.domain.findings import Verdict

_FOLDER = Path(__file__).parent / "samples"


class Validating(Protocol):
    def validate(self, document: bytes) -> Verdict: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A document with one change, and the rules that must then speak (and no others)."""

    file: str
    change: tuple[str, str] = ("", "")
    fatal: frozenset[str] = frozenset()

    def content(self) -> bytes:
        text = (_FOLDER / self.file).read_text(encoding="utf-8")
        before, after = self.change
        if before not in text:
            raise ValueError(f"{self.file} does not contain {before}")
        return text.replace(before, after, 1).encode() if before else text.encode()


SAMPLES = (
    Sample(file="invoice-bis3.xml"),
    Sample(file="credit-note-bis3.xml"),
    Sample(file="invoice-nlcius.xml"),
    Sample(
        file="invoice-bis3.xml",
        change=('<cbc:PayableAmount currencyID="EUR">1210.00<', '<cbc:PayableAmount currencyID="EUR">1200.00<'),
        fatal=frozenset({"BR-CO-16"}),
    ),
    Sample(
        file="invoice-bis3.xml",
        change=("<cbc:BuyerReference>PO-2026-114</cbc:BuyerReference>", ""),
        fatal=frozenset({"PEPPOL-EN16931-R003"}),
    ),
    Sample(
        file="invoice-nlcius.xml",
        change=("<cbc:BuyerReference>PO-2026-114</cbc:BuyerReference>", ""),
        fatal=frozenset({"BR-NL-2"}),
    ),
)


def check_samples(validator: Validating) -> list[str]:
    """Validate every sample; the differences from what is expected, empty when all agree.

    What an engine leaves to the reference is no difference; what it should have evaluated and could not is one.
    """
    differences = []
    for sample in SAMPLES:
        try:
            found = {finding.rule_id for finding in validator.validate(sample.content()).fatal}
        except NotEvaluated as error:
            if error.reason not in LEFT_TO_REFERENCE:
                differences.append(f"{sample.file}: {error.rule_set} was not evaluated ({error.reason})")
            continue
        if found != sample.fatal:
            differences.append(f"{sample.file}: expected {sorted(sample.fatal)}, found {sorted(found)}")
    return differences
