"""Home library that knows no feature."""
