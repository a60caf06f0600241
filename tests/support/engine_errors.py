"""What is an error and what is none beside an operand that decides; written as `engine_expressions` and `engine_rules`.

Where XPath leaves the order of evaluation open (XPath 2.0, 2.3.4) the reference has one answer: an operand that decides
is enough, and no more is evaluated than needed. Only what it evaluates whole is an error in any case.
"""

from typing import Final

from support.rule_sets import FAILED, check, document, function, let, report, result, root_rule_set, rule, rule_set

OTHER_THAN_ERRORS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "an operand that decides is enough": (
        ("a:x or xs:decimal(a:y) = 1", "true"),
        ("xs:decimal(a:y) = 1 or a:x", "true"),
        ("xs:decimal(a:y) = 1 or xs:decimal(a:y) = 2 or a:x", "true"),
        ("xs:decimal(a:y) = 1 and none", "false"),
        ("none and xs:decimal(a:y) = 1", "false"),
        ("a:x and xs:decimal(a:y) = 1 and none", "false"),
        ("normalize-space(a:x) = 'a' or a:y", "true"),
        ("not(xs:decimal(a:y) = 1 and none)", "true"),
        ("not(xs:decimal(a:y) = 1 or a:x)", "false"),
        ("a:x eq '1' and none", "false"),
        ("xs:decimal(a:y) or true()", "true"),
        ("1 div xs:decimal('0') = 1 or a:x", "true"),
        ("sum(a:y) = 1 or a:x", "true"),
        ("if (xs:decimal(a:y) = 1 or a:x) then 'a' else 'b'", "a"),
        ("(xs:decimal(a:y) = 1 or a:x) = true()", "true"),
        ("count(n[xs:decimal(../a:y) = 1 and . = 6])", "0"),
        ("count(a:x[xs:decimal(../a:y) = 1 or . = 2])", FAILED),
        ("string-join(a:x[xs:decimal(../a:y) = 1 or . = ('1', '2')], ',')", "1,2"),
    ),
    "an error counts where no operand decides": (
        ("xs:decimal(a:y) = 1 or none", FAILED),
        ("xs:decimal(a:y) = 1 and a:x", FAILED),
        ("a:x and xs:decimal(a:y) = 1", FAILED),
        ("xs:decimal(a:y) or xs:decimal(a:y) = 2", FAILED),
        ("not(xs:decimal(a:y) = 1 and a:x)", FAILED),
        ("xs:decimal(a:y) = none", FAILED),
        ("none = xs:decimal(a:y)", FAILED),
        ("count((a:x | a:y)[xs:decimal(.) = 1]) > 0", FAILED),
    ),
    "items are taken as far as needed": (
        ("(a:x, a:y) = 1", "true"),
        ("1 = (a:x, a:y)", "true"),
        ("(a:x, a:y) = 3", FAILED),
        ("a:n/*/xs:decimal(.) = 3", "true"),
        ("a:n/*/xs:decimal(.) = 4", FAILED),
        ("(t, a:y) = true()", "true"),
        ("(7, 3) = a:n/*", "true"),
        ("a:n/*/xs:decimal(.) = (3, 7)", "true"),
        ("a:n/*/xs:decimal(.) = (7, 3)", FAILED),
        ("(7, 4) = a:n/*/xs:decimal(.)", FAILED),
        ("(1, 2) != a:n/*", "true"),
        ("some $i in (a:x, a:y) satisfies xs:decimal($i) = 1", "true"),
        ("some $i in (a:y, a:x) satisfies xs:decimal($i) = 1", FAILED),
        ("every $i in (a:x, a:y) satisfies xs:decimal($i) = 7", "false"),
        ("some $i in a:y satisfies (xs:decimal($i) = 1 or $i = 'b')", "true"),
        ("exists(a:n/*[xs:decimal(.) = 3])", "true"),
        ("not(a:n/*[xs:decimal(.) = 3])", "false"),
        ("string((a:n/*[xs:decimal(.) = 3])[1])", "3"),
        ("string((a:n/*[xs:decimal(.) = 3])[2])", FAILED),
        ("(a:n/*/xs:decimal(.))[1]", "3"),
        ("(a:n/*/xs:decimal(.))[last()]", FAILED),
        ("(for $i in a:n/* return xs:decimal($i)) = 3", "true"),
    ),
    "beside nothing the other operand is not evaluated": (
        ("count(none + xs:decimal(a:y))", "0"),
        ("xs:decimal(a:y) + none", FAILED),
        ("not(none eq string(a:x))", "true"),
        ("xs:decimal(none) = xs:decimal(a:y)", "false"),
        ("not(xs:decimal(none[1]) = number(a:x))", "true"),
        ("xs:decimal(a:y) = xs:decimal(none)", FAILED),
        ("not(string(a:x) eq none)", FAILED),
    ),
    "numbers beyond all doubles": (("1e400 > 1", "true"), ("string(1e400)", "INF"), ("string(-1e400)", "-INF")),
    "the number of nothing": (
        ("number(()) = 1", "false"),
        ("number(()) != 1", "true"),
        ("number(none) = number(none)", "false"),
    ),
    "the sum of nothing": (
        ("sum(none)", "0"),
        ("round(sum(none) * 10 * 10) div 100", "0"),
        ("xs:decimal(sum(none)) + 0.1 + 0.2 = 0.3", "true"),
        ("xs:decimal(none) = sum(none)", "false"),
        ("n - sum(none)", "1.1"),
    ),
}
_BAD_LETS: Final = (
    let("one", "xs:decimal(/a:r/a:y[1])")
    + let("truth", "xs:decimal(/a:r/a:y[1]) = 1 or /a:r/a:x")
    + let("all", "(/a:r/a:x | /a:r/a:y)/xs:decimal(.)")
)
_SELECTED: Final[dict[str, tuple[int, ...]]] = {
    "xs:decimal(.) = 1 or @k": (2, 3),
    "not(xs:decimal(.) = 1 and a:none)": (1, 2, 3),
    "not(xs:decimal(.) = 1)": (2,),
    "not(xs:decimal(.) = 1 or @k)": (),
    "some $i in //a:y satisfies xs:decimal($i) = 1": (),
    "some $i in (//a:x, //a:y) satisfies xs:decimal($i) = 1": (1, 2, 3),
    "every $i in //a:y satisfies xs:decimal($i) = 1": (),
    "some $c in tokenize('b 3', ' ') satisfies normalize-space(//a:y) = $c": (),
    "some $c in tokenize('b 3', ' ') satisfies normalize-space(.) = $c": (1, 2),
    "not(/a:r/a:y[xs:decimal(.) = 1])": (),
    "/a:r[a:x[. = 1]]/a:y[xs:decimal(.) = 1 or . = 'b']/@k": (),
    "/a:r[a:x[. = 1]]/a:y[xs:decimal(.) = 3 or . = 'b']": (1, 2, 3),
    "//a:y = 1": (),
    "(//a:x, //a:y) = 1": (1, 2, 3),
    "/a:r/a:y/xs:decimal(.) = 1 or /a:r/a:y/@k": (1, 2, 3),
    "$one = 1": (),
    "not($one = 1)": (),
    "$one = 1 or @k": (2,),
    "$truth": (1, 2, 3),
    "not($truth) or @k": (2,),
    "/a:r/a:y[2]/xs:decimal(.) = 3": (1, 2, 3),
}
"""Which of three elements a context with a condition selects."""
_DOCUMENT: Final = document("<a:x>1</a:x><a:y>b</a:y><a:y k=''>3</a:y><a:y>1</a:y>")
LEFT_TO_THE_REFERENCE: Final = (
    "(a:x | a:y) = 1",
    "(a:y | a:x) = 1",
    "(a:x | a:y)/xs:decimal(.) = 1",
    "(a:x, a:y)/xs:decimal(.) = 1",
    "(a:x | a:y)[xs:decimal(.) = 1]",
    "some $i in (a:x | a:y) satisfies xs:decimal($i) = 1",
    "reverse((a:y, a:x)) = 1",
    "(a:x, a:y) > 0",
    "(a:x, a:y) = number('x')",
    "exists((a:x, a:y)[xs:decimal(.) = 1]/..)",
)
"""Whether the reference meets the error hangs on the order in which it reads, and it may choose: nothing to guess."""
_TYPED: Final = function("either", "x", result("xs:decimal($x) = 1 or string-length($x) > 0"), "xs:boolean")

