"""Work that nobody waits for at a screen, and the filling of a demo. No address is served here."""
