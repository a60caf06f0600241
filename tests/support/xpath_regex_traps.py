"""Values at which XPath is easily got wrong: an expression of `$a`, `$b`, `$c` (strings), these, and what it is worth.

Our run-time must give it (unit tests) and so must the reference (integration tests): no expectation is only ours.
"""

from support.xpath_calculations import FAILED

REGEXES = {
    "matches searches anywhere": [
        ("matches($a, $b)", "xaby", "ab", "true"),
        ("matches($a, $b)", "xaby", "^ab$", "false"),
        ("matches($a, $b)", "", "^$", "true"),
        ("matches($a, $b)", "Ab", "ab", "false"),
    ],
    "$ is the very end": [
        ("matches($a, $b)", "12\n", "^[0-9]+$", "false"),
        ("matches($a, $b)", "12", "^[0-9]+$", "true"),
        ("matches($a, $b)", "a\nb", "^b", "false"),
        ("matches($a, $b)", "a\nb", "a$", "false"),
    ],
    "a dot is neither LF nor CR": [
        ("matches($a, $b)", "a\n", "a.", "false"),
        ("matches($a, $b)", "a\r", "a.", "false"),
        ("matches($a, $b)", "a\u2028", "a.", "true"),
        ("matches($a, $b)", "a\u0085", "a.", "true"),
    ],
    r"\s is a blank of XML, \d a digit of Unicode, \w neither punctuation nor blank": [
        ("matches($a, $b)", "\u00a0", r"\s", "false"),
        ("matches($a, $b)", "\u2003", r"^\S$", "true"),
        ("matches($a, $b)", "\t\n\r ", r"^\s{4}$", "true"),
        ("matches($a, $b)", "\u0663", r"^\d$", "true"),
        ("matches($a, $b)", "\u0663", "^[0-9]$", "false"),
        ("matches($a, $b)", "_", r"\w", "false"),
        ("matches($a, $b)", "+", r"^\w$", "true"),
        ("matches($a, $b)", "\u00e9", r"^[\w]$", "true"),
        ("matches($a, $b)", "_", r"^[\W]$", "true"),
        ("matches($a, $b)", "\u00a0", r"^[^\s]$", "true"),
    ],
    "what only Python reads is an error": [
        *[
            ("matches($a, $b)", "a", pattern, FAILED)
            for pattern in (r"\b", r"\Z", r"\x61", r"\_", "a{,2}", "a++", "a{", "a]")
        ],
        *[
            ("matches($a, $b)", "a", pattern, FAILED)
            for pattern in ("[[]", "[]a]", "[^]", "*a", "(a", "a)", "[a", "\\", "[z-a]")
        ],
    ],
    "signs of Python's classes are signs": [
        ("matches($a, $b)", "&", "[a&&b]", "true"),
        ("matches($a, $b)", "a#b", "a#b", "true"),
        ("tokenize($a, $b)", "a~b|c", "[~||]", ["a", "b", "c"]),
    ],
    "tokenize keeps what is empty between separators, and gives nothing of nothing": [
        ("tokenize($a, $b)", "", "-", []),
        ("tokenize($a, $b)", "2024-01-31", "-", ["2024", "01", "31"]),
        ("tokenize($a, $b)", "-a--b-", "-", ["", "a", "", "b", ""]),
        ("tokenize($a, $b)", "a1b2c", "([0-9])", ["a", "b", "c"]),
        ("tokenize($a, $b)", "abc", "x*", FAILED),
    ],
    "replace knows groups and refuses loose signs": [
        ("replace($a, $b, $c)", "a b\tc", r"\s", "", "abc"),
        ("replace($a, $b, $c)", "2024-01", "([0-9]+)-([0-9]+)", "$2/$1", "01/2024"),
        ("replace($a, $b, $c)", "abc", "b", "[$0]", "a[b]c"),
        ("replace($a, $b, $c)", "abc", "(b)", "$12", "ab2c"),
        ("replace($a, $b, $c)", "abc", "(x)?b", "<$1>", "a<>c"),
        ("replace($a, $b, $c)", "abc", "b", r"\$\\", r"a$\c"),
        *[("replace($a, $b, $c)", "abc", "b", wrong, FAILED) for wrong in ("$", "$a", "\\", r"\n", r"\1")],
        ("replace($a, $b, $c)", "abc", "x*", "y", FAILED),
    ],
}
