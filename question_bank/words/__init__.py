"""The words for codes, one table for each source of them."""
