"""What reaches a client, all of it through the gate, and what comes back."""
