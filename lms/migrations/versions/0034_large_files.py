"""files of more than 2 GB"""
import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite's integers have 64 bits already
        for table, column in (("lms_stored_file", "size"), ("lms_upload", "size"), ("lms_upload", "received")):
            op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
