"""replies of units, by link"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    instant = sa.DateTime(timezone=True)
    op.create_table(
        'lms_enrolment_reply',
        sa.Column('class_id', key, nullable=False),
        sa.Column('unit_id', key, nullable=False),
        sa.Column('quota', sa.Integer(), nullable=False),
        sa.Column('closes_at', instant, nullable=False),
        sa.Column('serial', sa.Integer(), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('people', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
        sa.Column('replied_at', instant, nullable=True),
        sa.Column('created_at', instant, nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_enrolment_reply_class_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['lms_unit.id'], name=op.f('fk_lms_enrolment_reply_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_enrolment_reply')),
        sa.UniqueConstraint('class_id', 'unit_id', name=op.f('uq_lms_enrolment_reply_class_id_unit_id')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_lms_enrolment_reply_token_digest')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_enrolment_reply_uid')))
    op.create_index(op.f('ix_lms_enrolment_reply_unit_id'), 'lms_enrolment_reply', ['unit_id'])
