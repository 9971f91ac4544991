"""One candidate in one administration: life-cycle, time, delivery, responses."""
