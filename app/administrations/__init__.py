"""Exams and their administrations: blueprint, window, roster, tickets."""
