"""Mutants are reproducible, and valid ones stay valid at every step."""

import pytest
from documents.adapters.rule_gate.bases import own_bases
from documents.adapters.rule_gate.mutants import FREE, VALID, MutantMaker, Recipe
from documents.adapters.rule_gate.mutators.table import MUTATORS
from documents.adapters.rule_gate.trees import elements_of
from documents.domain.findings import Syntax
from lxml import etree

UBL_BASES = [base for base in own_bases() if base.syntax is Syntax.UBL]


def anything(_root, _syntax):
    return True


def nothing(_root, _syntax):
    return False


def credit_notes_only(root, _syntax):
    return root.tag.endswith("CreditNote")


@pytest.fixture
def maker(material):
    def make(seed="1", is_valid=anything):
        return MutantMaker(UBL_BASES, material, is_valid=is_valid, seed=seed)

    return make


def test_a_number_gives_the_same_mutant_whatever_came_before(maker):
    first, second = maker(), maker()
    forwards = [first.make(FREE, number) for number in range(20)]
    backwards = [second.make(FREE, number) for number in reversed(range(20))]
    assert forwards == backwards[::-1]
    assert len({mutant.content for mutant in forwards}) == 20


def test_another_seed_gives_other_mutants(maker):
    assert maker("1").make(FREE, 0).content != maker("2").make(FREE, 0).content


def test_a_key_says_how_to_make_a_mutant_again(maker):
    mutant = maker("7").make(VALID, 12)
    assert mutant.key == "7/valid/12"
    assert mutant.base.startswith("own/")
    assert mutant.steps


def test_mutants_take_one_to_five_steps(maker):
    found = maker()
    lengths = {len(found.make(FREE, number).steps) for number in range(80)}
    assert lengths == {1, 2, 3, 4, 5}


def test_a_step_that_breaks_the_schema_is_taken_back(maker):
    """Here a document is valid while it has no more elements than the middle one of the bases."""
    limit = sorted(len(elements_of(base.tree())) for base in UBL_BASES)[len(UBL_BASES) // 2]

    def small(root, _syntax):
        return len(elements_of(root)) <= limit

    found = maker(is_valid=small)
    for number in range(60):
        mutant = found.make(VALID, number)
        assert len(elements_of(etree.fromstring(mutant.content))) <= limit
    attempts = found.attempts["duplicate-element"]
    assert attempts.kept < attempts.applied <= attempts.tried
    assert any(len(elements_of(etree.fromstring(found.make(FREE, number).content))) > limit for number in range(60))


def test_only_valid_bases_give_valid_mutants(maker):
    credit_notes = maker(is_valid=credit_notes_only)
    bases = {credit_notes.make(VALID, number).base for number in range(30)}
    assert bases <= {"own/credit-note-bis3.xml", "own/credit-note-categories.xml"}
    assert maker(is_valid=nothing).make(VALID, 0) is None


def test_a_recipe_may_name_its_mutators_and_steps(maker):
    delete = next(mutator for mutator in MUTATORS if mutator.name == "delete-element")
    mutant = maker().make(Recipe(label="only", valid=False, mutators=(delete,), steps=(2,)), 3)
    assert [step.mutator for step in mutant.steps] == ["delete-element", "delete-element"]


def test_a_mutator_that_finds_no_place_makes_no_mutant(material):
    paths = next(mutator for mutator in MUTATORS if mutator.name == "create-rule-path")
    credit_notes = [base for base in UBL_BASES if "credit" in base.name]
    found = MutantMaker(credit_notes, material, is_valid=anything, seed="1")
    assert found.make(Recipe(label="none", valid=False, mutators=(paths,)), 0) is None
