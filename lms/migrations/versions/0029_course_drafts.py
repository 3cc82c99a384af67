"""the files of a course version, and the draft of a course that is edited here"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.add_column('lms_course_version', sa.Column('sources', JSON, nullable=False, server_default='{}'))
    op.create_table(
        'lms_course_draft',
        sa.Column('course_id', KEY, nullable=False),
        sa.Column('base_id', KEY, nullable=False),
        sa.Column('sources', JSON, nullable=False),
        sa.Column('pictures', JSON, nullable=False),
        sa.Column('updated_by_id', KEY, nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['base_id'], ['lms_course_version.id'], name=op.f('fk_lms_course_draft_base_id')),
        sa.ForeignKeyConstraint(['course_id'], ['lms_course.id'], name=op.f('fk_lms_course_draft_course_id')),
        sa.ForeignKeyConstraint(['updated_by_id'], ['lms_person.id'], name=op.f('fk_lms_course_draft_updated_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_course_draft')),
        sa.UniqueConstraint('course_id', name=op.f('uq_lms_course_draft_course_id')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_course_draft_uid')))
