"""pictures of the seal for certificates"""
import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    people = ('proposed_by_id', 'first_by_id', 'second_by_id')
    op.create_table(
        'lms_seal_image',
        sa.Column('class_id', key, nullable=False),
        sa.Column('file_id', key, nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('proposed_by_id', key, nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('first_by_id', key, nullable=True),
        sa.Column('first_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('second_by_id', key, nullable=True),
        sa.Column('second_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', key, nullable=False),
        sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_seal_image_class_id')),
        sa.ForeignKeyConstraint(['file_id'], ['lms_stored_file.id'], name=op.f('fk_lms_seal_image_file_id')),
        *(sa.ForeignKeyConstraint([name], ['lms_person.id'], name=op.f(f'fk_lms_seal_image_{name}')) for name in people),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_seal_image')),
        sa.UniqueConstraint('uid', name=op.f('uq_lms_seal_image_uid')))
    op.create_index('uq_lms_seal_image_current', 'lms_seal_image', ['class_id'], unique=True,
                    sqlite_where=sa.text("state != 'withdrawn'"), postgresql_where=sa.text("state != 'withdrawn'"))
