"""Alembic's entry: runs steps on the connection that `migrate.py` hands over."""

from alembic import context

from scheduler.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
