"""Moodle XML (`<quiz>`): parser, tree, and the mapping to and from items."""
