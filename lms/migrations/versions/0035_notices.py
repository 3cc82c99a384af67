"""a person's own notices"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'lms_notice',
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('data', JSON, nullable=False),
        sa.Column('way', JSON, nullable=False),
        sa.Column('cause', sa.String(length=120), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_notice_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_notice')),
        sa.UniqueConstraint('person_id', 'cause', name=op.f('uq_lms_notice_person_id_cause')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_notice_uid')))
    op.create_index(op.f('ix_lms_notice_at'), 'lms_notice', ['at'])
    op.create_index('ix_lms_notice_person_id_read_at', 'lms_notice', ['person_id', 'read_at'])
