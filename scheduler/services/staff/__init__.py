"""Accounts, signing in, and programs that act for somebody."""
