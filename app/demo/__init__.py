"""The demonstration exam point."""
