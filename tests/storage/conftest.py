"""What the storage tests may ask for."""

from tests.stores import (
    kept_database,
    open_another,
    sqlite_template,
    store,
    store_address,
)

__all__ = ["kept_database", "open_another", "sqlite_template", "store", "store_address"]
