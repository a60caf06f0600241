"""Rule sets for what is decided once instead of for every element: tables, bits, indexes, scans, forbidden paths.

Written as those of `engine_rules`; the reference, which does none of this, finds the same.
"""

from typing import Final

from support.rule_sets import check, document, let, report, root_rule_set, rule, rule_set

SHORTCUTS: Final[dict[str, tuple[bytes, dict[str, tuple[str, ...] | str]]]] = {
    "conditions on the document select rules": (
        rule_set(
            [
                rule("a:l[/a:r/@k = 'A'][@k]", "A"),
                rule("a:l[$nl and @k]", "N"),
                rule("a:l[$be]", "B"),
                rule("a:l[$bad]", "E"),
            ],
            [("a:l[not($be)]", report("$nl", "P"))],
            [rule("a:r[$be or @k]", "R")],
            before=let("nl", "a:r/a:c = 'NL'") + let("be", "/a:r/a:c = 'BE'") + let("bad", "xs:decimal(/a:r/a:c) = 1"),
        ),
        {
            document("<a:c>NL</a:c><a:l k='x'/><a:l/>", "k='A'"): (
                "A /a:r[1]/a:l[1]",
                "P /a:r[1]/a:l[1]",
                "P /a:r[1]/a:l[2]",
                "R /a:r[1]",
            ),
            document("<a:c>BE</a:c><a:l k='x'/><a:l/>", "k='B'"): ("B /a:r[1]/a:l[1]", "B /a:r[1]/a:l[2]", "R /a:r[1]"),
            document("<a:c>1</a:c><a:l k='x'/><a:l/>"): ("E /a:r[1]/a:l[1]", "E /a:r[1]/a:l[2]"),
            document("<a:c>NL</a:c><a:c>BE</a:c><a:l k='x'/><a:l/>"): (
                "N /a:r[1]/a:l[1]",
                "B /a:r[1]/a:l[2]",
                "R /a:r[1]",
            ),
        },
    ),
    "rules that ask for different attributes are one table": (
        rule_set(
            [
                rule("a:l[@k = 'A']", "A"),
                rule("a:l[@k = 'B'][a:y]", "B"),
                rule("a:l[@k = '']", "E"),
                rule("a:l[@k = 'B']", "C"),
            ]
        ),
        {
            document("<a:l k='A'/><a:l k='B'/><a:l/><a:l k=''/><a:l k='B'><a:y/></a:l><a:l k='a'/>"): (
                "A /a:r[1]/a:l[1]",
                "C /a:r[1]/a:l[2]",
                "E /a:r[1]/a:l[4]",
                "B /a:r[1]/a:l[5]",
            )
        },
    ),
    "rules that ask for different normalized texts are one table": (
        rule_set(
            [
                rule("a:l[normalize-space() = 'A']", "A"),
                rule("a:l[normalize-space(.) = 'A B']", "B"),
                rule("a:l[normalize-space() = '']", "E"),
            ]
        ),
        {
            document("<a:l>A</a:l><a:l> A  B </a:l><a:l/><a:l>C</a:l><a:l> </a:l>"): (
                "A /a:r[1]/a:l[1]",
                "B /a:r[1]/a:l[2]",
                "E /a:r[1]/a:l[3]",
                "E /a:r[1]/a:l[5]",
            )
        },
    ),
    "a table and an unconditional rule behind it": (
        rule_set([rule("a:l[@k = 'A']", "A"), rule("a:l[@k = 'B']", "B"), rule("a:l", "O")]),
        {document("<a:l k='A'/><a:l k='B'/><a:l/>"): ("A /a:r[1]/a:l[1]", "B /a:r[1]/a:l[2]", "O /a:r[1]/a:l[3]")},
    ),
    "paths that a check of the root forbids": (
        root_rule_set(
            check("not(a:x/a:y)", "1"),
            check("not(a:x/@k | a:y/@k)", "2"),
            check("not((a:x | a:y)/a:z)", "3"),
            check("not(@k)", "4"),
            check("not(a:x/a:x)", "5"),
            check("not(a:x[a:q])", "6"),
            check("a:y", "7"),
            check("not(a:y) and not(a:y)", "8"),
        ),
        {
            document("<a:x><a:y/></a:x>", "k='1'"): ("1 /a:r[1]", "4 /a:r[1]", "7 /a:r[1]"),
            document("<a:x/><a:x k='1'/><a:x k='2'><a:z/></a:x><a:y k=''/>"): ("2 /a:r[1]", "3 /a:r[1]", "8 /a:r[1]"),
            document("<a:y/><a:r><a:x><a:y/></a:x></a:r>"): ("8 /a:r[1]",),
            document("<a:x><a:x><a:x/><a:q/></a:x><a:q/></a:x>"): ("5 /a:r[1]", "6 /a:r[1]", "7 /a:r[1]"),
            '<b><a:r xmlns:a="urn:a"><a:x><a:y/></a:x></a:r></b>': (),
        },
    ),
    "a rule of the root behind a conditional one has no forbidden paths": (
        rule_set([rule("/a:r[a:q]", "1"), ("/a:r", check("not(a:x)", "2"))]),
        {document("<a:x/>"): ("2 /a:r[1]",), document("<a:x/><a:q/>"): ("1 /a:r[1]",)},
    ),
    "a scan of all elements": (
        rule_set([rule("//*[not(*) and not(normalize-space())]", "1")], [rule("//*[@k = 'b']", "2")]),
        {
            document("<a:x> </a:x><a:x k='b'>1</a:x><a:x><z/></a:x>", "k='b'"): (
                "1 /a:r[1]/a:x[1]",
                "1 /a:r[1]/a:x[3]/z[1]",
                "2 /a:r[1]",
                "2 /a:r[1]/a:x[2]",
            )
        },
    ),
    "one expression under two variables of one name": (
        rule_set(
            [("a:x", let("v", "/a:r/a:k") + report("count(//a:y[. = $v]) = 1", "1"))],
            [("a:x", let("v", "/a:r/a:j") + report("count(//a:y[. = $v]) = 1", "2"))],
            [("a:x", let("v", "../a:j") + report("count(//a:y[. = $v]) = 2", "3"))],
        ),
        {
            document("<a:k>1</a:k><a:j>2</a:j><a:y>1</a:y><a:x/><a:y>2</a:y><a:y>2</a:y>"): (
                "1 /a:r[1]/a:x[1]",
                "3 /a:r[1]/a:x[1]",
            )
        },
    ),
    "one expression in two contexts": (
        rule_set(
            *[
                [(context, report("count(a:x) = 2 and count(a:x) = 2", number))]
                for number, context in zip("1234", ("/a:r", "/a:s", "a:q", "/a:r/a:q"), strict=True)
            ],
            [("/", report("count(a:x) = 0", "5"))],
        ),
        {
            document("<a:x/><a:x/><a:q><a:x/></a:q>"): ("1 /a:r[1]", "5 /a:r[1]"),
            '<a:s xmlns:a="urn:a"><a:x/><a:x/><a:q><a:x/><a:x/></a:q></a:s>': (
                "2 /a:s[1]",
                "3 /a:s[1]/a:q[1]",
                "5 /a:s[1]",
            ),
        },
    ),
    "indexes of texts and attributes": (
        root_rule_set(
            report("//a:y[normalize-space(.) = 'q']/@k", "1"),
            report("count(//a:y[@k = 'q']) = 2", "2"),
            report("//a:y['q' = @k][@j]", "3"),
            report("//a:p[a:z = 'q']", "4"),
            match="a:r",
        ),
        {
            document("<a:y k='q'>q</a:y><a:y k='q' j=''> q </a:y>"): ("1 /a:r[1]", "2 /a:r[1]", "3 /a:r[1]"),
            document("<a:p><a:z>q</a:z><a:z>q</a:z></a:p>"): ("4 /a:r[1]",),
            document(""): (),
        },
    ),
}
