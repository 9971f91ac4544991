"""Tamper-evident log: chains of entries, appended in the transaction of the act."""
