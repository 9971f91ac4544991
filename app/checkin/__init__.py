"""Consent, identity at the door, admission."""
