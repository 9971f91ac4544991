"""Things the service does by itself: the bell, expiry, scoring."""
