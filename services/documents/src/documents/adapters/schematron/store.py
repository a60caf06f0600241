"""Compiled rule sets kept on disk: made once per stylesheet and version of this package, loaded in milliseconds.

Guarantees: what is loaded is what this version makes of exactly this stylesheet: digests of both name the file, and a
digest of the code stands in it. Files appear as a whole by one rename, so that two processes may make the same one at
once. A file that is damaged, or of another interpreter, is made anew; a folder that cannot be written costs the time of
compiling and nothing else. On failure: `NotCompiled` with construct and rule; nothing of it is kept.
The files hold code that is run: whoever may write into the folder may do what the service may do.
"""

import hashlib
import importlib.util
import marshal
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final
from uuid import uuid4

from documents.adapters.schematron.compiler.stylesheet import compile_stylesheet
from documents.adapters.schematron.frontend.stylesheet import read_stylesheet
from documents.adapters.schematron.rule_set import RuleSet
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct, XPathSyntaxError

_DIGEST: Final = hashlib.sha256().digest_size
_NAME_LENGTH: Final = 16
_KEPT_SECONDS: Final = 7 * 86_400


class NotCompiled(Exception):
    """A rule set that this engine cannot take over; `place` is the rule, as far as it is known."""

    def __init__(self, rule_set: str, *, construct: str, place: str = "") -> None:
        super().__init__(f"{rule_set}: {f'{place}: ' if place else ''}{construct}")
        self.rule_set = rule_set
        self.construct = construct
        self.place = place


class RuleSetStore:
    """Rule sets by name, compiled when they are not in `directory`."""

    def __init__(self, directory: Path, *, fingerprint: str | None = None) -> None:
        self._directory = directory
        self._fingerprint = fingerprint or fingerprint_of_sources()

    def load(self, name: str, stylesheet: bytes) -> RuleSet:
        """Return the rule set of a published stylesheet."""
        path = self.path_of(stylesheet)
        code = _read(path)
        if code is not None:
            with suppress(Exception):  # whatever is wrong with it: it is made anew
                return _rule_set(name, code)
        source = _compiled(name, stylesheet)
        code = compile(source, str(path.with_suffix(".py")), "exec", dont_inherit=True)
        self._keep(path, source, code)
        return _rule_set(name, code)

    def path_of(self, stylesheet: bytes) -> Path:
        """Where the code of a stylesheet lies or would lie; its source lies beside it."""
        digest = hashlib.sha256(stylesheet).hexdigest()
        return self._directory / f"{digest}-{self._fingerprint}.code"

    def _keep(self, path: Path, source: str, code: CodeType) -> None:
        marshalled = marshal.dumps(code)
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            _write(path.with_suffix(".py"), source.encode())
            _write(path, hashlib.sha256(marshalled).digest() + marshalled)
            self._forget_old(path)

    def _forget_old(self, path: Path) -> None:
        """Remove what other versions made of the same stylesheet, unless it is so new that one may still run."""
        for other in self._directory.glob(f"{path.name.partition('-')[0]}-*"):
            if other.stem != path.stem and other.stat().st_mtime < time.time() - _KEPT_SECONDS:
                other.unlink(missing_ok=True)


@cache
def fingerprint_of_sources() -> str:
    """Name this version of the package and the interpreter: what either makes of a stylesheet is not for another."""
    root = Path(__file__).parent
    digest = hashlib.sha256(importlib.util.MAGIC_NUMBER)
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_NAME_LENGTH]


def _read(path: Path) -> CodeType | None:
    """Return the code of a file whose digest is right."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    marshalled = content[_DIGEST:]
    if hashlib.sha256(marshalled).digest() != content[:_DIGEST]:
        return None
    code = marshal.loads(marshalled)  # noqa: S302 - written by us, and its digest is right
    return code if isinstance(code, CodeType) else None


def _rule_set(name: str, code: CodeType) -> RuleSet:
    module: dict[str, Any] = {}
    exec(code, module)  # noqa: S102 - our compiler wrote it
    return RuleSet(name, module)


def _compiled(name: str, stylesheet: bytes) -> str:
    try:
        return compile_stylesheet(read_stylesheet(stylesheet))
    except UnsupportedConstruct as error:
        construct = f"{error.construct} in `{error.text}`" if error.text else error.construct
        raise NotCompiled(name, construct=construct, place=error.place) from error
    except XPathSyntaxError as error:
        raise NotCompiled(name, construct=f"{error.problem} in `{error.text}`", place=error.place) from error
    except Exception as error:  # a stylesheet that nobody foresaw must not end the process that reads it
        raise NotCompiled(name, construct=f"{type(error).__name__}: {error}") from error


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    temporary = path.with_name(f".{uuid4().hex}-{path.name}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
