"""satisfaction surveys: questions, who took part, and the box with all answers"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'lms_survey',
        sa.Column('class_id', KEY, nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('intro', sa.Text(), nullable=False),
        sa.Column('questions', JSON, nullable=False),
        sa.Column('least', sa.Integer(), nullable=False),
        sa.Column('required', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('created_by_id', KEY, nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_survey_class_id')),
        sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_survey_created_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_survey')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_survey_uid')))
    op.create_index(op.f('ix_lms_survey_class_id'), 'lms_survey', ['class_id'])
    op.create_table(
        'lms_survey_participation',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('survey_id', KEY, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_survey_participation_person_id')),
        sa.ForeignKeyConstraint(['survey_id'], ['lms_survey.id'], name=op.f('fk_lms_survey_participation_survey_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_survey_participation')),
        sa.UniqueConstraint('survey_id', 'person_id', name=op.f('uq_lms_survey_participation_survey_id_person_id')))
    op.create_index(op.f('ix_lms_survey_participation_person_id'), 'lms_survey_participation', ['person_id'])
    op.create_table(
        'lms_survey_box',
        sa.Column('survey_id', KEY, nullable=False),
        sa.Column('answers', JSON, nullable=False),
        sa.Column('held', JSON, nullable=False),
        sa.Column('shown', JSON, nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['survey_id'], ['lms_survey.id'], name=op.f('fk_lms_survey_box_survey_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_survey_box')),
        sa.UniqueConstraint('survey_id', name=op.f('uq_lms_survey_box_survey_id')))
