"""What every stylesheet of the ISO skeleton has beside rules: its own parameters, locations, ids, the report's frame.

Templates that make the location of a finding are compared by digest with the known ones, since the engine makes the
locations itself: a stylesheet that makes them in another way is refused. Modes that nothing leads to are left out.
"""

import hashlib
from typing import Final

from documents.adapters.schematron.frontend.elements import (
    SVRL,
    XSL,
    Element,
    attributes,
    content,
    elements,
    name_of,
    refuse,
    refuse_content,
    text_of,
)
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct

LOCATION_MODE: Final = "schematron-select-full-path"
# Mode and match of each template of the locations, and the digest of its one known form: for every element from the
# root on `/*:name[namespace-uri()='..'][position among those of its name]`, for an attribute its name behind that.
_LOCATION_TEMPLATES: Final = {
    (LOCATION_MODE, "*"): "d4f5299209ea0a015541369329cda082a435f3dc8dd88cf4c6abc5f2d01c3b5f",
    ("schematron-get-full-path", "*"): "79bb9e6fcfde5371e578987f5f62e6e145c36b16eefe151878aa34757dab3d30",
    ("schematron-get-full-path", "@*"): "ce828a0e88450dcebd66d444331e3a572b990dda6580e6c2bd2ff04a9c50343b",
}
# Helpers of the skeleton for meta-stylesheets: no rule and no location refers to them.
_UNUSED_MODES: Final = frozenset(
    {"schematron-get-full-path-2", "schematron-get-full-path-3", "generate-id-from-path", "generate-id-2"}
)
_PARAMETERS: Final = frozenset({"archiveDirParameter", "archiveNameParameter", "fileNameParameter", "fileDirParameter"})
_ACTIVE_PATTERN: Final = frozenset({"document", "documents", "id", "name"})


def is_own_variable(element: Element) -> bool:
    """Whether a global variable is one that the skeleton brings along for its report, in its usual form."""
    if element.tag == f"{XSL}param" and element.get("name") in _PARAMETERS:
        attributes(element, "name")
        refuse_content(element)
        return True
    if element.tag != f"{XSL}variable" or element.get("name") != "document-uri":
        return False
    return [(part.tag, dict(part.attrib)) for part in elements(element)] == [
        (f"{XSL}value-of", {"select": "document-uri(/)"})
    ]


def is_own_template(template: Element) -> bool:
    """Whether a template is a part of the skeleton; a part of the locations that is not a known one is refused."""
    match, mode = str(template.get("match")), template.get("mode")
    if mode is None and match == "text()":
        attributes(template, "match", "priority")
        refuse_content(template)
        return True
    if mode in _UNUSED_MODES:
        return True
    if mode not in {known for known, _ in _LOCATION_TEMPLATES}:
        return False
    if digest_of(template) != _LOCATION_TEMPLATES.get((mode, match)):
        raise UnsupportedConstruct("way of making locations", f"{match} in mode {mode}: {digest_of(template)}")
    return True


def check_locations(templates: list[tuple[str | None, str]]) -> None:
    """The templates (mode and match) of the skeleton must hold each of those of the locations, once."""
    for known in _LOCATION_TEMPLATES:
        if templates.count(known) != 1:
            raise UnsupportedConstruct("way of making locations", f"{templates.count(known)} of {known}")


def applied_modes(template: Element) -> list[str]:
    """The modes of the patterns in the order of the root template, which must be nothing but the report's frame."""
    attributes(template, "match")
    parts = elements(template)
    if [part.tag for part in parts] != [f"{SVRL}schematron-output"]:
        raise UnsupportedConstruct("root template", " ".join(map(name_of, parts)))
    attributes(parts[0], "schemaVersion", "title")
    modes = []
    for part in elements(parts[0]):
        if part.tag == f"{XSL}apply-templates":
            found = attributes(part, "mode", "select")
            refuse_content(part)
            if found["select"] != "/" or found["mode"] in modes:
                raise UnsupportedConstruct("start of a pattern", f"{found['select']} in mode {found['mode']}")
            modes.append(found["mode"])
        elif part.tag == f"{SVRL}active-pattern":
            _check_active_pattern(part)
        elif part.tag == f"{SVRL}ns-prefix-in-attribute-values":
            attributes(part, "prefix", "uri")
            refuse_content(part)
        elif part.tag == f"{XSL}comment":
            _check_comment(part)
        else:
            refuse(part, parts[0])
    return modes


def digest_of(element: Element) -> str:
    """SHA-256 of what an element says: independent of white space that has no meaning and of attribute order."""
    return hashlib.sha256(repr(_shape(element)).encode()).hexdigest()


def _shape(element: Element) -> tuple[object, ...]:
    named = sorted((str(name), " ".join(str(value).split())) for name, value in element.attrib.items())
    inside = [part if isinstance(part, str) else _shape(part) for part in content(element)]
    return (str(element.tag), *named, inside)


def _check_active_pattern(element: Element) -> None:
    attributes(element)
    *about, last = elements(element)
    if last.tag != f"{XSL}apply-templates" or last.attrib or len(last):
        refuse(last, element)
    for part in about:
        if part.tag != f"{XSL}attribute" or attributes(part, "name")["name"] not in _ACTIVE_PATTERN:
            raise UnsupportedConstruct("svrl:active-pattern", part.get("name", name_of(part)))
        if len(part) == 0:
            text_of(part)
        elif [(inner.tag, dict(inner.attrib)) for inner in elements(part)] != [
            (f"{XSL}value-of", {"select": "document-uri(/)"})
        ]:
            raise UnsupportedConstruct("svrl:active-pattern", part.get("name", ""))


def _check_comment(element: Element) -> None:
    for part in content(element):
        if not isinstance(part, str) and part.tag != f"{XSL}value-of":
            refuse(part, element)
