"""All bugs that the gate must catch."""

from documents.adapters.rule_gate.plants.engine_bugs import ENGINE_BUGS
from documents.adapters.rule_gate.plants.runtime_bugs import RUNTIME_BUGS

BUGS = (*RUNTIME_BUGS, *ENGINE_BUGS)
