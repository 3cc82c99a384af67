"""Run migrations over our tables only, on a connection that ``lms.migrations.run`` hands over."""
from alembic import context

from lms.core.db import UtcDateTime
from lms.core.models import Base

VERSION_TABLE = "lms_alembic_version"


def ours(thing, name, kind, reflected, compare_to):
    """A host's tables are none of our business."""
    return name.startswith("lms_") if kind == "table" else True


def plain(kind, thing, autogen):
    """Write our column types into migrations as what they are in the database, so that old migrations need none of us."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, version_table=VERSION_TABLE,
                  include_object=ours, render_as_batch=connection.dialect.name == "sqlite", compare_type=True, render_item=plain)
with context.begin_transaction():
    context.run_migrations()
