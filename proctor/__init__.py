"""Vision library: webcam pictures against a registered photo, findings, flags over time."""
