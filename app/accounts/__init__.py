"""Staff sign-in, sessions, roles and the permission table."""
