"""The one error of evaluation."""


class EvaluationError(Exception):
    """An XPath dynamic error: `code` is the error code of the recommendations (FORG0001, FOAR0001 ...)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"
