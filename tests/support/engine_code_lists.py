"""Expressions that look codes up in lists, as the official rules write them (see `support.engine_expressions`)."""

from typing import Final

from support.rule_sets import FAILED


def _single_code(of: str, codes: str) -> str:
    """The way in which the European rules ask whether something is a code of a list."""
    code = f"normalize-space({of})"
    return f"not(contains({code}, ' ')) and contains('{codes}', concat(' ', {code}, ' '))"


CODE_LISTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "code lists": (
        ("contains(' b c ', concat(' ', a:y, ' '))", "true"),
        ("contains(' b c ', concat(' ', none, ' '))", "false"),
        ("contains(' b  c ', concat(' ', none, ' '))", "true"),
        ("contains(' p q ', concat(' ', s, ' '))", "true"),
        ("contains(' B C ', concat(' ', a:y, ' '))", "false"),
        ("contains(' b c ', concat(' ', a:x, ' '))", FAILED),
        ("some $c in tokenize('a b', ' ') satisfies $c = a:y", "true"),
        ("some $c in ('a', 'c') satisfies $c = a:y", "false"),
        ("some $c in ('1', '2') satisfies a:x = $c", "true"),
        ("every $c in a:x satisfies $c = ('1', '2')", "true"),
        ("some $c in ('b', 'B') satisfies $c = none", "false"),
        ("contains('b c ', concat(' ', a:y, ' '))", "false"),
    ),
    "a single code of a list": (
        (_single_code("a:y", " b c "), "true"),
        (_single_code("a:y", " B C "), "false"),
        (_single_code("a:y", "b c "), "false"),
        (_single_code("@zero", " -0 1 "), "true"),
        (_single_code("s", " p q "), "false"),
        (_single_code("none", " b c "), "false"),
        (_single_code("none", " b  c "), "true"),
        (_single_code("a:x", " 1 2 "), FAILED),
        (f"a:y[{_single_code('.', ' b c ')}]", "b"),
        ("a:y[not(contains(normalize-space(), ' ')) and contains(' b ', concat(' ', normalize-space(), ' '))]", "b"),
        (f"t and {_single_code('a:y', ' b ')} and n", "true"),
        (f"t and {_single_code('a:y', ' c ')} and n", "false"),
        ("not(contains(normalize-space(s), ' ')) and contains(' b ', concat(' ', normalize-space(a:y), ' '))", "false"),
        ("not(contains(s, ' ')) and contains(' p q ', concat(' ', s, ' '))", "false"),
    ),
}
