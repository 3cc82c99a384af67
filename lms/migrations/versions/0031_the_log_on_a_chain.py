"""the audit log under a hash chain: a mark until an entry is linked, a salt for its values"""
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TOGETHER = 1000


def upgrade() -> None:
    for name, length in (('salt', 32), ('purged', 64), ('mark', 64)):
        op.add_column('lms_audit_detail', sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
    waiting = sa.text("mark != ''")
    op.create_index('ix_lms_audit_detail_waiting', 'lms_audit_detail', ['entry_id'], sqlite_where=waiting, postgresql_where=waiting)
    _salt_what_is_there()


def _salt_what_is_there() -> None:
    """Entries from before have no mark: the chain takes them in when it begins. Their values get a salt like all others."""
    detail = sa.table('lms_audit_detail', sa.column('entry_id', sa.BigInteger), sa.column('salt', sa.String))
    connection, last = op.get_bind(), 0
    while ids := list(connection.scalars(sa.select(detail.c.entry_id).where(detail.c.entry_id > last).order_by(detail.c.entry_id).limit(_TOGETHER))):
        connection.execute(sa.update(detail).where(detail.c.entry_id == sa.bindparam('entry')).values(salt=sa.bindparam('new')),
                           [{'entry': entry, 'new': secrets.token_hex(16)} for entry in ids])
        last = ids[-1]
