"""Calibration and item analysis from real responses (decision 0051).

This package and `question_bank.forensics` are the only ones that need numpy: a recorded form is dealt again
without it.
"""
