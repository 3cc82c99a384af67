"""a sheet may be signed for all sessions of a half-day"""
import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'lms_sheet_session',
        sa.Column('sheet_id', key, nullable=False),
        sa.Column('session_id', key, nullable=False),
        sa.Column('id', key, nullable=False),
        sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_sheet_session_session_id')),
        sa.ForeignKeyConstraint(['sheet_id'], ['lms_sign_in_sheet.id'], name=op.f('fk_lms_sheet_session_sheet_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_sheet_session')),
        sa.UniqueConstraint('sheet_id', 'session_id', name=op.f('uq_lms_sheet_session_sheet_id_session_id')))
    op.create_index(op.f('ix_lms_sheet_session_session_id'), 'lms_sheet_session', ['session_id'], unique=False)
    op.execute("INSERT INTO lms_sheet_session (sheet_id, session_id) SELECT id, session_id FROM lms_sign_in_sheet")
