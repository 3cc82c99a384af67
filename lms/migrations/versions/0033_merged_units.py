"""units that were merged into one"""
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    # As in 0002: with its reference, and without copying the table.
    op.execute(f"ALTER TABLE lms_unit ADD COLUMN merged_into_id {kind} CONSTRAINT fk_lms_unit_merged_into_id REFERENCES lms_unit (id)")
    op.create_index(op.f('ix_lms_unit_merged_into_id'), 'lms_unit', ['merged_into_id'])
