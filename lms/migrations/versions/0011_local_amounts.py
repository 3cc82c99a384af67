"""what a place sets for the amounts of a course"""
import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'lms_local_amount',
        sa.Column('course_id', key, nullable=False),
        sa.Column('key', sa.String(length=60), nullable=False),
        sa.Column('value', sa.String(length=40), nullable=False),
        sa.Column('year', sa.Integer(), nullable=True),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.Column('updated_by_id', key, nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['course_id'], ['lms_course.id'], name=op.f('fk_lms_local_amount_course_id')),
        sa.ForeignKeyConstraint(['updated_by_id'], ['lms_person.id'], name=op.f('fk_lms_local_amount_updated_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_local_amount')),
        sa.UniqueConstraint('course_id', 'key', name=op.f('uq_lms_local_amount_course_id_key')))
