"""Benchmarks: `python -m tests.bench [NAME]`. What each measures stands in its module's docstring."""
