"""Every kind of mutation that the gate knows, by name."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from documents.adapters.rule_gate.mutators import attributes, numbers, structure, texts
from documents.adapters.rule_gate.mutators.subject import Subject

# Changes the tree in place and tells what it did; tells nothing, and has changed nothing, when there is no such place.
Mutate = Callable[[Subject, random.Random], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutator:
    """`breaks_schema`: what it makes is hardly ever valid, so valid mutants do without it."""

    name: str
    mutate: Mutate
    breaks_schema: bool = False


MUTATORS = (
    Mutator(name="delete-element", mutate=structure.delete_element),
    Mutator(name="duplicate-element", mutate=structure.duplicate_element),
    Mutator(name="swap-value", mutate=texts.swap_value),
    Mutator(name="odd-number", mutate=numbers.odd_number),
    Mutator(name="nudge-number", mutate=numbers.nudge_number),
    Mutator(name="insert-seen-subtree", mutate=structure.insert_seen_subtree),
    Mutator(name="insert-allowed-element", mutate=structure.insert_allowed_element),
    Mutator(name="create-rule-path", mutate=structure.create_rule_path),
    Mutator(name="odd-text", mutate=texts.odd_text),
    Mutator(name="set-known-attribute", mutate=attributes.set_known_attribute),
    Mutator(name="set-allowed-attribute", mutate=attributes.set_allowed_attribute),
    Mutator(name="change-attribute", mutate=attributes.change_attribute),
    Mutator(name="delete-attribute", mutate=attributes.delete_attribute),
    Mutator(name="flip-case", mutate=texts.flip_case),
    Mutator(name="put-blanks-around", mutate=texts.put_blanks_around),
    Mutator(name="respell-boolean", mutate=texts.respell_boolean),
    Mutator(name="put-comment-inside", mutate=texts.put_comment_inside),
    Mutator(name="copy-with-other-value", mutate=structure.copy_with_other_value),
    Mutator(name="swap-neighbours", mutate=structure.swap_neighbours, breaks_schema=True),
    Mutator(name="change-namespace", mutate=structure.change_namespace, breaks_schema=True),
)
VALID_MUTATORS = tuple(mutator for mutator in MUTATORS if not mutator.breaks_schema)
