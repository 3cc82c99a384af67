"""The plan stamp

Revision ID: 0003
Revises: 0002
"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stamp = op.create_table("lms_plan_stamp",
                            sa.Column("id", sa.Integer(), nullable=False),
                            sa.Column("number", sa.BigInteger(), nullable=False),
                            sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_plan_stamp")))
    op.bulk_insert(stamp, [{"id": 1, "number": 1}])


def downgrade() -> None:
    op.drop_table("lms_plan_stamp")
