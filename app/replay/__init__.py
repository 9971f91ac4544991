"""The regulator's view of a sitting."""
