"""Known bugs, put in one at a time, each of which a named test has to turn red for."""
