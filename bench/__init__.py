"""Benchmarks of the platform: measured beside their floors and rivals, in one run, never asserting a time."""
