"""people without an account, substitutes, and random spot checks"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('lms_walk_in',
    sa.Column('class_id', KEY, nullable=False),
    sa.Column('session_id', KEY, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('unit_name', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('by_id', KEY, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('person_id', KEY, nullable=True),
    sa.Column('settled_at', INSTANT, nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_walk_in_class_id')),
    sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_walk_in_session_id')),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_walk_in_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_walk_in_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_walk_in')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_walk_in_uid'))
    )
    op.create_index(op.f('ix_lms_walk_in_class_id'), 'lms_walk_in', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_walk_in_session_id'), 'lms_walk_in', ['session_id'], unique=False)
    op.create_index(op.f('ix_lms_walk_in_person_id'), 'lms_walk_in', ['person_id'], unique=False)
    op.create_table('lms_substitution',
    sa.Column('class_id', KEY, nullable=False),
    sa.Column('original_id', KEY, nullable=False),
    sa.Column('substitute_id', KEY, nullable=False),
    sa.Column('sessions', JSON, nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('by_id', KEY, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_substitution_class_id')),
    sa.ForeignKeyConstraint(['original_id'], ['lms_enrolment.id'], name=op.f('fk_lms_substitution_original_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['lms_enrolment.id'], name=op.f('fk_lms_substitution_substitute_id')),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_substitution_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_substitution')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_substitution_uid'))
    )
    op.create_index(op.f('ix_lms_substitution_class_id'), 'lms_substitution', ['class_id'], unique=False)
    op.create_table('lms_spot_check',
    sa.Column('class_id', KEY, nullable=False),
    sa.Column('session_id', KEY, nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pool', JSON, nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('by_id', KEY, nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_spot_check_class_id')),
    sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_spot_check_session_id')),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_spot_check_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_spot_check')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_spot_check_uid'))
    )
    op.create_index(op.f('ix_lms_spot_check_class_id'), 'lms_spot_check', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_spot_check_session_id'), 'lms_spot_check', ['session_id'], unique=False)
    op.create_table('lms_spot_draw',
    sa.Column('check_id', KEY, nullable=False),
    sa.Column('enrolment_id', KEY, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('event_id', KEY, nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['lms_spot_check.id'], name=op.f('fk_lms_spot_draw_check_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['lms_enrolment.id'], name=op.f('fk_lms_spot_draw_enrolment_id')),
    sa.ForeignKeyConstraint(['event_id'], ['lms_attendance_event.id'], name=op.f('fk_lms_spot_draw_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_spot_draw')),
    sa.UniqueConstraint('check_id', 'enrolment_id', name=op.f('uq_lms_spot_draw_check_id_enrolment_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_spot_draw_uid'))
    )
    op.create_index(op.f('ix_lms_spot_draw_enrolment_id'), 'lms_spot_draw', ['enrolment_id'], unique=False)
