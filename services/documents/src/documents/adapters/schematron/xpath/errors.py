"""What is raised when an expression or a stylesheet cannot be taken over: always by name, never a guess."""

from typing import Self


class UnsupportedConstruct(Exception):
    """A construct that this engine does not know; `place` says where (rule and check) as soon as that is known."""

    def __init__(self, construct: str, text: str = "", place: str = "") -> None:
        super().__init__(construct, text, place)
        self.construct = construct
        self.text = text
        self.place = place

    def at(self, place: str) -> Self:
        """The same error with the place where it was met; a place that is known already stays."""
        return type(self)(self.construct, self.text, self.place or place)

    def __str__(self) -> str:
        return _sentence(f"not supported: {self.construct}", self.text, self.place)


class XPathSyntaxError(Exception):
    """An expression that is not XPath 2.0 at all, or that uses a prefix without a declaration (XPST0003, XPST0081)."""

    def __init__(self, problem: str, text: str = "", place: str = "") -> None:
        super().__init__(problem, text, place)
        self.problem = problem
        self.text = text
        self.place = place

    def at(self, place: str) -> Self:
        """The same error with the place where it was met; a place that is known already stays."""
        return type(self)(self.problem, self.text, self.place or place)

    def __str__(self) -> str:
        return _sentence(f"not XPath: {self.problem}", self.text, self.place)


def _sentence(problem: str, text: str, place: str) -> str:
    return "".join((f"{place}: " if place else "", problem, f" in `{text}`" if text else ""))
