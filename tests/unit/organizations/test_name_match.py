"""Comparing account holders with registered names: what matches, what a person must look at."""

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from organizations.domain.name_match import Outcome, match_names

pytestmark = pytest.mark.requirement("R5.11")

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
FORMS = ["B.V.", "BV", "b.v.", "B V", "N.V.", "V.O.F.", "VOF", "C.V."]


@pytest.mark.parametrize(
    ("holder", "registered"),
    [
        ("TEST BV DONALD", "Test BV Donald"),
        ("Bakkerij Jansen", "Bakkerij Jansen B.V."),
        ("BAKKERIJ JANSEN BV", "Bakkerij Jansen B.V."),
        ("Bakkerij Jansen B V", "Bakkerij Jansen B.V."),
        ("Bakkerij Jansen besloten vennootschap", "Bakkerij Jansen B.V."),
        ("Bakkerij-Jansen, B.V.", "Bakkerij Jansen B.V."),
        ("BakkerijJansen B.V.", "Bakkerij Jansen B.V."),
        ("Café Zürich", "Cafe Zurich B.V."),
        ("Håkon Sørensen", "Hakon Sorensen"),
        ("Jansen & Zn.", "Jansen en Zn"),
        ("Jansen + Zonen", "Jansen en Zonen"),
        ("VOF Guus", "V.O.F. Guus"),
        ("V. O. F. Guus", "Guus v o f"),
        ("J P Jansen", "J.P. Jansen"),
        ("Bolderbast Stichting", "Stichting Bolderbast"),
        ("St. Jan Beheer B.V.", "St Jan Beheer"),
        ("Coöperatie De Boer U.A.", "De Boer Coöperatie"),
        ("T.n.v. Bakkerij Jansen B.V.", "Bakkerij Jansen B.V."),
        ("ten name van Bakkerij Jansen", "Bakkerij Jansen B.V."),
        ("Hr J. Jansen", "J. Jansen"),
        ("dhr. en mw. Jansen", "Jansen"),
        ("Jansen J", "J. Jansen"),
        ("J. Jansen h.o. Bakkerij Jansen", "Bakkerij Jansen"),
        ("J. Jansen, handelend onder de naam Bakkerij Jansen", "Bakkerij Jansen"),
        ("mw A Bos e/o dhr C Bos", "A. Bos"),
        ("'t Broodje", "t Broodje"),
        ("Van Dijk B.V. i.o.", "van dijk b.v."),
        ("株式会社テスト", "株式会社テスト"),
    ],
)
def test_the_same_name_written_differently_matches(holder: str, registered: str):
    assert match_names(holder, (registered,)) is Outcome.MATCH


@pytest.mark.parametrize(
    ("holder", "registered", "outcome"),
    [
        ("Jansen V.O.F.", "Jansen B.V.", Outcome.CLOSE_MATCH),
        ("Stichting Jansen", "Jansen B.V.", Outcome.CLOSE_MATCH),
        ("HR Architecten B.V.", "Architecten B.V.", Outcome.CLOSE_MATCH),
        ("HR Architecten", "Architecten B.V.", Outcome.CLOSE_MATCH),
        ("Jansen", "Jansen Holding B.V.", Outcome.CLOSE_MATCH),
        ("ING Bank", "Bank", Outcome.CLOSE_MATCH),
        ("SA Trading B.V.", "Trading B.V.", Outcome.CLOSE_MATCH),
        ("CV Partners", "Partners", Outcome.CLOSE_MATCH),
        ("Studio I.O.", "Studio", Outcome.CLOSE_MATCH),
        ("Bakkerij Janssen", "Bakkerij Jansen B.V.", Outcome.CLOSE_MATCH),
        ("P. Pietersen", "Test BV Donald", Outcome.NO_MATCH),
        ("B.V.", "ABC B.V.", Outcome.NO_MATCH),
        ("Ho Lee", "Lee B.V.", Outcome.CLOSE_MATCH),
        ("Shell", "Esso B.V.", Outcome.NO_MATCH),
        ("iets", "", Outcome.NO_MATCH),
        (None, "Jansen B.V.", Outcome.NOT_AVAILABLE),
        ("", "Jansen B.V.", Outcome.NOT_AVAILABLE),
        (" .,-' ", "Jansen B.V.", Outcome.NOT_AVAILABLE),
        ("h.o.", "Jansen B.V.", Outcome.NO_MATCH),
    ],
)
def test_what_is_not_the_same_name_does_not_match(holder: str | None, registered: str, outcome: Outcome):
    assert match_names(holder, (registered,)) is outcome


def test_the_best_of_several_registered_names_counts():
    names = ("Jansen Beheer B.V.", "Het Broodje", "Jansens Brood")

    assert match_names("het broodje", names) is Outcome.MATCH
    assert match_names("Jansens Broodje", names) is Outcome.CLOSE_MATCH
    assert match_names("Het Broodje", ()) is Outcome.NO_MATCH


def _noisy(name: str) -> st.SearchStrategy[str]:
    """Return ways in which a bank may write a name without changing it."""
    accents = st.sampled_from(["", "\u0301", "\u0308", "\u0327"])
    letters = st.tuples(*(st.tuples(st.just(letter), st.booleans(), accents) for letter in name))
    written = letters.map(lambda all_: "".join((one.upper() if up else one) + mark for one, up, mark in all_))
    return st.tuples(written, st.sampled_from(["", " ", ".", ", ", "  "])).map(
        lambda parts: parts[0].replace(" ", "  ") + parts[1]
    )


@settings(max_examples=40)
@given(st.data(), NAMES)
def test_case_accents_spacing_and_punctuation_never_matter(data: st.DataObject, name: str):
    assert match_names(data.draw(_noisy(name)), (name,)) is Outcome.MATCH


@given(NAMES, st.sampled_from(FORMS))
def test_a_legal_form_on_either_side_never_matters(name: str, form: str):
    assert match_names(f"{name} {form}", (name,)) is Outcome.MATCH
    assert match_names(name, (f"{name} {form}",)) is Outcome.MATCH


@given(NAMES, st.sampled_from(["B.V.", "N.V.", "V.O.F.", "C.V."]), st.sampled_from(["B.V.", "N.V.", "V.O.F.", "C.V."]))
def test_two_different_legal_forms_never_match(name: str, one: str, other: str):
    expected = Outcome.MATCH if one == other else Outcome.CLOSE_MATCH

    assert match_names(f"{name} {one}", (f"{name} {other}",)) is expected


@given(NAMES, NAMES)
def test_names_of_other_letters_never_match(one: str, other: str):
    assume(sorted(one.replace(" ", "")) != sorted(other.replace(" ", "")))
    assume(not _is_a_form(one) and not _is_a_form(other))

    assert match_names(one, (other,)) is not Outcome.MATCH


def _is_a_form(name: str) -> bool:
    words = {
        "stichting",
        "vereniging",
        "maatschap",
        "vve",
        "vof",
        "bvba",
        "ltd",
        "limited",
        "gmbh",
        "srl",
        "owm",
        "stg",
    }
    words |= {"cooperatie", "eenmanszaak", "kerkgenootschap", "and", "mevr", "dhr"}
    return bool(words & set(name.split()))


@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=5))
def test_no_text_whatever_breaks_it(holder: str, registered: list[str]):
    assert match_names(holder, tuple(registered)) in Outcome


@given(st.text(min_size=1, max_size=100))
def test_a_name_with_any_letter_or_digit_matches_itself(name: str):
    assume(any(unicodedata.category(character)[0] in "LN" for character in unicodedata.normalize("NFKD", name)))

    assert match_names(name, (name,)) is Outcome.MATCH
