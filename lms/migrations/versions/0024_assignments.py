"""assignments, what trainees write for them, and every hand-in"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'lms_assignment',
        sa.Column('class_id', KEY, nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('prompt', sa.Text(), nullable=False),
        sa.Column('least_chars', sa.Integer(), nullable=False),
        sa.Column('most_files', sa.Integer(), nullable=False),
        sa.Column('due_at', INSTANT, nullable=True),
        sa.Column('late_ok', sa.Boolean(), nullable=False),
        sa.Column('required', sa.Boolean(), nullable=False),
        sa.Column('needs', sa.String(length=12), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('created_by_id', KEY, nullable=True),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_assignment_class_id')),
        sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_assignment_created_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_assignment')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_assignment_uid')))
    op.create_index(op.f('ix_lms_assignment_class_id'), 'lms_assignment', ['class_id'])
    op.create_table(
        'lms_submission',
        sa.Column('assignment_id', KEY, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('files', JSON, nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('saved_at', INSTANT, nullable=False),
        sa.Column('handed_in_at', INSTANT, nullable=True),
        sa.Column('late', sa.Boolean(), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['assignment_id'], ['lms_assignment.id'], name=op.f('fk_lms_submission_assignment_id')),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_submission_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_submission')),
        sa.UniqueConstraint('assignment_id', 'person_id', name=op.f('uq_lms_submission_assignment_id_person_id')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_submission_uid')))
    op.create_index(op.f('ix_lms_submission_person_id'), 'lms_submission', ['person_id'])
    op.create_index('ix_lms_submission_state', 'lms_submission', ['assignment_id', 'state'])
    op.create_table(
        'lms_hand_in',
        sa.Column('submission_id', KEY, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('files', JSON, nullable=False),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('late', sa.Boolean(), nullable=False),
        sa.Column('verdict', sa.String(length=12), nullable=False),
        sa.Column('level', sa.String(length=12), nullable=False),
        sa.Column('mark', sa.Integer(), nullable=True),
        sa.Column('comment', sa.Text(), nullable=False),
        sa.Column('marked_at', INSTANT, nullable=True),
        sa.Column('marked_by_id', KEY, nullable=True),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['marked_by_id'], ['lms_person.id'], name=op.f('fk_lms_hand_in_marked_by_id')),
        sa.ForeignKeyConstraint(['submission_id'], ['lms_submission.id'], name=op.f('fk_lms_hand_in_submission_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_hand_in')),
        sa.UniqueConstraint('submission_id', 'number', name=op.f('uq_lms_hand_in_submission_id_number')))
