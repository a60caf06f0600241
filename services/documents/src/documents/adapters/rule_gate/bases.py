"""The documents that mutants are made of: the project's own samples, and any folder of official documents.

A folder may hold plain invoices and credit notes, or the test sets of a publisher (documents wrapped with what a rule
must say of them); what is neither is left out. Bases come in a fixed order, so that a seed means the same everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from shared.errors import DomainError

from documents.adapters.rules.document_types import CII_INVOICE, PREFIXES, UBL_CREDIT_NOTE, UBL_INVOICE
from documents.adapters.rules.parsing import parse_document
from documents.domain.findings import Syntax

TEST_SET = "{http://difi.no/xsd/vefa/validator/1.0}"
_SYNTAXES = {
    f"{{{UBL_INVOICE}}}Invoice": Syntax.UBL,
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": Syntax.UBL,
    f"{{{CII_INVOICE}}}CrossIndustryInvoice": Syntax.CII,
}
_DECLARATIONS = {
    Syntax.UBL: "cbc:CustomizationID",
    Syntax.CII: "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
}
_OWN_FOLDERS = (Path(__file__).parent / "samples", Path(__file__).parents[1] / "rules" / "samples")
# Large documents cost the time of many small ones and hold nothing that they do not.
_MAX_BYTES = 150_000
_GROUP_DEPTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDocument:
    """A document to start from

    `group` names where it comes from: mutants choose a group first, so that hundreds of fragments do not crowd out ten
    real invoices.
    """

    name: str
    group: str
    syntax: Syntax
    content: bytes

    def tree(self) -> etree._Element:
        return parse_document(self.content)


def own_bases() -> tuple[BaseDocument, ...]:
    """The samples that lie in the project."""
    return tuple(
        _base(parse_document(path.read_bytes()), name=path.name, group="own")
        for folder in _OWN_FOLDERS
        for path in sorted(folder.glob("*.xml"))
    )


def bases_in(folder: Path) -> tuple[BaseDocument, ...]:
    """Every usable document below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".xml")
    return tuple(base for path in paths for base in _bases_of(folder, path))


def syntax_of(root: etree._Element) -> Syntax | None:
    """UBL or CII by the name of the root; none for any other document."""
    return _SYNTAXES.get(str(root.tag))


def _bases_of(folder: Path, path: Path) -> Iterator[BaseDocument]:
    try:
        root = parse_document(path.read_bytes())
    except DomainError:
        return  # a publisher's file that is no document that anybody could send
    group = "/".join(path.relative_to(folder).parts[:-1][:_GROUP_DEPTH])
    if root.tag != f"{TEST_SET}testSet":
        wrapped = [(path.name, root)]
    else:
        tests = root.iterfind(f"{TEST_SET}test")
        wrapped = [
            (f"{path.name}#{number}", document)
            for number, test in enumerate(tests, start=1)
            for document in test.iterchildren(*_SYNTAXES)
        ]
    for name, document in wrapped:
        if syntax_of(document) is not None:
            base = _base(document, name=name, group=group)
            if len(base.content) <= _MAX_BYTES:
                yield base


def declaring(base: BaseDocument, customization_id: str) -> BaseDocument:
    """The document as one of another specification: the only thing that changes is what it declares to be."""
    root = base.tree()
    for element in root.iterfind(_DECLARATIONS[base.syntax], namespaces=PREFIXES):
        element.text = customization_id
    return _base(root, name=base.name, group=base.group)


def _base(root: etree._Element, *, name: str, group: str) -> BaseDocument:
    content = etree.tostring(root, encoding="UTF-8", with_tail=False, xml_declaration=True)
    return BaseDocument(name=name, group=group, syntax=_SYNTAXES[str(root.tag)], content=content)
