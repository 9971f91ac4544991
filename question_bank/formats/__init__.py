"""Readers and writers of the files in which offices keep items."""
