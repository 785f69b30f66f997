"""The JSON door: other programs find, hold, book, move and cancel by the same rules."""
