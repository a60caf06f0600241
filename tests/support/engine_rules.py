"""Small rule sets, documents, and what is to be found: which rule an element runs, variables, functions, locations.

A finding is written as its rule id and its location, in which `a:x[2]` stands for the published spelling. The
reference finds the same in the same order.
"""

from typing import Final

from support.rule_sets import (
    FAILED,
    check,
    choose,
    document,
    function,
    let,
    report,
    result,
    root_rule_set,
    rule,
    rule_set,
)

RULES: Final[dict[str, tuple[bytes, dict[str, tuple[str, ...] | str]]]] = {
    "an element runs only the first rule of a pattern that matches it": (
        rule_set([rule("a:x[a:y]", "1"), rule("a:x", "2"), rule("a:x/a:y", "3")], [rule("a:y", "4"), rule("a:x", "5")]),
        {
            document("<a:x><a:y/></a:x><a:x/><a:y/>"): (
                "1 /a:r[1]/a:x[1]",
                "3 /a:r[1]/a:x[1]/a:y[1]",
                "2 /a:r[1]/a:x[2]",
                "5 /a:r[1]/a:x[1]",
                "4 /a:r[1]/a:x[1]/a:y[1]",
                "5 /a:r[1]/a:x[2]",
                "4 /a:r[1]/a:y[1]",
            )
        },
    ),
    "a rule without checks takes its elements away from the rules behind it": (
        rule_set([("a:x[a:y]", ""), rule("a:x", "1")], [("a:x", ""), rule("a:*", "2")]),
        {document("<a:x><a:y/></a:x><a:x/>"): ("1 /a:r[1]/a:x[2]", "2 /a:r[1]", "2 /a:r[1]/a:x[1]/a:y[1]")},
    ),
    "a relative context matches at any depth and an absolute one at the root": (
        rule_set([rule("a:x/a:y", "1")], [rule("/a:r", "2")], [rule("/a:r//a:y", "3")], [rule("a:x//a:y", "4")]),
        {
            document("<a:x><a:y/><a:r><a:y/></a:r></a:x><a:y/>"): (
                "1 /a:r[1]/a:x[1]/a:y[1]",
                "2 /a:r[1]",
                "3 /a:r[1]/a:x[1]/a:y[1]",
                "3 /a:r[1]/a:x[1]/a:r[1]/a:y[1]",
                "3 /a:r[1]/a:y[1]",
                "4 /a:r[1]/a:x[1]/a:y[1]",
                "4 /a:r[1]/a:x[1]/a:r[1]/a:y[1]",
            )
        },
    ),
    "a context of a namespace and one of any element": (
        rule_set([rule("a:*", "1"), rule("*", "2")], [rule("/", "3"), rule("x", "4")]),
        {
            document("<a:x><x/></a:x><b/>"): (
                "1 /a:r[1]",
                "1 /a:r[1]/a:x[1]",
                "2 /a:r[1]/a:x[1]/x[1]",
                "2 /a:r[1]/b[1]",
                "3 /a:r[1]",
                "4 /a:r[1]/a:x[1]/x[1]",
            )
        },
    ),
    "an error in a condition is no match of that element alone": (
        rule_set(
            [rule("a:x[xs:decimal(a:y) > 1]", "1"), rule("a:x", "2")],
            [rule("a:x[normalize-space(a:y) = '5']", "3"), rule("a:x[normalize-space(a:y) = 'u']", "4")],
            [rule("//*[not(*)][xs:decimal(.) > 1]", "5")],
        ),
        {
            document("<a:x><a:y>5</a:y></a:x><a:x><a:y>u</a:y></a:x><a:x><a:y>6</a:y><a:y>5</a:y></a:x><a:x/>"): (
                "1 /a:r[1]/a:x[1]",
                "2 /a:r[1]/a:x[2]",
                "2 /a:r[1]/a:x[3]",
                "2 /a:r[1]/a:x[4]",
                "3 /a:r[1]/a:x[1]",
                "4 /a:r[1]/a:x[2]",
                "5 /a:r[1]/a:x[1]/a:y[1]",
                "5 /a:r[1]/a:x[3]/a:y[1]",
                "5 /a:r[1]/a:x[3]/a:y[2]",
            ),
            document("<a:x>7</a:x>"): ("2 /a:r[1]/a:x[1]", "5 /a:r[1]/a:x[1]"),
        },
    ),
    "relative paths in a global variable start at the document node": (
        root_rule_set(
            report("$g = '1'", "1"), report("$h", "2"), match="a:x", before=let("g", "a:r/a:k") + let("h", "a:k")
        ),
        {document("<a:k>1</a:k><a:x><a:k>2</a:k></a:x>"): ("1 /a:r[1]/a:x[1]",)},
    ),
    "variables of a rule": (
        root_rule_set(
            let("v", "a:x and a:x/a:y") + report("$v = true()", "1") + report("string($v) = 'true'", "2"),
            let("w", "for $i in a:x return $i/a:y") + report("count($w/@k) = 1", "3") + let("u", "count(a:x)"),
            report("a:x[$u]/@last", "4"),
        ),
        {
            document("<a:x><a:y k=''/></a:x><a:x last=''/>"): ("1 /a:r[1]", "2 /a:r[1]", "3 /a:r[1]", "4 /a:r[1]"),
            document("<a:x last=''/>"): ("4 /a:r[1]",),
        },
    ),
    "an error of a check is an error of the document": (
        root_rule_set(report("true()", "1"), report("xs:decimal(a:x) = 1", "2")),
        {
            document("<a:x>1</a:x>"): ("1 /a:r[1]", "2 /a:r[1]"),
            document("<a:x>u</a:x>"): FAILED,
            document("<a:x>1</a:x><a:x>1</a:x>"): FAILED,
        },
    ),
    "functions of the stylesheet": (
        root_rule_set(
            report("f:digits(a:x)", "1"),
            report("f:kind('a', .) = 'A' and f:kind('b', .) = ''", "2"),
            report("f:times(a:n, 2) = 3", "3"),
            report("f:times(5, 1) = 5.0", "4"),
            report("f:truth(a:x, 'b') = true()", "5"),
            report("exists(f:choice(if (a:q) then 'x' else @k))", "6"),
            before=function("digits", "x", result("matches($x, '^[0-9]+$')"), "xs:boolean")
            + function("kind", "x as xs:string, n", choose(("$x = 'a'", "'A'"), otherwise="string($n/@k)"), "xs:string")
            + function("times", "x as xs:decimal, y as xs:integer", let("z", "$x * $y") + result("$z"), "xs:decimal")
            + function("truth", "x, y", result("$x and $y = 'b'"))
            + function("choice", "x as xs:string?", choose(("$x = 'x'", "$x"), otherwise="$x[. = 'k']"), "xs:string?"),
        ),
        {
            document("<a:x>12</a:x><a:n>1.5</a:n>"): ("1 /a:r[1]", "2 /a:r[1]", "3 /a:r[1]", "4 /a:r[1]", "5 /a:r[1]"),
            document("<a:n>1.6</a:n><a:q/>"): ("2 /a:r[1]", "4 /a:r[1]", "6 /a:r[1]"),
            document("<a:n/>"): FAILED,
            document("<a:n>1</a:n>", "k='k'"): ("4 /a:r[1]", "6 /a:r[1]"),
        },
    ),
    "locations": (
        rule_set([rule("*", "1")]),
        {
            '<r xmlns:q="urn:it\'s" xmlns:a="urn:a"><q:x/><a:x/><x/><a:x/><q:x/><x/><a-b_c.d/><\u00e9l/>'
            '<a:x><x/><x/></a:x><p:x xmlns:p="urn:a"/></r>': (
                "1 /r[1]",
                "1 /r[1]/*:x[namespace-uri()='urn:it's'][1]",
                "1 /r[1]/a:x[1]",
                "1 /r[1]/x[1]",
                "1 /r[1]/a:x[2]",
                "1 /r[1]/*:x[namespace-uri()='urn:it's'][2]",
                "1 /r[1]/x[2]",
                "1 /r[1]/a-b_c.d[1]",
                "1 /r[1]/él[1]",
                "1 /r[1]/a:x[3]",
                "1 /r[1]/a:x[3]/x[1]",
                "1 /r[1]/a:x[3]/x[2]",
                "1 /r[1]/a:x[4]",
            ),
        },
    ),
    "findings come by pattern, then in document order, then by check": (
        rule_set(
            [rule("a:y", "1")],
            [("a:x", report("true()", "2") + report("true()", "3")), ("a:y", report("true()", "4"))],
            [("/a:r", check("not(a:x)", "5") + report("true()", "6") + check("not(a:x/a:y)", "7"))],
        ),
        {
            document("<a:x><a:y/></a:x><a:y/><a:x/>"): (
                "1 /a:r[1]/a:x[1]/a:y[1]",
                "1 /a:r[1]/a:y[1]",
                "2 /a:r[1]/a:x[1]",
                "3 /a:r[1]/a:x[1]",
                "4 /a:r[1]/a:x[1]/a:y[1]",
                "4 /a:r[1]/a:y[1]",
                "2 /a:r[1]/a:x[2]",
                "3 /a:r[1]/a:x[2]",
                "5 /a:r[1]",
                "6 /a:r[1]",
                "7 /a:r[1]",
            )
        },
    ),
}
