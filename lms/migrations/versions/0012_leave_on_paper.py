"""who entered leave that came on paper, and what it rests on"""
import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    # As in 0002: with its reference, and without copying the table.
    op.execute(f"ALTER TABLE lms_leave_request ADD COLUMN filed_by_id {kind} "
               "CONSTRAINT fk_lms_leave_request_filed_by_id REFERENCES lms_person (id)")
    op.add_column('lms_leave_request', sa.Column('basis', sa.String(length=200), nullable=False, server_default=''))
