"""papers as examiners want them: who may take them and how often, pauses, marks by people, corrections"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    _papers()
    op.add_column('lms_attempt', sa.Column('waiting', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('lms_mark') as batch:
        batch.add_column(sa.Column('part', sa.String(length=8), nullable=False, server_default=''))
        batch.add_column(sa.Column('comment', sa.String(length=2000), nullable=False, server_default=''))
        batch.alter_column('mark', existing_type=sa.Integer(), nullable=True)
    live, waiting = sa.text('replaced_at IS NULL'), sa.text('mark IS NULL AND replaced_at IS NULL')
    op.create_index('ix_lms_mark_live', 'lms_mark', ['attempt_id', 'item', 'part'], unique=True, sqlite_where=live,
                    postgresql_where=live)
    op.create_index('ix_lms_mark_waiting', 'lms_mark', ['question_version_id'], unique=False, sqlite_where=waiting,
                    postgresql_where=waiting)
    _devices_and_corrections()


def _papers() -> None:
    op.add_column('lms_paper', sa.Column('resit_of_id', sa.Integer(), nullable=True))
    for name, default in (('drawn', 'person'), ('counting', 'best'), ('door', 'open'), ('show_marks', 'after_submit'),
                          ('show_own', 'after_close'), ('show_why', 'after_close')):
        op.add_column('lms_paper', sa.Column(name, sa.String(length=12), nullable=False, server_default=default))
    op.add_column('lms_paper', sa.Column('full_mark', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('lms_paper', sa.Column('takers', JSON, nullable=False, server_default='{}'))
    op.add_column('lms_paper', sa.Column('paused_at', INSTANT, nullable=True))
    # Until now all was shown together with the right answers.
    op.execute('UPDATE lms_paper SET show_own = review, show_why = review')


def _devices_and_corrections() -> None:
    op.create_table(
        'lms_attempt_device',
        sa.Column('attempt_id', KEY, nullable=False),
        sa.Column('device', sa.String(length=40), nullable=False),
        sa.Column('away', sa.Integer(), nullable=False),
        sa.Column('first_at', INSTANT, nullable=False),
        sa.Column('last_at', INSTANT, nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['attempt_id'], ['lms_attempt.id'], name=op.f('fk_lms_attempt_device_attempt_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_attempt_device')),
        sa.UniqueConstraint('attempt_id', 'device', name=op.f('uq_lms_attempt_device_attempt_id_device')))
    op.create_table(
        'lms_correction',
        sa.Column('paper_id', KEY, nullable=False),
        sa.Column('question_id', KEY, nullable=False),
        sa.Column('action', sa.String(length=12), nullable=False),
        sa.Column('version_id', KEY, nullable=True),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('by_id', KEY, nullable=True),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['paper_id'], ['lms_paper.id'], name=op.f('fk_lms_correction_paper_id')),
        sa.ForeignKeyConstraint(['question_id'], ['lms_question.id'], name=op.f('fk_lms_correction_question_id')),
        sa.ForeignKeyConstraint(['version_id'], ['lms_question_version.id'], name=op.f('fk_lms_correction_version_id')),
        sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_correction_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_correction')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_correction_uid')))
    op.create_index(op.f('ix_lms_correction_paper_id'), 'lms_correction', ['paper_id'], unique=False)
    op.create_table(
        'lms_relearned',
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('question_id', KEY, nullable=False),
        sa.Column('right_since', sa.Integer(), nullable=False),
        sa.Column('last_at', INSTANT, nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_relearned_person_id')),
        sa.ForeignKeyConstraint(['question_id'], ['lms_question.id'], name=op.f('fk_lms_relearned_question_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_relearned')),
        sa.UniqueConstraint('person_id', 'question_id', name=op.f('uq_lms_relearned_person_id_question_id')))
