"""Ticks: when to call which service."""
