"""GIFT, Moodle's text format for questions: parser, tree, and the mapping to and from items."""
