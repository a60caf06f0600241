"""What generated rule code runs on: the tree, and XPath 2.0's functions on Python values."""
