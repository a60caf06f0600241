"""Values at which XPath is easily got wrong: an expression of `$a`, `$b`, `$c` (strings), these, and what it is worth.

Our run-time must give it (unit tests) and so must the reference (integration tests): no expectation is only ours.
"""

from support.xpath_calculations import FAILED

CASTS = {
    "a decimal takes a sign, outer blanks and a bare point": [
        ("xs:decimal($a)", "+1.50", "1.5"),
        ("xs:decimal($a)", " \t12.5\r\n", "12.5"),
        ("xs:decimal($a)", "1.", "1"),
        ("xs:decimal($a)", "-.5", "-0.5"),
        ("$a castable as xs:decimal", "007", "true"),
    ],
    "a decimal has no exponent, no letters, no other digits, no inner or foreign blanks": [
        *[("xs:decimal($a)", text, FAILED) for text in ("1e3", "1E3", "NaN", "INF", "", " ", ".", "+", "1,5", "1_000")],
        *[
            ("xs:decimal($a)", text, FAILED)
            for text in ("1 2", "\u00a012", "12\u2003", "\uff11\uff12", "\u00b2", "0x10")
        ],
        ("$a castable as xs:decimal", "1e3", "false"),
        ("$a castable as xs:decimal", "\u00a012", "false"),
        ("$a castable as xs:decimal", "", "false"),
    ],
    "a decimal keeps 40 digits": [
        (
            "xs:decimal($a)",
            "1234567890123456789012345678901234567890.1234567890123456789012345678901234567891",
            "1234567890123456789012345678901234567890.1234567890123456789012345678901234567891",
        ),
        ("xs:decimal($a)", "0.0000000000000000000000000000000000000001", "0.0000000000000000000000000000000000000001"),
    ],
    "an integer has no point and no exponent": [
        ("xs:integer($a)", " +5 ", "5"),
        ("xs:integer($a)", "-0", "0"),
        *[("xs:integer($a)", text, FAILED) for text in ("1.0", "1.", "1e3", "", "1_0", "\u0661")],
        ("$a castable as xs:integer", "12", "true"),
        ("$a castable as xs:integer", "12.0", "false"),
    ],
    "a double takes an exponent and the names of XML Schema alone": [
        ("string(xs:double($a))", " 1e3 ", "1000"),
        ("string(xs:double($a))", "-INF", "-INF"),
        ("string(xs:double($a))", "+INF", "INF"),
        ("string(xs:double($a))", "NaN", "NaN"),
        ("string(xs:double($a))", "1e400", "INF"),
        *[
            ("string(xs:double($a))", text, FAILED)
            for text in ("inf", "nan", "Infinity", "1e", "", "1_0", "0x1p3", "1e1.5")
        ],
        ("$a castable as xs:double", "1E-2", "true"),
        ("$a castable as xs:double", "nan", "false"),
    ],
    "number() is never an error": [
        *[("string(number($a))", text, "NaN") for text in ("", " ", "abc", "1,5", "inf", "12\u00a0")],
        ("string(number($a))", " 12.50 ", "12.5"),
        ("string(number($a))", "1e3", "1000"),
    ],
    "NaN is neither true nor equal to itself nor in any order": [
        ("number($a) = number($b)", "", "", "false"),
        ("number($a) != number($b)", "", "", "true"),
        ("number($a) <= number($b)", "", "1", "false"),
    ],
    "a boolean is true, false, 1 or 0": [
        ("xs:boolean($a)", " true ", "true"),
        ("xs:boolean($a)", "1", "true"),
        ("xs:boolean($a)", "0", "false"),
        ("xs:boolean($a)", "false", "false"),
        *[("xs:boolean($a)", text, FAILED) for text in ("TRUE", "2", "", "yes", "01")],
        ("$a castable as xs:boolean", "0", "true"),
        ("$a castable as xs:boolean", "no", "false"),
    ],
    "a decimal is written without exponent, zeros at the end or a sign of zero": [
        ("xs:decimal($a)", "100.00", "100"),
        ("xs:decimal($a)", "-0.00", "0"),
        ("xs:decimal($a)", "1.10", "1.1"),
        ("xs:decimal($a) * xs:decimal($b)", "-5", "0", "0"),
    ],
    "a double is written plainly from a millionth to a million": [
        ("string(xs:double($a))", "999999.5", "999999.5"),
        ("string(xs:double($a))", "1000000", "1.0E6"),
        ("string(xs:double($a))", "0.000001", "0.000001"),
        ("string(xs:double($a))", "0.0000001", "1.0E-7"),
        ("string(xs:double($a))", "123456789", "1.23456789E8"),
        ("string(xs:double($a))", "-0", "-0"),
        ("string(xs:double($a))", "244880688440984.88", "2.4488068844098487E14"),
    ],
    "casts between numbers go towards zero or give the exact value": [
        ("xs:integer(xs:decimal($a))", "-3.7", "-3"),
        ("xs:integer(xs:double($a))", "-3.7", "-3"),
        ("xs:integer(xs:double($a))", "NaN", FAILED),
        ("xs:decimal(xs:double($a))", "0.1", "0.1000000000000000055511151231257827021181583404541015625"),
        ("xs:decimal(xs:double($a))", "INF", FAILED),
        ("string(xs:double(xs:decimal($a)))", "-0", "0"),
    ],
}
ARITHMETIC = {
    "a decimal quotient has 18 places": [
        ("xs:decimal($a) div xs:decimal($b)", "1", "3", "0.333333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "2", "3", "0.666666666666666667"),
        ("xs:decimal($a) div xs:decimal($b)", "-2", "3", "-0.666666666666666667"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "8", "0.125"),
    ],
    "a decimal quotient has as many places more as the dividend has more than the divisor": [
        ("xs:decimal($a) div xs:decimal($b)", "0.01", "3", "0.00333333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "300", "0.003333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "300.0", "0.00333333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "300.", "0.00333333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "7", "300000000000000", "0.000000000000023333"),
        ("xs:decimal($a) div xs:decimal($b)", "7", "3000000000000000", "0.000000000000002333333333333333333"),
        ("1 div (xs:decimal($a) div xs:decimal($b))", "600", "2", "0.00333333333333333333"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "0.3", "3.333333333333333333"),
    ],
    "a decimal quotient is rounded half down": [
        ("xs:decimal($a) div xs:decimal($b)", "1", "2000000000000000001", "0"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "1999999999999999999", "0.000000000000000001"),
        ("xs:decimal($a) div xs:decimal($b)", "-1", "1999999999999999999", "-0.000000000000000001"),
        ("xs:decimal($a) div xs:decimal($b)", "1", "524288", "0.000001907348632812"),
        ("xs:decimal($a) div xs:decimal($b)", "-3", "524288", "-0.000005722045898437"),
        ("xs:decimal($a) div xs:decimal($b)", "7", "524288", "0.000013351440429687"),
    ],
    "a decimal by zero is an error": [
        ("xs:decimal($a) div xs:decimal($b)", "1", "0.0", FAILED),
        ("xs:decimal($a) div xs:decimal($b)", "0", "-0", FAILED),
        ("xs:decimal($a) mod xs:decimal($b)", "1", "0", FAILED),
        ("xs:decimal($a) idiv xs:decimal($b)", "1", "0.00", FAILED),
        ("xs:integer($a) mod xs:integer($b)", "1", "0", FAILED),
        ("xs:integer($a) idiv xs:integer($b)", "1", "0", FAILED),
    ],
    "a double by zero is an infinity or NaN": [
        ("string(xs:double($a) div xs:double($b))", "1", "0", "INF"),
        ("string(xs:double($a) div xs:double($b))", "-1", "0", "-INF"),
        ("string(xs:double($a) div xs:double($b))", "1", "-0", "-INF"),
        ("string(xs:double($a) div xs:double($b))", "0", "0", "NaN"),
        ("string(xs:double($a) mod xs:double($b))", "1", "0", "NaN"),
        ("xs:double($a) idiv xs:double($b)", "1", "0", FAILED),
    ],
    "decimals are exact, doubles are not": [
        ("xs:decimal($a) + xs:decimal($b)", "0.1", "0.2", "0.3"),
        ("string(xs:double($a) + xs:double($b))", "0.1", "0.2", "0.30000000000000004"),
        (
            "xs:decimal($a) * xs:decimal($b)",
            "12345678901234567890.12345678901234567890",
            "98765432109876543210.98765432109876543210",
            "1219326311370217952261850327338667885944.87120865336229233322374638011112635269",
        ),
        ("sum((xs:decimal($a), xs:decimal($b)))", "1e0", "1", FAILED),
        ("sum((xs:decimal($a), xs:decimal($b)))", "99999999999999999999999999999.99", "0.01", "1" + "0" * 29),
    ],
    "remainders and whole quotients truncate": [
        ("xs:integer($a) mod xs:integer($b)", "-5", "3", "-2"),
        ("xs:integer($a) mod xs:integer($b)", "5", "-3", "2"),
        ("xs:decimal($a) mod xs:decimal($b)", "5.5", "-2", "1.5"),
        ("xs:decimal($a) mod xs:decimal($b)", "-5.5", "2", "-1.5"),
        ("string(xs:double($a) mod xs:double($b))", "-5", "3", "-2"),
        ("string(xs:double($a) mod xs:double($b))", "-6", "3", "-0"),
        ("xs:integer($a) idiv xs:integer($b)", "-5", "3", "-1"),
        ("xs:decimal($a) idiv xs:decimal($b)", "-5.5", "2", "-2"),
        ("xs:double($a) idiv xs:double($b)", "-7.5", "2", "-3"),
    ],
    "round goes half up": [
        *[
            ("round(xs:decimal($a))", text, up)
            for text, up in (("-2.5", "-2"), ("2.5", "3"), ("-2.51", "-3"), ("0.5", "1"))
        ],
        *[
            ("round(xs:decimal($a))", text, up)
            for text, up in (("-0.5", "0"), ("1.5", "2"), ("-1.5", "-1"), ("7", "7"))
        ],
        ("round(xs:decimal($a))", "0.4999999999999999999999999999999999999999", "0"),
        *[("string(round(xs:double($a)))", text, up) for text, up in (("-2.5", "-2"), ("2.5", "3"), ("-0.4", "-0"))],
        *[("string(round(xs:double($a)))", text, up) for text, up in (("0.49999999999999994", "0"), ("NaN", "NaN"))],
        ("round(xs:integer($a))", "-7", "-7"),
    ],
}
STRINGS = {
    "blanks are the four of XML": [
        ("normalize-space($a)", " \t a \r\n b\n", "a b"),
        ("normalize-space($a)", "\u00a0a \u00a0 b\u00a0", "\u00a0a \u00a0 b\u00a0"),
        ("normalize-space($a)", "\u2003 \u0085  \u2028", "\u2003 \u0085 \u2028"),
        ("normalize-space($a)", " \t\r\n", ""),
        ("normalize-space($a)", "\u00e9\t\t\u00fc ", "\u00e9 \u00fc"),
    ],
    "substring counts from 1 and accepts places below it": [
        ("substring($a, xs:double($b))", "12345", "1", "12345"),
        ("substring($a, xs:double($b))", "12345", "0", "12345"),
        ("substring($a, xs:double($b))", "12345", "6", ""),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "0", "3", "12"),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "-1", "3", "1"),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "2", "-1", ""),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "4", "100", "45"),
    ],
    "substring rounds its places half up": [
        ("substring($a, xs:double($b), xs:double($c))", "12345", "1.5", "2.6", "234"),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "-0.5", "2", "1"),
        ("substring($a, xs:double($b))", "12345", "2.5", "345"),
        ("substring($a, xs:double($b))", "12345", "2.4999", "2345"),
    ],
    "substring of NaN is empty": [
        ("substring($a, xs:double($b))", "12345", "NaN", ""),
        ("substring($a, xs:double($b), xs:double($c))", "12345", "2", "NaN", ""),
        ("substring($a, xs:double($b))", "12345", "-INF", "12345"),
        ("substring($a, xs:double($b))", "12345", "INF", ""),
    ],
    "characters are code points": [
        ("substring($a, xs:double($b), xs:double($c))", "\U0001f600x\U0001f600", "2", "1", "x"),
        ("translate($a, $b, $c)", "\U0001f600x", "\U0001f600", "y", "yx"),
    ],
    "an empty text is found at the start": [
        ("substring-before($a, $b)", "abc", "", ""),
        ("substring-after($a, $b)", "abc", "", "abc"),
    ],
    "before and after the first occurrence, of none nothing": [
        ("substring-before($a, $b)", "a:b:c", ":", "a"),
        ("substring-after($a, $b)", "a:b:c", ":", "b:c"),
        ("substring-before($a, $b)", "abc", "x", ""),
        ("substring-after($a, $b)", "abc", "x", ""),
        ("substring-after($a, $b)", "", "x", ""),
    ],
    "translate takes the first of two and removes what has no replacement": [
        ("translate($a, $b, $c)", "banana", "aan", "123", "b13131"),
        ("translate($a, $b, $c)", "a-b c", "- ", "", "abc"),
        ("translate($a, $b, $c)", "abc", "ab", "xyz", "xyc"),
    ],
    "upper case is Unicode's, not one language's": [
        ("upper-case($a)", "vat", "VAT"),
        ("upper-case($a)", "stra\u00dfe", "STRASSE"),
        ("upper-case($a)", "i", "I"),
        ("upper-case($a)", "\u0149\ufb01\u01c6", "\u02bcNFI\u01c4"),
    ],
    "codes that are no characters are an error": [
        ("codepoints-to-string(xs:integer($a))", "128512", "\U0001f600"),
        ("codepoints-to-string(xs:integer($a))", "9", "\t"),
        *[
            ("codepoints-to-string(xs:integer($a))", code, FAILED)
            for code in ("0", "11", "55296", "65534", "1114112", "-1")
        ],
    ],
}
DATES = {
    "a date exists": [
        ("xs:date($a)", "2024-02-29", "2024-02-29"),
        ("xs:date($a)", " 2024-02-29\n", "2024-02-29"),
        ("xs:date($a)", "2000-02-29", "2000-02-29"),
        *[("xs:date($a)", text, FAILED) for text in ("2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31")],
        *[("xs:date($a)", text, FAILED) for text in ("2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32")],
        ("$a castable as xs:date", "2023-02-29", "false"),
        ("$a castable as xs:date", "2024-02-29", "true"),
    ],
    "a date has one form": [
        *[
            ("xs:date($a)", text, FAILED)
            for text in ("2024-1-01", "24-01-01", "20240101", "2024/01/01", "01-01-2024", "")
        ],
        *[
            ("xs:date($a)", text, FAILED)
            for text in ("2024-01-01T00:00:00", "+2024-01-01", "2024-01-01 Z", "02024-01-01")
        ],
        ("xs:date($a)", "\uff12024-01-01", FAILED),
        ("xs:date($a)", "2024-01-01\u00a0", FAILED),
    ],
    "years may have a sign and more digits": [
        ("xs:date($a)", "-0004-02-29", "-0004-02-29"),
        ("xs:date($a)", "0000-01-01", "0000-01-01"),
        ("xs:date($a)", "12024-02-29", "12024-02-29"),
        ("xs:date($a) < xs:date($b)", "-0044-03-15", "0001-01-01", "true"),
        ("xs:date($a) < xs:date($b)", "9999-12-31", "10000-01-01", "true"),
    ],
    "a zone is optional and within 14 hours": [
        ("xs:date($a)", "2024-01-01Z", "2024-01-01Z"),
        ("xs:date($a)", "2024-01-01-00:00", "2024-01-01Z"),
        ("xs:date($a)", "2024-01-01+14:00", "2024-01-01+14:00"),
        *[
            ("xs:date($a)", f"2024-01-01{zone}", FAILED)
            for zone in ("+15:00", "+13:60", "+1:00", "+0100", "z", "+", "Z+01:00")
        ],
    ],
    "dates compare by their start, without a zone in UTC": [
        ("xs:date($a) = xs:date($b)", "2024-02-29", "2024-02-29Z", "true"),
        ("xs:date($a) = xs:date($b)", "2024-01-01+14:00", "2023-12-31-10:00", "true"),
        ("xs:date($a) < xs:date($b)", "2024-01-01", "2024-01-01-01:00", "true"),
        ("xs:date($a) < xs:date($b)", "2024-01-02+14:00", "2024-01-01", "false"),
        ("xs:date($a) >= xs:date($b)", "2024-03-01", "2024-02-29", "true"),
    ],
}
