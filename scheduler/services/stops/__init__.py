"""What keeps everything from leaving, and what it takes to start again."""
