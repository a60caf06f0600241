"""From expression trees to Python source: what is decided once per rule set, so that documents cost little."""