ERROR_RULES: Final[dict[str, tuple[bytes, dict[str, tuple[str, ...] | str]]]] = {
    "an error in a context is no match, where nothing else decides": (
        rule_set(
            *([rule(f"a:y[{condition}]", f"{n}+"), rule("a:y", f"{n}-")] for n, condition in enumerate(_SELECTED)),
            before=_BAD_LETS,
        ),
        {
            _DOCUMENT: tuple(
                f"{number}{'+' if place in selected else '-'} /a:r[1]/a:y[{place}]"
                for number, selected in enumerate(_SELECTED.values())
                for place in (1, 2, 3)
            )
        },
    ),
    "a variable of the stylesheet is evaluated as a whole, and only when it is asked for": (
        root_rule_set(report("a:x or $all = 1", "A"), check("$truth and a:x", "B"), before=_BAD_LETS),
        {_DOCUMENT: ("A /a:r[1]",)},
    ),
    "an error in a variable of the stylesheet is one wherever nothing else decides": (
        root_rule_set(report("$all = 1"), before=_BAD_LETS),
        {_DOCUMENT: FAILED, document("<a:x>1</a:x>"): ("R /a:r[1]",)},
    ),
    "an error in a variable of a rule matters where nothing else decides": (
        rule_set([("a:y", let("v", "xs:decimal(.) = 1 or @k") + report("$v", "A") + report("not($v)", "B"))]),
        {
            document("<a:y>1</a:y><a:y k=''>b</a:y><a:y>2</a:y>"): (
                "A /a:r[1]/a:y[1]",
                "A /a:r[1]/a:y[2]",
                "B /a:r[1]/a:y[3]",
            ),
            document("<a:y>1</a:y><a:y>b</a:y>"): FAILED,
        },
    ),
    "a function of the stylesheet knows what decides": (
        rule_set([("a:y", report("f:either(.)"))], before=_TYPED),
        {document("<a:y>1</a:y><a:y>b</a:y>"): ("R /a:r[1]/a:y[1]", "R /a:r[1]/a:y[2]")},
    ),
    "`a and f(b)` is a choice between f(b) and false, of which a has to have a value": (
        rule_set([("a:y", report("xs:decimal(.) = 1 and f:either('b')", "A"))], before=_TYPED),
        {document("<a:y>1</a:y><a:y>2</a:y>"): ("A /a:r[1]/a:y[1]",), document("<a:y>b</a:y>"): FAILED},
    ),
    "`f(b) and a` is not": (
        rule_set([("a:y", check("f:either(.) and @k"))], before=_TYPED),
        {document("<a:y>b</a:y>"): ("R /a:r[1]/a:y[1]",)},
    ),
    "checks of one element fail one by one": (
        rule_set([("a:y", report("xs:decimal(.) = 1 or @k", "A") + check("xs:decimal(.) = 1 and @j", "B"))]),
        {document("<a:y k='' >b</a:y>"): ("A /a:r[1]/a:y[1]", "B /a:r[1]/a:y[1]"), document("<a:y>b</a:y>"): FAILED},
    ),
}
