"""certificates: terms, and lists that wait for a second person"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
    op.add_column('lms_certificate', sa.Column('expires_on', sa.Date(), nullable=True))
    op.add_column('lms_certificate', sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'lms_issue_request',
        sa.Column('class_id', key, nullable=False),
        sa.Column('enrolments', json, nullable=False),
        sa.Column('base', sa.String(length=300), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('asked_by_id', key, nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by_id', key, nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.ForeignKeyConstraint(['asked_by_id'], ['lms_person.id'], name=op.f('fk_lms_issue_request_asked_by_id')),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_issue_request_class_id')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['lms_person.id'], name=op.f('fk_lms_issue_request_decided_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_issue_request')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_issue_request_uid')))
    op.create_index(op.f('ix_lms_issue_request_class_id'), 'lms_issue_request', ['class_id'], unique=False)
    op.create_index('uq_lms_issue_request_waiting', 'lms_issue_request', ['class_id'], unique=True,
                    sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
