"""Where the parser is in the words of an expression, and what the prefixes in it mean."""

from collections.abc import Mapping
from typing import NoReturn

from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError
from documents.adapters.schematron.xpath.lexer import Word, words_of
from documents.adapters.schematron.xpath.syntax import FN, XS


class Cursor:
    """One pass over the words of one expression."""

    def __init__(self, text: str, namespaces: Mapping[str, str]) -> None:
        self.text = text
        self._namespaces = namespaces
        self._words = words_of(text)
        self._index = 0
        self.word = self._words[0]

    @property
    def following(self) -> Word:
        """The word behind the current one; the last word follows itself."""
        return self._words[min(self._index + 1, len(self._words) - 1)]

    def advance(self) -> Word:
        """Step over the current word and return it."""
        passed = self.word
        self.word = self.following
        self._index += 1
        return passed

    def at_symbol(self, *symbols: str) -> bool:
        """Whether the current word is one of these symbols."""
        return self.word.kind == "symbol" and self.word.text in symbols

    def accept(self, symbol: str) -> bool:
        """Step over the symbol if it is the current word."""
        found = self.at_symbol(symbol)
        if found:
            self.advance()
        return found

    def expect(self, kind: str, *texts: str) -> Word:
        """Step over a word that must be here."""
        if self.word.kind != kind or (texts and self.word.text not in texts):
            self.fail(f"expected {' or '.join(texts) or kind}, found {self.word.text or 'the end'}")
        return self.advance()

    def fail(self, problem: str) -> NoReturn:
        """Give up: this is not XPath."""
        raise XPathSyntaxError(f"{problem} at {self.word.position}", self.text)

    def refuse(self, construct: str) -> NoReturn:
        """Give up: this is XPath, but not of the part that is supported."""
        raise UnsupportedConstruct(construct, self.text)

    def element_name(self, written: str) -> tuple[str, str]:
        """Namespace and local name of an element or attribute; without a prefix it is in no namespace."""
        prefix, _, local = written.rpartition(":")
        return (self.namespace(prefix) if prefix else ""), local

    def function_name(self, written: str) -> tuple[str, str]:
        """Namespace and local name of a function; without a prefix it is one of XPath's own."""
        prefix, _, local = written.rpartition(":")
        return (self.namespace(prefix) if prefix else FN), local

    def atomic_type(self, written: str) -> str:
        """Local name of a type of XML Schema; any other type is refused."""
        prefix, _, local = written.rpartition(":")
        if not prefix or self.namespace(prefix) != XS:
            self.refuse(f"type {written}")
        return local

    def namespace(self, prefix: str) -> str:
        """What a prefix stands for; one that is not declared is an error (XPST0081)."""
        if prefix not in self._namespaces:
            self.fail(f"prefix {prefix} is not declared")
        return self._namespaces[prefix]
