"""One catalogue of tables, with predictable names for every constraint."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import CheckConstraint, MetaData

from scheduler.domain.retention import Kept

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def kept(retention: str) -> dict[str, str]:
    """The retention class of a table (E7), for `Table(info=...)`."""
    return {"kept": Kept(retention).value}


def one_of(column: str, values: type[Enum]) -> CheckConstraint:
    """A check that a column holds one of an enum's values."""
    listed = ", ".join(f"'{each.value}'" for each in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
