"""What needs a person, who is told of it, and until when."""
