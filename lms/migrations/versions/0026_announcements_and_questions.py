"""announcements with who has read them, and questions under modules"""
import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'lms_announcement',
        sa.Column('class_id', KEY, nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('created_by_id', KEY, nullable=True),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('changed_at', INSTANT, nullable=True),
        sa.Column('withdrawn_at', INSTANT, nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_announcement_class_id')),
        sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_announcement_created_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_announcement')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_announcement_uid')))
    op.create_index(op.f('ix_lms_announcement_class_id'), 'lms_announcement', ['class_id'])
    op.create_table(
        'lms_announcement_read',
        sa.Column('announcement_id', KEY, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['announcement_id'], ['lms_announcement.id'], name=op.f('fk_lms_announcement_read_announcement_id')),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_announcement_read_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_announcement_read')),
        sa.UniqueConstraint('announcement_id', 'person_id', name=op.f('uq_lms_announcement_read_announcement_id_person_id')))
    op.create_index(op.f('ix_lms_announcement_read_person_id'), 'lms_announcement_read', ['person_id'])
    op.create_table(
        'lms_module_question',
        sa.Column('class_id', KEY, nullable=False),
        sa.Column('course_id', KEY, nullable=False),
        sa.Column('module_slug', sa.String(length=60), nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('text', sa.String(length=1000), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('asked_at', INSTANT, nullable=False),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('answered_at', INSTANT, nullable=True),
        sa.Column('answered_by_id', KEY, nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_module_question_class_id')),
        sa.ForeignKeyConstraint(['course_id'], ['lms_course.id'], name=op.f('fk_lms_module_question_course_id')),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_module_question_person_id')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['lms_person.id'], name=op.f('fk_lms_module_question_answered_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_module_question')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_module_question_uid')))
    op.create_index(op.f('ix_lms_module_question_course_id'), 'lms_module_question', ['course_id'])
    op.create_index(op.f('ix_lms_module_question_person_id'), 'lms_module_question', ['person_id'])
    op.create_index('ix_lms_module_question_class', 'lms_module_question', ['class_id', 'state'])
