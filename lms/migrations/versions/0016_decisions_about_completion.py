"""what people decide about completion"""
import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'lms_completion_event',
        sa.Column('class_id', key, nullable=False),
        sa.Column('enrolment_id', key, nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('given', sa.Boolean(), nullable=False),
        sa.Column('by_id', key, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_completion_event_by_id')),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_completion_event_class_id')),
        sa.ForeignKeyConstraint(['enrolment_id'], ['lms_enrolment.id'], name=op.f('fk_lms_completion_event_enrolment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_completion_event')))
    op.create_index(op.f('ix_lms_completion_event_class_id'), 'lms_completion_event', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_completion_event_enrolment_id'), 'lms_completion_event', ['enrolment_id'], unique=False)
