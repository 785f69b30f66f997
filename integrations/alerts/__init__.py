"""Ways of telling staff away from the pages: fixed words, nobody named (N1)."""
