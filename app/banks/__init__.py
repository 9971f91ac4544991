"""Item banks: living banks of versioned items, and the immutable snapshots that exams use."""
