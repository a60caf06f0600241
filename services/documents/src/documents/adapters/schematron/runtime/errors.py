"""The errors of evaluation: what XPath calls an error, and what only this engine cannot say."""


class EvaluationError(Exception):
    """An XPath dynamic error: `code` is the error code of the recommendations (FORG0001, FOAR0001 ...)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class Undecided(EvaluationError):
    """A limit of this engine: another engine may well have a value.

    Unlike an error of XPath it does not mean that a pattern does not match: it ends the evaluation.
    """
