"""`make assure`: every bar by its own tests, at the full numbers, and what came of it
in docs/assurance.md.

    python -m tests.assure            every bar
    python -m tests.assure D2 D5      these; of the others stays what they measured
    python -m tests.assure --write    only write the document again

Read in this order: `bar.py` (what a bar is), `bars/` (which there are), `counting.py`
(what is counted while tests run), `run.py`, `document.py`.
"""
