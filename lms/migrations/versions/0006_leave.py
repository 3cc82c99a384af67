"""requests for leave"""
import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'lms_leave_request',
        sa.Column('class_id', KEY, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('asked_at', INSTANT, nullable=False),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('decided_by_id', KEY, nullable=True),
        sa.Column('note', sa.String(length=500), nullable=False),
        sa.Column('ended_at', INSTANT, nullable=True),
        sa.Column('ended_by_id', KEY, nullable=True),
        sa.Column('proof_id', KEY, nullable=True),
        sa.Column('proof_consent_at', INSTANT, nullable=True),
        sa.Column('proof_until', INSTANT, nullable=True),
        sa.Column('proof_purged_at', INSTANT, nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_leave_request_class_id')),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_leave_request_person_id')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['lms_person.id'], name=op.f('fk_lms_leave_request_decided_by_id')),
        sa.ForeignKeyConstraint(['ended_by_id'], ['lms_person.id'], name=op.f('fk_lms_leave_request_ended_by_id')),
        sa.ForeignKeyConstraint(['proof_id'], ['lms_file_reference.id'], name=op.f('fk_lms_leave_request_proof_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_leave_request')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_leave_request_uid')))
    op.create_index('ix_lms_leave_request_class', 'lms_leave_request', ['class_id', 'state'])
    op.create_index(op.f('ix_lms_leave_request_person_id'), 'lms_leave_request', ['person_id'])
    op.create_index(op.f('ix_lms_leave_request_proof_until'), 'lms_leave_request', ['proof_until'])
    op.create_table(
        'lms_leave_session',
        sa.Column('request_id', KEY, nullable=False),
        sa.Column('session_id', KEY, nullable=False),
        sa.Column('event_id', KEY, nullable=True),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['request_id'], ['lms_leave_request.id'], name=op.f('fk_lms_leave_session_request_id')),
        sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_leave_session_session_id')),
        sa.ForeignKeyConstraint(['event_id'], ['lms_attendance_event.id'], name=op.f('fk_lms_leave_session_event_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_leave_session')),
        sa.UniqueConstraint('request_id', 'session_id', name=op.f('uq_lms_leave_session_request_id_session_id')))
    op.create_index(op.f('ix_lms_leave_session_session_id'), 'lms_leave_session', ['session_id'])
