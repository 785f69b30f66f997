"""What the replays may ask for."""

from tests.stores import open_another, sqlite_template, store, store_address

__all__ = ["open_another", "sqlite_template", "store", "store_address"]
