"""Export profiles as records, and the one that each payroll batch is written by

Written by hand: the shipped profiles, and the generic one for the batches to payroll there were, which were all
written by it.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from rules.export_profiles import SHIPPED

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('export_profile',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('columns', sa.String(length=4000), nullable=False),
    sa.Column('codes', sa.String(length=4000), nullable=False),
    sa.Column('separator', sa.Enum('semicolon', 'comma', 'tab', 'bar', name='separator', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('decimal_mark', sa.Enum('comma', 'point', name='decimalmark', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('encoding', sa.Enum('utf-8-sig', 'utf-8', 'iso-8859-1', name='encoding', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('date_form', sa.Enum('d.m.yyyy', 'dd.mm.yyyy', 'yyyy-mm-dd', 'yyyymmdd', 'ddmmyyyy', name='dateform', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('line_end', sa.Enum('crlf', 'lf', name='lineend', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('edition > 0', name=op.f('ck_export_profile_edition_positive')),
    sa.CheckConstraint("separator <> 'comma' OR decimal_mark <> 'comma'", name=op.f('ck_export_profile_marks_differ')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_profile')),
    sa.UniqueConstraint('name', 'edition', name=op.f('uq_export_profile_name_edition'))
    )
    names = ('name', 'columns', 'codes', 'separator', 'decimal_mark', 'encoding', 'date_form', 'line_end')
    profiles = sa.table('export_profile', sa.column('id'), sa.column('created_at', sa.DateTime()), *map(
        sa.column, (*names, 'edition', 'version')), sa.column('active', sa.Boolean()))
    now = datetime.now(UTC).replace(tzinfo=None)
    op.bulk_insert(profiles, [
        {name: str(getattr(shipped, name)) for name in names}
        | {'edition': 1, 'version': 1, 'active': True, 'created_at': now} for shipped in SHIPPED])
    with op.batch_alter_table('payment_batch') as batch_op:
        batch_op.add_column(sa.Column('export_profile_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('profile_hash', sa.String(length=64), nullable=False, server_default=''))
        batch_op.alter_column('profile', existing_type=sa.String(length=60), type_=sa.String(length=80))
        batch_op.create_foreign_key(
            batch_op.f('fk_payment_batch_export_profile_id'), 'export_profile', ['export_profile_id'], ['id'],
            ondelete='RESTRICT')
    with op.batch_alter_table('payment_batch') as batch_op:
        batch_op.alter_column('profile_hash', existing_type=sa.String(length=64), server_default=None)
    batches = sa.table('payment_batch', sa.column('kind'), sa.column('export_profile_id'))
    generic = sa.select(profiles.c.id).where(profiles.c.name == SHIPPED[0].name).scalar_subquery()
    op.execute(batches.update().where(batches.c.kind == 'payroll').values(export_profile_id=generic))
    with op.batch_alter_table('payment_batch') as batch_op:
        batch_op.create_check_constraint(
            batch_op.f('ck_payment_batch_profile_of_payroll'), "kind <> 'sepa' OR export_profile_id IS NULL")


def downgrade() -> None:
    with op.batch_alter_table('payment_batch') as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_payment_batch_profile_of_payroll'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_payment_batch_export_profile_id'), type_='foreignkey')
        batch_op.alter_column('profile', existing_type=sa.String(length=80), type_=sa.String(length=60))
        batch_op.drop_column('profile_hash')
        batch_op.drop_column('export_profile_id')
    op.drop_table('export_profile')
