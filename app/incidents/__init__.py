"""Flags, incidents, human dispositions."""
