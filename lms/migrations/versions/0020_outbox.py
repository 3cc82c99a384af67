"""messages that leave the system"""
import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'lms_outbox_message',
        sa.Column('channel', sa.String(length=30), nullable=False),
        sa.Column('subject', sa.String(length=200), nullable=False),
        sa.Column('body', sa.String(length=2000), nullable=False),
        sa.Column('key', sa.String(length=120), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('error', sa.String(length=300), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_outbox_message')),
        sa.UniqueConstraint('key', name=op.f('uq_lms_outbox_message_key')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_outbox_message_uid')))
    op.create_index(op.f('ix_lms_outbox_message_next_at'), 'lms_outbox_message', ['next_at'])
