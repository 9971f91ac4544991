"""Measuring engines on labelled pictures: calibration is not training, no weight changes."""
