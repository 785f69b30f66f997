"""Sessions as they are held: the roster, the running session, a call broken off."""
