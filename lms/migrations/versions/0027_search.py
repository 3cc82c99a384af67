"""what can be searched, and the index over it"""
import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'lms_search_document',
        sa.Column('course_id', KEY, nullable=False),
        sa.Column('module_slug', sa.String(length=60), nullable=False),
        sa.Column('ref', sa.String(length=32), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=True),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=300), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['course_id'], ['lms_course.id'], name=op.f('fk_lms_search_document_course_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_search_document')),
        sa.UniqueConstraint('course_id', 'module_slug', 'ref', name=op.f('uq_lms_search_document_course_id_module_slug_ref')))
    op.create_index('ix_lms_search_document_version', 'lms_search_document', ['course_id', 'version_id'])
    if op.get_bind().dialect.name == 'sqlite':
        # No content, no places: only which document has which pair of characters. A fifth of the size, and all that is asked.
        op.execute("CREATE VIRTUAL TABLE lms_search_index USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')")
    else:
        op.execute("CREATE TABLE lms_search_index (document_id BIGINT PRIMARY KEY, grams TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_lms_search_index_grams ON lms_search_index USING gin (grams)")
