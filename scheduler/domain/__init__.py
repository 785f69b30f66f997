"""The rules, as plain Python: no clock, no input or output, no randomness."""
