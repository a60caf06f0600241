"""Regular expressions: what is not refused matches, divides and replaces as in the reference."""

import itertools
import random

import pytest
from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.runtime.regexes import compile_regex
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct
from support.xpath_calculations import FAILED
from support.xpath_reference import differences

PATTERNS = [
    "^[0-9]{8}$",
    "^NL[0-9]{9}B[0-9]{2}$",
    r"^\s*(\d{4})(1[0-2]|0[1-9]){1}(3[01]|[12][0-9]|0[1-9]){1}\s*$",
    "^[1-9]([0-9]*)",
    r"([ \n\r\t\s])",
    r"^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$",
    ".*([0-9].*){3,}.*",
    "^([a-zA-Z])([a-zA-Z0-9+.-])+:.*",
    r"(^|\r?\n)#(SKONTO)#TAGE=([0-9]+#PROZENT=[0-9]+\.[0-9]{2})(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$",
    r"^(0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(0?[1-9]|1[0-2])[-\\/ ]?(19|20)[0-9]{2}",
    "#.+#",
    r"^\s*\n",
    r"(\r?\n)",
    r"\|",
    *["a$", "^a", "^$", ".", "^.$", "^..$", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"^\w+$", r"[\w]+", r"[^\w]"],
    *[
        r"[\s\S]",
        "[$^.]",
        "[^a-c]",
        r"[a\-c]",
        "[a-]",
        "[-a]",
        r"\$",
        r"\\",
        r"[\\]",
        r"\[\]",
        "a|b|",
        "(a|b)+c",
        "x{0}a",
    ],
    *["a{2}", "a{2,}", "a{1,2}", "a+?", "a*?b", "a??", "[[]", "[]", "a{", "a{,2}", "a{2,1}", "a++", "*a", "a**", "a}"],
    *["a]", "(a", "a)", "[a", "\\", r"\b", r"\Z", r"\x41", r"\_", r"[z-a]", r"[a-\d]", "[--a]", "[+--]", "a{2}{3}", ""],
    *["[&&]", "[a||b]", "[~~]", "#", " ", "a b", "a#b", "[#-~]", "\u00e9", "[\u00e0-\u00ff]", "\U0001f600+"],
]
TEXTS = [
    *[
        "",
        "a",
        "a\n",
        "a\r",
        "\n",
        "\r",
        "\r\n",
        "ab",
        "aab",
        "abc",
        "b-c",
        "a]",
        "[]",
        "\\",
        "$",
        "^",
        "a.b",
        "a b",
        "a#b",
    ],
    *["12345678", "12345678\n", "NL123456789B01", "20240131", " 20240131\n", "20241331", "31-01-2024", "31/12/1999"],
    *[
        "a@b.nl",
        "a@b",
        "a b@c.nl",
        "a@b.c.nl\n",
        "+31 6 1234",
        "12",
        "https://a.b",
        "a:b",
        "#SKONTO#TAGE=1#PROZENT=2.00#",
    ],
    *[
        "#x#y#\n",
        "x\n#SKONTO#TAGE=14#PROZENT=2.25#BASISBETRAG=-3.00#",
        "x\r\n",
        "_",
        "+",
        "-",
        "\u00e9",
        "\u0660\u0661",
    ],
    *["\u00a0", "\u2028", "\u0085", "\U0001f600\U0001f600", "\uff11", "&&||~~", "1|2|3", "AAb"],
]
REPLACEMENTS = ["", "x", "$0", "[$1]", "$12", "\\$", "a\\\\b", "$", "\\", "\\n", "$a", "<$2|$3>"]
REFUSED = [
    *[
        r"\p{L}",
        r"\P{Lu}",
        r"\i",
        r"\c",
        r"\I",
        r"\C",
        "[a-z-[aeiou]]",
        r"(a)\1",
        "[a-c-e]",
        r"[\w-z]",
        "a^b",
        "^*a",
        "()",
    ],
    *["(a?)*", "(a|b)*?", "(?:a)", "(?=a)", "(?i)a", "(?P<n>a)"],
]


