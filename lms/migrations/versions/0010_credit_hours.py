"""credit hours: the ledger, versions of the rules, previews of imports"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('lms_credit_entry',
    sa.Column('person_id', key(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('evidence', json(), nullable=False),
    sa.Column('earned_on', sa.Date(), nullable=True),
    sa.Column('class_id', key(), nullable=True),
    sa.Column('unit_id', key(), nullable=True),
    sa.Column('reverses_id', key(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('by_id', key(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_credit_entry_by_id')),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_credit_entry_class_id')),
    sa.ForeignKeyConstraint(['person_id'], ['lms_person.id'], name=op.f('fk_lms_credit_entry_person_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['lms_credit_entry.id'], name=op.f('fk_lms_credit_entry_reverses_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['lms_unit.id'], name=op.f('fk_lms_credit_entry_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_credit_entry')),
    sa.UniqueConstraint('person_id', 'source', 'year', 'kind', 'seq',
                        name=op.f('uq_lms_credit_entry_person_id_source_year_kind_seq')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_lms_credit_entry_reverses_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_credit_entry_uid'))
    )
    op.create_index('ix_lms_credit_entry_person', 'lms_credit_entry', ['person_id', 'year'], unique=False)
    op.create_index(op.f('ix_lms_credit_entry_class_id'), 'lms_credit_entry', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_credit_entry_unit_id'), 'lms_credit_entry', ['unit_id'], unique=False)
    op.create_table('lms_hours_rule',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('from_year', sa.Integer(), nullable=False),
    sa.Column('values', json(), nullable=False),
    sa.Column('by_id', key(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_hours_rule_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_hours_rule')),
    sa.UniqueConstraint('number', name=op.f('uq_lms_hours_rule_number'))
    )
    op.create_table('lms_hours_import',
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('rows', json(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('counts', json(), nullable=False),
    sa.Column('created_by_id', key(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['lms_person.id'], name=op.f('fk_lms_hours_import_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_hours_import')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_hours_import_uid'))
    )
