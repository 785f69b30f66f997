"""An agency replayed on a made-up clock, through the real services and storage."""
