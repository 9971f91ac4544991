"""QTI: items and content packages of versions 2.0 to 3.0 in, packages of 2.2 and 3.0 out."""
