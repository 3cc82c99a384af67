"""what people ask to have corrected in what is kept about them"""
import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'lms_correction_request',
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('field', sa.String(length=20), nullable=False),
        sa.Column('wanted', sa.String(length=200), nullable=False),
        sa.Column('text', sa.String(length=500), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by_id', KEY, nullable=True),
        sa.Column('answer', sa.String(length=500), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['answered_by_id'], ['lms_person.id'], name=op.f('fk_lms_correction_request_answered_by_id')),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_correction_request_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_correction_request')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_correction_request_uid')))
    op.create_index(op.f('ix_lms_correction_request_person_id'), 'lms_correction_request', ['person_id'])
    unanswered = sa.text("state = 'open'")
    op.create_index('uq_lms_correction_request_open', 'lms_correction_request', ['person_id', 'field'], unique=True,
                    sqlite_where=unanswered, postgresql_where=unanswered)
