"""Senders of text messages."""
