"""hash chains over records that must not change"""
import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    chain = op.create_table(
        'lms_chain',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.Column('head', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_lms_chain')))
    op.create_table(
        'lms_seal',
        sa.Column('chain', sa.String(length=40), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('links', sa.String(length=64), nullable=False),
        sa.Column('previous', sa.String(length=64), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('key_id', sa.String(length=16), nullable=False),
        sa.Column('signature', sa.String(length=128), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_seal')),
        sa.UniqueConstraint('chain', 'number', name=op.f('uq_lms_seal_chain_number')))
    op.create_table(
        'lms_chain_link',
        sa.Column('chain', sa.String(length=40), nullable=False),
        sa.Column('thing', sa.String(length=80), nullable=False),
        sa.Column('passing', sa.String(length=64), nullable=False),
        sa.Column('salt', sa.String(length=32), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('mac', sa.String(length=64), nullable=False),
        sa.Column('seal', sa.Integer(), nullable=True),
        sa.Column('id', key, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_chain_link')),
        sa.UniqueConstraint('chain', 'thing', name=op.f('uq_lms_chain_link_chain_thing')))
    op.create_index('ix_lms_chain_link_seal', 'lms_chain_link', ['chain', 'seal', 'id'], unique=False)
    # Where nothing was issued yet the chain begins here; else with the first seal, which takes in what is there.
    if op.get_bind().execute(sa.text('SELECT 1 FROM lms_certificate LIMIT 1')).first() is None:
        op.bulk_insert(chain, [{'name': 'certificates', 'last': 0, 'head': ''}])
