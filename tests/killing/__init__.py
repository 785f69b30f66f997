"""Workers that are killed, frozen and told to stop while they work, against a provider
that is a process of its own. Each part runs as a program, so that what is forked is
small and has no connection open:

    python -m tests.killing kill --address sqlite:///… --times 500 --seed 1

prints what happened as JSON and exits 0 only if all held. `make assure` runs the same
with the full numbers.
"""
