"""`python -m koerier`."""

from koerier.cli import app

app()
