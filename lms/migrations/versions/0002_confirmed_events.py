"""events that confirm others, and whose phone it was

One statement for both engines: a column that may be empty is added without touching a row, reference and all, which
SQLite could otherwise do only by copying the table.
"""
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

COLUMNS = {"confirms_id": "lms_attendance_event", "other_id": "lms_person"}


def upgrade() -> None:
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for column, target in COLUMNS.items():
        op.execute(f"ALTER TABLE lms_attendance_event ADD COLUMN {column} {kind} "
                   f"CONSTRAINT fk_lms_attendance_event_{column} REFERENCES {target} (id)")
