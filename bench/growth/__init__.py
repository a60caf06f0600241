"""Whether a document costs the same when ten thousand, a hundred thousand and a million others are stored."""
