"""Everything there is at the beginning: tables, indexes and guards.

The SQL lies beside this file, one text an engine, written by `freeze.py` from the
tables and guards as they were, so that later changes to those cannot change this step.

Revision ID: 0001
Revises:
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, index and guard."""
    conn = op.get_bind()
    frozen = Path(__file__).with_name(f"0001_first.{conn.dialect.name}.sql")
    for statement in frozen.read_text(encoding="utf-8").split("\n\n"):
        conn.exec_driver_sql(
            statement.strip(), execution_options={"no_parameters": True}
        )
