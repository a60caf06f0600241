"""Mutators of texts: other values, odd ones, and the same value written a little differently."""

import random
import re

from lxml import etree

from documents.adapters.rule_gate.material import Material
from documents.adapters.rule_gate.mutators.subject import Subject
from documents.adapters.rule_gate.trees import leaves_of, path_of, pick, put_value, tag_of, value_of

ODD_TEXTS = (
    "", " ", "\n", "\u00a0", "\u00a0x", "x\u00a0", "\u2003x\u2003", "\u200bx", "\ufeffx", "\u0085x\u2028",
    "2026-02-30", "2026-02-29", "2024-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "0000-01-01", "-0001-01-01",
    "12026-01-01", "2026-01-01Z", "2026-01-01+14:00", "2026-01-01+15:00", " 2026-01-01 ", "2026-01-01T00:00:00",
    "20260101", "20260230", "24:00:00", "true", "TRUE", "false", "1", "0", "yes", "x", "XX", "ZZZ", "a b", "a  b",
    " a", "EUR", "eur", "VAT", "vat", "NL", "S", "AE", "O", "L", "M", "B", "\u00e9\u00c9", "stra\u00dfe",
    "\u0130\u0131", "\U0001f4c4", "a\U0001f4c4b", "'", '"', "&<>", "]]>", "#", "%", "a#b#c", "1#2#3#4", "0106:123",
    "#AAI#note", "#XYZ#note", "urn:x:y", "x\n", "NL857587973B01", "NL91ABNA0417164300", "x" * 120, "0123456789" * 12,
)  # fmt: skip
BLANKS = (" ", "\t", "\n", "\r\n", "  ", " \n\t ")
_BOOLEANS = {"true": "1", "false": "0", "1": "true", "0": "false"}
_CODE = re.compile(r"[A-Za-z0-9:._-]*[A-Za-z][A-Za-z0-9:._-]*")
_MAX_CODE = 40


def swap_value(subject: Subject, rng: random.Random) -> str | None:
    """Replace a value by another that some base document has under that name."""
    leaf = pick(rng, [leaf for leaf in leaves_of(subject.root) if _others(leaf, subject.material)])
    if leaf is None:
        return None
    return _replace(leaf, rng.choice(_others(leaf, subject.material)))


def _others(leaf: etree._Element, material: Material) -> list[str]:
    value = value_of(leaf)
    return [seen for seen in material.values.get(tag_of(leaf), ()) if seen != value]


def odd_text(subject: Subject, rng: random.Random) -> str | None:
    """Replace a value by something unusual, or by a code that a rule names."""
    leaf = pick(rng, leaves_of(subject.root))
    if leaf is None:
        return None
    source = subject.material.words if subject.material.words and rng.random() < 0.4 else ODD_TEXTS  # noqa: PLR2004 - most oddities are ours
    chosen = [text for text in source if text != value_of(leaf)]
    return _replace(leaf, rng.choice(chosen)) if chosen else None


def flip_case(subject: Subject, rng: random.Random) -> str | None:
    """Change the case of a code or of an attribute: code lists are exact."""
    leaves = [leaf for leaf in leaves_of(subject.root) if _is_code(value_of(leaf))]
    attributes = [
        (element, str(name))
        for element in subject.root.iter("*")
        for name, value in element.attrib.items()
        if _is_code(str(value))
    ]
    if not leaves and not attributes:
        return None
    if leaves and (not attributes or rng.random() < len(leaves) / (len(leaves) + len(attributes))):
        leaf = rng.choice(leaves)
        return _replace(leaf, _flipped(value_of(leaf), rng))
    element, name = rng.choice(attributes)
    element.set(name, _flipped(element.get(name, ""), rng))
    return f"{path_of(element)}/@{name}: {element.get(name)!r}"


def _is_code(value: str) -> bool:
    return len(value) <= _MAX_CODE and _CODE.fullmatch(value) is not None


def _flipped(code: str, rng: random.Random) -> str:
    """All letters or one; a code has at least one, so the result differs."""
    if rng.randrange(2):
        return code.swapcase()
    index = rng.choice([index for index, character in enumerate(code) if character.isalpha()])
    return code[:index] + code[index].swapcase() + code[index + 1 :]


def put_blanks_around(subject: Subject, rng: random.Random) -> str | None:
    """Put blanks or line ends before, after or into a value."""
    leaf = pick(rng, [leaf for leaf in leaves_of(subject.root) if value_of(leaf).strip()])
    if leaf is None:
        return None
    value, blank = value_of(leaf), rng.choice(BLANKS)
    forms = [f"{blank}{value}", f"{value}{blank}", f"{blank}{value}{blank}"]
    if " " in value.strip():
        forms.append(value.replace(" ", f" {blank}", 1))
    return _replace(leaf, rng.choice(forms))


def respell_boolean(subject: Subject, rng: random.Random) -> str | None:
    """Write true as 1 and false as 0, or the reverse: one value, two spellings."""
    schema = subject.material.schema
    candidates = [leaf for leaf in leaves_of(subject.root) if value_of(leaf) in _BOOLEANS]
    leaf = pick(rng, [each for each in candidates if not value_of(each).isdigit() or schema.base_of(each) == "boolean"])
    if leaf is None:
        return None
    return _replace(leaf, _BOOLEANS[value_of(leaf)])


def put_comment_inside(subject: Subject, rng: random.Random) -> str | None:
    """Split a value by a comment: the value stays, its text nodes are two."""
    leaf = pick(rng, [leaf for leaf in leaves_of(subject.root) if value_of(leaf)])
    if leaf is None:
        return None
    value = value_of(leaf)
    cut = rng.randrange(len(value) + 1)
    put_value(leaf, value[:cut])
    comment = etree.Comment("in between")
    comment.tail = value[cut:]
    leaf.append(comment)
    return f"{path_of(leaf)}: {value[:cut]!r} | {value[cut:]!r}"


def _replace(leaf: etree._Element, value: str) -> str:
    before = value_of(leaf)
    put_value(leaf, value)
    return f"{path_of(leaf)}: {before!r} -> {value!r}"
