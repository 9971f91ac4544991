"""Model packs: what is needed, where it lies, how it gets there."""
