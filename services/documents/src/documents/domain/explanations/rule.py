"""One row of the table: the rules that it explains, what to look up, and the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, localcontext

from documents.domain.explanations.facts import PRECISION, Fact, Source
from documents.domain.explanations.wording import Explanation, Language, Value, Wording, sentence

GROUP = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleExplanation:
    """The texts are ours, never the publisher's: that one stands in the finding itself.

    A rule id that ends in `*` stands for every rule that begins so and has no row of its own.
    """

    rules: tuple[str, ...]
    nl: Wording
    en: Wording
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def explain(self, source: Source) -> Explanation:
        """Fill the sentences with what the document says."""
        with localcontext(Context(prec=PRECISION)):
            values = {name: fact(source) for name, fact in self.facts.items()}
        return Explanation(nl=_filled(self.nl, values, Language.NL), en=_filled(self.en, values, Language.EN))


def _filled(wording: Wording, values: dict[str, Value], language: Language) -> Wording:
    return Wording(
        found=sentence(wording.found, values, language), expected=sentence(wording.expected, values, language)
    )


def nl(found: str, expected: str) -> Wording:
    return Wording(found=found, expected=expected)


en = nl
