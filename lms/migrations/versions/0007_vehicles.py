"""vehicles of field visits, who rides in which, and when they left"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('lms_vehicle',
    sa.Column('class_id', key(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_vehicle_class_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_vehicle')),
    sa.UniqueConstraint('class_id', 'name', name=op.f('uq_lms_vehicle_class_id_name')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_vehicle_uid'))
    )
    op.create_table('lms_vehicle_seat',
    sa.Column('vehicle_id', key(), nullable=False),
    sa.Column('enrolment_id', key(), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['lms_enrolment.id'], name=op.f('fk_lms_vehicle_seat_enrolment_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['lms_vehicle.id'], name=op.f('fk_lms_vehicle_seat_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_vehicle_seat')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_lms_vehicle_seat_enrolment_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_vehicle_seat_uid'))
    )
    op.create_index(op.f('ix_lms_vehicle_seat_vehicle_id'), 'lms_vehicle_seat', ['vehicle_id'], unique=False)
    op.create_table('lms_departure',
    sa.Column('class_id', key(), nullable=False),
    sa.Column('session_id', key(), nullable=False),
    sa.Column('vehicle_id', key(), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', key(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('away', json(), nullable=False),
    sa.Column('extra', json(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('id', key(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['lms_person.id'], name=op.f('fk_lms_departure_by_id')),
    sa.ForeignKeyConstraint(['class_id'], ['lms_training_class.id'], name=op.f('fk_lms_departure_class_id')),
    sa.ForeignKeyConstraint(['session_id'], ['lms_class_session.id'], name=op.f('fk_lms_departure_session_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['lms_vehicle.id'], name=op.f('fk_lms_departure_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lms_departure')),
    sa.UniqueConstraint('uid', name=op.f('uq_lms_departure_uid'))
    )
    op.create_index(op.f('ix_lms_departure_class_id'), 'lms_departure', ['class_id'], unique=False)
    op.create_index(op.f('ix_lms_departure_session_id'), 'lms_departure', ['session_id'], unique=False)
    # One statement for both engines: SQLite would else copy the whole table.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE lms_attendance_event ADD COLUMN vehicle_id {kind} "
               "CONSTRAINT fk_lms_attendance_event_vehicle_id REFERENCES lms_vehicle (id)")
