"""The analysis of one administration from its response file: figures, findings, report."""
