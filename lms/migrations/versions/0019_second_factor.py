"""a second factor for staff, and logins that wait for it"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
    op.create_table(
        'lms_second_factor',
        sa.Column('person_id', key, nullable=False),
        sa.Column('serial', sa.Integer(), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.Column('recovery', json, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_second_factor_person_id')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_lms_second_factor')))
    with op.batch_alter_table('lms_login_session') as table:
        table.add_column(sa.Column('pending', sa.Boolean(), nullable=False, server_default=sa.false()))
