"""The schemas, read for what may stand where."""

from documents.adapters.rule_gate.schema_paths import SchemaPaths
from documents.adapters.rules.document_types import UBL_AGGREGATE as CAC
from documents.adapters.rules.document_types import UBL_BASIC as CBC
from documents.adapters.rules.document_types import UBL_INVOICE as UBL
from lxml import etree

INVOICE = f"""<Invoice xmlns="{UBL}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
  <cbc:ID>1</cbc:ID><cbc:Note>a</cbc:Note>
  <cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator></cac:AllowanceCharge>
</Invoice>"""


def invoice():
    return etree.fromstring(INVOICE)


def names(tags):
    return [tag.rpartition("}")[2] for tag in tags]


def test_children_come_in_schema_order(schema):
    assert names(particle.tag for particle in schema.allowed(invoice())) == ["ID", "Note", "Party", "AllowanceCharge"]


def test_a_new_element_belongs_behind_what_must_precede_it(schema):
    root = invoice()
    assert schema.place(root, f"{{{CBC}}}ID") == 1
    assert schema.place(root, f"{{{CBC}}}Note") == 2
    assert schema.place(root, f"{{{CAC}}}Party") == 2
    assert schema.place(root, f"{{{CAC}}}AllowanceCharge") == 3
    assert schema.place(root, "unknown") == 3


def test_a_skeleton_holds_what_is_required_and_no_more(schema):
    particle = schema.allowed(invoice())[3]
    skeleton = schema.skeleton(particle)
    assert names(child.tag for child in skeleton) == ["ChargeIndicator", "Amount"]
    assert [child.text for child in skeleton] == ["true", "1.00"]
    assert skeleton[1].get("currencyID") == "EUR"


def test_of_a_choice_the_first_is_taken(schema):
    party = schema.skeleton(schema.allowed(invoice())[2])
    assert names(element.tag for element in party.iter()) == ["Party", "ID", "When", "Date"]


def test_types_follow_their_bases(schema):
    root = invoice()
    indicator = root[2][0]
    assert schema.base_of(indicator) == "boolean"
    assert schema.base_of(root) == ""
    assert schema.attributes(root[0]) == ("schemeID",)
    assert schema.particle_of(root[2]).repeatable
    assert not schema.particle_of(root[0]).repeatable
    assert schema.particle_of(root) is None


def test_unknown_documents_have_no_model(schema):
    other = etree.fromstring("<a><b/></a>")
    assert schema.type_of(other[0]) is None
    assert schema.allowed(other) == ()
    assert schema.place(other, "c") == 1


def test_places_of_a_name_are_found_below_the_root(schema):
    paths = SchemaPaths(schema, f"{{{UBL}}}Invoice")
    found = paths.places(f"{{{CBC}}}ID")
    assert [names(place) for place in found] == [["Invoice", "ID"], ["Invoice", "Party", "ID"]]
    assert paths.places(f"{{{UBL}}}Invoice") == [(f"{{{UBL}}}Invoice",)]
    assert paths.places("nowhere") == []


def test_places_below_a_place_begin_there(schema):
    paths = SchemaPaths(schema, f"{{{UBL}}}Invoice")
    charge = (f"{{{UBL}}}Invoice", f"{{{CAC}}}AllowanceCharge")
    assert paths.places(f"{{{CBC}}}Amount", below=charge) == [(*charge, f"{{{CBC}}}Amount")]
    assert paths.places(f"{{{CBC}}}ID", below=charge) == []
