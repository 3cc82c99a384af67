"""pictures in questions, by the files that they are"""
import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'lms_question_picture',
        sa.Column('bank_id', KEY, nullable=False),
        sa.Column('file_id', KEY, nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['bank_id'], ['lms_bank.id'], name=op.f('fk_lms_question_picture_bank_id')),
        sa.ForeignKeyConstraint(['file_id'], ['lms_stored_file.id'], name=op.f('fk_lms_question_picture_file_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_question_picture')),
        sa.UniqueConstraint('bank_id', 'file_id', name=op.f('uq_lms_question_picture_bank_id_file_id')))
    op.create_index(op.f('ix_lms_question_picture_file_id'), 'lms_question_picture', ['file_id'])
