"""Calendar files: feeds out, busy times in."""
