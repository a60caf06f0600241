"""XPath 2.0 as far as rule sets use it: text in, hashable tuples out (see `syntax`). Everything else is refused."""
