"""Moodle's questions, which GIFT and Moodle XML write down: their tree, and the mapping to and from items."""
