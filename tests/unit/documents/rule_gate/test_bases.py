"""Where documents to start from come from."""

from documents.adapters.rule_gate.bases import bases_in, declaring, own_bases
from documents.adapters.rules.document_types import NLCIUS, document_type_of
from documents.adapters.rules.parsing import parse_document
from documents.domain.findings import Syntax

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
TEST_SET = f"""<testSet xmlns="http://difi.no/xsd/vefa/validator/1.0">
  <assert><scope>R-1</scope></assert>
  <test><assert><success>R-1</success></assert><Invoice xmlns="{UBL}Invoice-2"/></test>
  <test><assert><error>R-1</error></assert><CreditNote xmlns="{UBL}CreditNote-2"/></test>
</testSet>"""


def test_own_documents_are_of_both_syntaxes_and_of_known_types():
    bases = own_bases()
    assert {base.syntax for base in bases} == {Syntax.UBL, Syntax.CII}
    assert {base.group for base in bases} == {"own"}
    assert len({base.name for base in bases}) == len(bases)
    for base in bases:
        assert document_type_of(parse_document(base.content)).syntax is base.syntax


def test_a_folder_gives_documents_and_what_test_sets_wrap(tmp_path):
    unit, examples = tmp_path / "cen" / "unit" / "UBL", tmp_path / "cen" / "examples"
    for folder in (unit, examples):
        folder.mkdir(parents=True)
    (unit / "R-1.xml").write_text(TEST_SET)
    (examples / "one.XML").write_text(f'<Invoice xmlns="{UBL}Invoice-2"/>')
    (examples / "other.xml").write_text("<other/>")
    (examples / "broken.xml").write_text("<Invoice")
    (examples / "large.xml").write_text(f'<Invoice xmlns="{UBL}Invoice-2">{"x" * 200_000}</Invoice>')
    (examples / "README.txt").write_text("no document")
    found = [(base.group, base.name) for base in bases_in(tmp_path)]
    assert found == [("cen/examples", "one.XML"), ("cen/unit", "R-1.xml#1"), ("cen/unit", "R-1.xml#2")]


def test_a_document_can_declare_another_specification():
    for base in own_bases():
        declared = declaring(base, NLCIUS)
        assert document_type_of(declared.tree()).customization_id == NLCIUS
        assert (declared.name, declared.group, declared.syntax) == (base.name, base.group, base.syntax)
