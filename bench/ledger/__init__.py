"""How many charges a second billing books, beside bare inserts of the same rows."""
