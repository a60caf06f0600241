"""Material from the project's samples and a schema of a few types."""

import pytest
from documents.adapters.rule_gate.bases import own_bases
from documents.adapters.rule_gate.material import Material, RulePath, gather
from documents.adapters.rule_gate.schema_model import SchemaModel, read_schemas
from documents.adapters.rules.document_types import UBL_AGGREGATE as CAC
from documents.adapters.rules.document_types import UBL_BASIC as CBC
from documents.adapters.rules.document_types import UBL_INVOICE as UBL

BASIC = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{CBC}" xmlns="{CBC}">
  <xsd:element name="ID" type="IDType"/>
  <xsd:element name="Note" type="IDType"/>
  <xsd:element name="Amount" type="AmountType"/>
  <xsd:element name="ChargeIndicator" type="IndicatorType"/>
  <xsd:complexType name="IDType"><xsd:simpleContent>
    <xsd:extension base="xsd:token"><xsd:attribute name="schemeID"/></xsd:extension>
  </xsd:simpleContent></xsd:complexType>
  <xsd:complexType name="PlainAmountType"><xsd:simpleContent>
    <xsd:extension base="xsd:decimal"><xsd:attribute name="currencyID" use="required"/></xsd:extension>
  </xsd:simpleContent></xsd:complexType>
  <xsd:complexType name="AmountType"><xsd:simpleContent>
    <xsd:extension base="PlainAmountType"/>
  </xsd:simpleContent></xsd:complexType>
  <xsd:complexType name="IndicatorType"><xsd:simpleContent>
    <xsd:extension base="xsd:boolean"/>
  </xsd:simpleContent></xsd:complexType>
</xsd:schema>"""
AGGREGATE = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{CAC}" xmlns="{CAC}"
  xmlns:cbc="{CBC}" elementFormDefault="qualified">
  <xsd:element name="AllowanceCharge" type="AllowanceChargeType"/>
  <xsd:element name="Party" type="PartyType"/>
  <xsd:complexType name="AllowanceChargeType"><xsd:sequence>
    <xsd:element ref="cbc:ChargeIndicator"/>
    <xsd:element ref="cbc:Note" minOccurs="0"/>
    <xsd:element ref="cbc:Amount"/>
  </xsd:sequence></xsd:complexType>
  <xsd:complexType name="PartyType"><xsd:sequence>
    <xsd:element ref="cbc:ID"/>
    <xsd:element ref="Party" minOccurs="0" maxOccurs="unbounded"/>
    <xsd:element name="When"><xsd:complexType><xsd:choice>
      <xsd:element name="Date" type="xsd:date"/>
      <xsd:element name="DateTime" type="xsd:dateTime"/>
    </xsd:choice></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType>
</xsd:schema>"""
DOCUMENT = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{UBL}" xmlns="{UBL}"
  xmlns:cbc="{CBC}" xmlns:cac="{CAC}">
  <xsd:element name="Invoice" type="InvoiceType"/>
  <xsd:complexType name="InvoiceType"><xsd:sequence>
    <xsd:element ref="cbc:ID"/>
    <xsd:element ref="cbc:Note" minOccurs="0" maxOccurs="unbounded"/>
    <xsd:element ref="cac:Party" minOccurs="0"/>
    <xsd:element ref="cac:AllowanceCharge" minOccurs="0" maxOccurs="unbounded"/>
  </xsd:sequence></xsd:complexType>
</xsd:schema>"""

RULE_PATHS = (
    RulePath(root=f"{{{UBL}}}Invoice", tags=(f"{{{CAC}}}AllowanceCharge", f"{{{CBC}}}Amount")),
    RulePath(root=f"{{{UBL}}}Invoice", tags=(f"{{{CBC}}}ID",), attribute="schemeID"),
    RulePath(root=f"{{{UBL}}}Invoice", tags=(f"{{{CAC}}}Party", f"{{{CBC}}}ID"), value="X-7"),
)


@pytest.fixture(scope="session")
def schema(tmp_path_factory) -> SchemaModel:
    folder = tmp_path_factory.mktemp("schemas")
    paths = []
    for name, text in (("basic", BASIC), ("aggregate", AGGREGATE), ("document", DOCUMENT)):
        paths.append(folder / f"{name}.xsd")
        paths[-1].write_text(text)
    return read_schemas(paths)


@pytest.fixture(scope="session")
def material(schema) -> Material:
    return gather(own_bases(), schema, words=("VATEX-EU-O", "ABC"), rule_paths=RULE_PATHS)
