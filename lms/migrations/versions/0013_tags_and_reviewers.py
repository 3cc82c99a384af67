"""tags of questions, and who reviewed a version"""
import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('lms_question', sa.Column('tags', sa.String(length=1000), server_default='', nullable=False))
    op.add_column('lms_question_version', sa.Column('reviewer', sa.String(length=120), server_default='', nullable=False))
