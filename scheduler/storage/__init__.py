"""Tables, queries, transactions, and encryption at rest."""
