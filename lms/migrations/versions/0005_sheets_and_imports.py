"""sign-in sheets, their reconciliation, and imports of attendance"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lms_attendance_import',
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('rows', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('counts', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('committed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_attendance_import_class_id')),
    sa.ForeignKeyConstraint(['committed_by_id'], ['lms_person.id'], name=op.f('fk_lms_attendance_import_committed_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_attendance_import_created_by_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['lms_person.id'], name=op.f('fk_lms_attendance_import_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_attendance_import')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_attendance_import_uid'))
    )
    op.create_index(op.f('ix_lms_attendance_import_class_id'), 'lms_attendance_import', ['class_id'], unique=False)
    op.create_table('lms_sign_in_sheet',
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('group_name', sa.String(length=60), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keyed', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('keyed_uid', sa.String(length=32), nullable=True),
    sa.Column('keyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('keyed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_sign_in_sheet_class_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_sign_in_sheet_created_by_id')),
    sa.ForeignKeyConstraint(['keyed_by_id'], ['lms_person.id'], name=op.f('fk_lms_sign_in_sheet_keyed_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_sign_in_sheet_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_sign_in_sheet')),
    sa.UniqueConstraint('code', name=op.f('uq_lms_sign_in_sheet_code')),
    sa.UniqueConstraint('session_id', 'content', name=op.f('uq_lms_sign_in_sheet_session_id_content')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_sign_in_sheet_uid'))
    )
    op.create_index(op.f('ix_lms_sign_in_sheet_class_id'), 'lms_sign_in_sheet', ['class_id'], unique=False)
    op.create_table('lms_reconciliation_note',
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_reconciliation_note_by_id')),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_reconciliation_note_class_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['lms_enrolment.id'], name=op.f('fk_lms_reconciliation_note_enrolment_id')),
    sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_reconciliation_note_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_reconciliation_note')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_reconciliation_note_uid'))
    )
    op.create_index(op.f('ix_lms_reconciliation_note_class_id'), 'lms_reconciliation_note', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_reconciliation_note_enrolment_id'), 'lms_reconciliation_note', ['enrolment_id'], unique=False)
    op.create_index(op.f('ix_lms_reconciliation_note_session_id'), 'lms_reconciliation_note', ['session_id'], unique=False)
    op.create_table('lms_sheet_row',
    sa.Column('sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['lms_enrolment.id'], name=op.f('fk_lms_sheet_row_enrolment_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['lms_sign_in_sheet.id'], name=op.f('fk_lms_sheet_row_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_sheet_row')),
    sa.UniqueConstraint('sheet_id', 'number', name=op.f('uq_lms_sheet_row_sheet_id_number'))
    )
    op.create_index(op.f('ix_lms_sheet_row_enrolment_id'), 'lms_sheet_row', ['enrolment_id'], unique=False)
