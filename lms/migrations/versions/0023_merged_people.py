"""an index for the records merged into one"""
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_lms_person_merged_into_id'), 'lms_person', ['merged_into_id'])
