"""The rule engine: official Schematron rule sets, compiled to Python.

A package of its own: it imports nothing of the service around it. Front end, model and compiler turn a published
stylesheet into code; the run-time and the engine run that code on documents. Whatever is not known is refused by name.
"""
