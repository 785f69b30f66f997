"""How the tables came to be, in one line of steps; `migrate.py` runs them."""
