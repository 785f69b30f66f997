"""The verbs: one function is one thing somebody does, in one transaction."""
