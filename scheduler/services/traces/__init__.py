"""The audit trail, and the chain that shows whether it was changed."""
