"""material: versions, attachments, uploads in pieces, and what people have watched and done"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

# What material there is already becomes its first version.
KIND = """CASE WHEN f.media_type = 'application/pdf' THEN 'pdf' WHEN f.media_type LIKE 'image/%' THEN 'image'
    WHEN f.media_type LIKE 'video/%' THEN 'video' WHEN f.media_type LIKE 'audio/%' THEN 'audio'
    WHEN f.media_type LIKE 'application/vnd.%' OR f.media_type = 'application/msword' THEN 'office' ELSE 'file' END"""


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def instant() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True)


def link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{target}.id'], name=op.f(f'fk_{table}_{column}'))


def upgrade() -> None:
    op.add_column('lms_material', sa.Column('latest', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('lms_material', sa.Column('no_skip', sa.Boolean(), nullable=False, server_default=sa.false()))
    _versions()
    _attachments()
    _uploads()
    _progress()
    _scorm()
    op.execute(f"""INSERT INTO lms_material_version (material_id, number, kind, name, file_id, about, created_by_id, created_at)
        SELECT m.id, 1, {KIND}, m.name, m.file_id, '{{}}', m.created_by_id, m.created_at
        FROM lms_material m JOIN lms_stored_file f ON f.id = m.file_id""")


def _versions() -> None:
    name = 'lms_material_version'
    op.create_table(
        name,
        sa.Column('material_id', key(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('file_id', key(), nullable=False),
        sa.Column('length', sa.Integer(), nullable=True),
        sa.Column('about', json(), nullable=False),
        sa.Column('pages_id', key(), nullable=True),
        sa.Column('created_by_id', key(), nullable=True),
        sa.Column('created_at', instant(), nullable=False),
        sa.Column('id', key(), nullable=False),
        link(name, 'created_by_id', 'lms_person'), link(name, 'file_id', 'lms_stored_file'),
        link(name, 'material_id', 'lms_material'), link(name, 'pages_id', 'lms_stored_file'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('material_id', 'number', name=op.f(f'uq_{name}_material_id_number')))


def _attachments() -> None:
    name = 'lms_material_attachment'
    op.create_table(
        name,
        sa.Column('material_id', key(), nullable=False),
        sa.Column('role', sa.String(length=12), nullable=False),
        sa.Column('language', sa.String(length=12), nullable=False),
        sa.Column('file_id', key(), nullable=False),
        sa.Column('created_by_id', key(), nullable=True),
        sa.Column('created_at', instant(), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', key(), nullable=False),
        link(name, 'created_by_id', 'lms_person'), link(name, 'file_id', 'lms_stored_file'), link(name, 'material_id', 'lms_material'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('material_id', 'role', 'language', name=op.f(f'uq_{name}_material_id_role_language')),
        sa.UniqueConstraint('uid', name=op.f(f'uq_{name}_uid')))


def _uploads() -> None:
    name = 'lms_upload'
    op.create_table(
        name,
        sa.Column('person_id', key(), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('received', sa.Integer(), nullable=False),
        sa.Column('created_at', instant(), nullable=False),
        sa.Column('expires_at', instant(), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        sa.Column('id', key(), nullable=False),
        link(name, 'person_id', 'lms_person'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('uid', name=op.f(f'uq_{name}_uid')))
    op.create_index(op.f('ix_lms_upload_person_id'), name, ['person_id'])
    op.create_index(op.f('ix_lms_upload_expires_at'), name, ['expires_at'])


def _progress() -> None:
    name = 'lms_material_progress'
    op.create_table(
        name,
        sa.Column('person_id', key(), nullable=False),
        sa.Column('material_id', key(), nullable=False),
        sa.Column('first_at', instant(), nullable=False),
        sa.Column('last_at', instant(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('watched', json(), nullable=False),
        sa.Column('share', sa.Integer(), nullable=False),
        sa.Column('score', sa.Integer(), nullable=True),
        sa.Column('done_at', instant(), nullable=True),
        sa.Column('id', key(), nullable=False),
        link(name, 'material_id', 'lms_material'), link(name, 'person_id', 'lms_person'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('person_id', 'material_id', name=op.f(f'uq_{name}_person_id_material_id')))
    op.create_index(op.f('ix_lms_material_progress_material_id'), name, ['material_id'])
    name = 'lms_active_player'
    op.create_table(
        name,
        sa.Column('person_id', key(), nullable=False),
        sa.Column('material_id', key(), nullable=False),
        sa.Column('player', sa.String(length=32), nullable=False),
        sa.Column('last_at', instant(), nullable=False),
        sa.Column('id', key(), nullable=False),
        link(name, 'material_id', 'lms_material'), link(name, 'person_id', 'lms_person'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('person_id', name=op.f(f'uq_{name}_person_id')))


def _scorm() -> None:
    name = 'lms_scorm_record'
    op.create_table(
        name,
        sa.Column('person_id', key(), nullable=False),
        sa.Column('version_id', key(), nullable=False),
        sa.Column('part', sa.String(length=200), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('score', sa.Integer(), nullable=True),
        sa.Column('location', sa.String(length=255), nullable=False),
        sa.Column('suspend_data', sa.Text(), nullable=False),
        sa.Column('exit', sa.String(length=12), nullable=False),
        sa.Column('seconds', sa.Integer(), nullable=False),
        sa.Column('opened_at', instant(), nullable=False),
        sa.Column('last_at', instant(), nullable=False),
        sa.Column('done_at', instant(), nullable=True),
        sa.Column('id', key(), nullable=False),
        link(name, 'person_id', 'lms_person'), link(name, 'version_id', 'lms_material_version'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sa.UniqueConstraint('person_id', 'version_id', 'part', name=op.f(f'uq_{name}_person_id_version_id_part')))
