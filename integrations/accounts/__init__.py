"""Accounts that somebody else keeps: signing in by OpenID Connect."""
