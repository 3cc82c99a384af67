"""rules by which a course is learned, and courses that are open to all"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def rules() -> sa.Column:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
    return sa.Column('rules', json, nullable=False, server_default=sa.text("'{}'"))


def upgrade() -> None:
    op.add_column('lms_course', sa.Column('open_to_all', sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ('lms_course', 'lms_class_course'):
        op.add_column(table, rules())
        op.add_column(table, sa.Column('rules_version', sa.Integer(), nullable=False, server_default='1'))