def disagreeing(reference, pattern, text, replacement):
    """The differences for one text. (The reference reads no pattern when it divides an empty one.)"""
    return [
        *differences(reference, "matches($a, $b)", [(text, pattern)]),
        *differences(reference, "tokenize($a, $b)", [(text, pattern)] if text else []),
        *differences(reference, "replace($a, $b, $c)", [(text, pattern, replacement)]),
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_agrees(reference, pattern):
    replacements = itertools.cycle(REPLACEMENTS)
    assert not [each for text in TEXTS for each in disagreeing(reference, pattern, text, next(replacements))]


def test_every_replacement_agrees(reference):
    rows = itertools.product(["abcabc", "b", ""], ["(a)(x)?b", "b", "(((((((((((a)))))))))))"], REPLACEMENTS)
    assert not differences(reference, "replace($a, $b, $c)", rows)


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_pattern_without_an_equal_is_refused(pattern):
    with pytest.raises(UnsupportedConstruct):
        compile_regex(pattern)


def test_a_refused_pattern_is_named_with_what_is_unknown():
    with pytest.raises(UnsupportedConstruct, match=r"\\p.*\\p\{L\}"):
        compile_regex(r"\p{L}+")


@pytest.mark.parametrize("flags", ["i", "m", "s", "x", "q"])
def test_flags_are_refused(flags):
    with pytest.raises(UnsupportedConstruct, match="flags"):
        compile_regex("a", flags)


def test_random_patterns_agree(reference):
    chance = random.Random("patterns")  # noqa: S311 - repeatable on purpose
    compared = []
    for _ in range(600):
        pattern = random_pattern(chance, depth=1)
        try:
            compile_regex(pattern)
        except UnsupportedConstruct:
            continue
        except EvaluationError:
            assert reference.worth("matches('a', $a)", pattern) == FAILED
            continue
        compared.append(pattern)
        text = "".join(
            chance.choices("aabbAB01- \n\r\t\u00a0\u00e9\u0663_+./,@#&~<=!$^|\\(){}[]", k=chance.randint(1, 8))
        )
        assert not disagreeing(reference, pattern, text, chance.choice(["", "x", "$0", "\\$"]))
    assert len(compared) > 300


def random_pattern(chance, depth):
    branches = [
        "".join(random_piece(chance, depth) for _ in range(chance.randint(0, 4)))
        for _ in range(chance.choice([1, 1, 2]))
    ]
    return "|".join(branches)


def random_piece(chance, depth):
    if depth and chance.random() < 0.15:
        return f"({random_pattern(chance, depth - 1)}){chance.choice(['', '', '?', '*', '+', '{2}', '{1,3}'])}"
    kinds = [
        *[lambda: chance.choice("abAB01 \u00e9-/,@#&~<=!_:\"'")] * 4,
        lambda: chance.choice(
            [".", "^", "$", r"\.", r"\$", r"\^", r"\\", r"\|", r"\(", r"\n", r"\-", r"\r", r"\t", r"\{"]
        ),
        lambda: chance.choice([r"\d", r"\s", r"\w", r"\D", r"\S", r"\W"]),
        *[lambda: random_class(chance)] * 2,
    ]
    return chance.choice(kinds)() + chance.choice(
        ["", "", "", "", "?", "*", "+", "{2}", "{1,}", "{0,2}", "*?", "+?", "??"]
    )


def random_class(chance):
    members = [
        "a-c",
        "0-9",
        "A-Z",
        r"\d",
        r"\s",
        r"\w",
        r"\D",
        r"\S",
        r"\W",
        r"\-",
        r"\]",
        r"\\",
        "-",
        ".",
        "^",
        "_",
        "&&",
        "--",
        "[",
    ]
    return f"[{chance.choice(['', '^'])}{''.join(chance.choices(members, k=chance.randint(1, 3)))}]"
