"""Item banks, blueprints, forms and scoring: a pure library with a command line."""
